/** `weights` on a small simulated ledger: three blocks with churn, its state, its complaints, and being killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMetagraph, parseState } from "../../src/salience/weightFiles.js";
import { cli, main } from "../helpers/cli.js";
import { lcg } from "../helpers/lcg.js";

let folder: string;
let ledger: string;
let hotkeys: string[];
let lastBlock: number;
const FAST = ["--set", "CHUNK_SIZE=300", "--workers", "1"];
const path = (name: string) => join(folder, name);
const state = (name: string) => parseState(readFileSync(path(name), "utf8"), name);

function metagraph(name: string, block: number, registered: readonly string[]): string {
  writeFileSync(path(name), JSON.stringify({ block, uids: registered.map((_, i) => i), hotkeys: registered }));
  return path(name);
}

function weigh(name: string, block: number, registered: readonly string[], ...words: string[]) {
  const file = metagraph(`${name}.metagraph.json`, block, registered);
  const run = cli(["weights", ledger, "--metagraph", file, "--json", "-", ...FAST, ...words]);
  expect([run.status, run.stderr]).toEqual([0, ""]);
  return JSON.parse(run.stdout);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mantis-weights-"));
  ledger = path("ledger.db");
  const made = cli(["simulate", ledger, "--rows", "900", "--miners", "5", "--seed", "3", "--skill", "0.5", "--quiet"]);
  expect(made.status).toBe(0);
  const database = new Database(ledger, { readonly: true });
  const texts = database.prepare("SELECT DISTINCT hotkeys FROM challenge_data").pluck().all() as string[];
  hotkeys = [...new Set(texts.flatMap((text) => JSON.parse(text) as string[]))].sort();
  lastBlock = 5 * (database.prepare("SELECT max(sidx) FROM challenge_data").pluck().get() as number);
  database.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("weights", () => {
  it("carries its average over three blocks while miners come and go", () => {
    const block = lastBlock + 40_000; // everybody is mature
    const file = path("chain.state.json");
    const [own, ...miners] = hotkeys;
    const first = weigh("chain", block, [own!, ...miners], "--state", file);
    expect(first).toMatchObject({ schema: 1, profile: "2026-05", block, calculatedAt: block, unchanged: null });
    const second = weigh("chain", block + 1000, [own!, "newcomer", ...miners.slice(1)], "--state", file);
    const third = weigh("chain", block + 2000, [own!, miners[0]!, ...miners.slice(1)], "--state", file);
    // By hand: the average of each block's own weights, by hotkey, divided by its sum.
    const alone = (name: string, at: number, registered: readonly string[]) =>
      weigh(name, at, registered).weights as { weight: number; hotkey: string }[];
    const blocks = [
      alone("a", block, [own!, ...miners]),
      alone("b", block + 1000, [own!, "newcomer", ...miners.slice(1)]),
      alone("c", block + 2000, [own!, miners[0]!, ...miners.slice(1)]),
    ];
    let old = new Map(blocks[0]!.map(({ hotkey, weight }) => [hotkey, weight]));
    for (const [i, run] of [first, second, third].entries()) {
      if (i > 0) {
        const mixed = blocks[i]!.map(({ hotkey, weight }) => 0.15 * weight + 0.85 * (old.get(hotkey) ?? 0));
        const sum = mixed.reduce((a, b) => a + b, 0);
        old = new Map(blocks[i]!.map(({ hotkey }, k) => [hotkey, mixed[k]! / sum]));
      }
      for (const { hotkey, weight } of run.weights) expect(Math.abs(weight - old.get(hotkey)!)).toBeLessThan(2e-7);
    }
    expect(third.weights.map(({ hotkey }: { hotkey: string }) => hotkey)).toEqual(hotkeys);
    expect(Math.max(...third.weights.map(({ chain }: { chain: number }) => chain))).toBe(65_535);
    expect(state("chain.state.json")).toMatchObject({ block: block + 2000, previous: { block: block + 1000 } });
  });

  it("gives the same weights when a block is calculated again", () => {
    const file = path("again.state.json");
    weigh("again", lastBlock + 40_000, hotkeys, "--state", file);
    const once = weigh("again", lastBlock + 41_000, hotkeys.slice(1), "--state", file);
    const twice = weigh("again", lastBlock + 41_000, hotkeys.slice(1), "--state", file);
    expect(twice.weights).toEqual(once.weights);
  });

  it("scores what a validator scores: up to 500 blocks before, the registered hotkeys only", () => {
    const block = lastBlock - 300;
    const run = weigh("window", block, hotkeys.slice(1));
    writeFileSync(path("active.json"), JSON.stringify(hotkeys.slice(1)));
    const words = ["--max-block", String(block - 500), "--active-hotkeys", path("active.json"), "--json", "-"];
    const score = JSON.parse(cli(["score", ledger, ...words, ...FAST]).stdout);
    expect(run.salience).toEqual(score.salience);
    expect(run.digest).toBe(score.digest);
    // 900 rows are 4,500 blocks: all are young
    expect(run.weights.every(({ young }: { young: boolean }) => young)).toBe(true);
  });

  it("leaves the state alone when nothing new comes out", () => {
    const file = path("unchanged.state.json");
    weigh("unchanged", lastBlock + 40_000, hotkeys, "--state", file);
    const before = readFileSync(file);
    const run = weigh("unchanged", lastBlock + 41_000, ["nobody", "nothing"], "--state", file);
    expect(run).toMatchObject({
      calculatedAt: lastBlock + 40_000,
      unchanged: "nobody in the metagraph has salience",
      settable: false,
    });
    expect(readFileSync(file)).toEqual(before);
    expect(weigh("unchanged", lastBlock + 41_000, ["nobody"]).weights).toEqual([]);
  });

  it("prints a table", () => {
    const file = metagraph("table.json", lastBlock + 40_000, hotkeys);
    const { status, stdout, stderr } = cli(["weights", ledger, "--metagraph", file, ...FAST]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Profile 2026-05 · block \d+\n +uid {2}hotkey +weight {2}chain\n/);
    expect(stdout).toContain(`    0  ${hotkeys[0]!.padEnd(13)}  0.`);
  });

  it.each<[string, string, string, RegExp]>([
    ["a metagraph that is no JSON", "uids: 1", "", /--metagraph \S+: not JSON/],
    ["a metagraph that is a list", "[]", "", /--metagraph \S+: must be an object/],
    ["no block", '{"uids":[],"hotkeys":[]}', "", /"block" must be a whole number/],
    ["a negative block", '{"block":-1,"uids":[],"hotkeys":[]}', "", /"block" must be a whole number/],
    ["UIDs that are text", '{"block":1,"uids":["1"],"hotkeys":["a"]}', "", /"uids" must be a list of whole numbers/],
    ["hotkeys that are numbers", '{"block":1,"uids":[1],"hotkeys":[1]}', "", /"hotkeys" must be a list of text/],
    ["two lengths", '{"block":1,"uids":[1],"hotkeys":[]}', "", /1 uids but 0 hotkeys/],
    ["a UID twice", '{"block":1,"uids":[1,1],"hotkeys":["a","b"]}', "", /uid 1 occurs twice/],
    ["half a state", "", '{"schema":1,"block":5,"uids":[0', /--state \S+: not JSON/],
    ["a state of another schema", "", '{"schema":2}', /--state \S+: "schema" must be 1/],
    [
      "negative weights",
      "",
      '{"schema":1,"block":5,"uids":[0],"weights":[-1]}',
      /--state \S+: "weights" must be a list of finite numbers/,
    ],
    ["too few weights", "", '{"schema":1,"block":5,"uids":[0],"weights":[]}', /--state \S+: 1 uids but 0 weights/],
    ["a state of the future", "", '{"schema":1,"block":99999999,"uids":[0],"weights":[1]}', /later than the metagraph/],
    ["a broken previous state", "", '{"schema":1,"block":5,"uids":[],"weights":[],"previous":[]}', /previous: must be/],
  ])("refuses %s in one line", (_, graph, before, why) => {
    const file = graph ? path("odd.json") : metagraph("odd.json", lastBlock, hotkeys);
    if (graph) writeFileSync(file, graph);
    writeFileSync(path("odd.state.json"), before || "{}");
    const words = ["--metagraph", file, ...(before ? ["--state", path("odd.state.json")] : [])];
    const { status, stdout, stderr } = cli(["weights", ledger, ...words, ...FAST]);
    expect(stderr).toMatch(/^mantis-scorer: [^\n]+\n$/);
    expect(stderr).toMatch(why);
    expect([status, stdout]).toEqual([2, ""]);
  });

  it("reads states that name no hotkeys", () => {
    const text = '{"schema":1,"block":5,"uids":[3,1],"weights":[0.25,0.5]}';
    expect(parseState(text, "old")).toEqual({
      block: 5,
      uids: [3, 1],
      weights: Float32Array.of(0.25, 0.5),
      previous: null,
    });
    const graph = '\uFEFF{"block":7,"uids":[0],"hotkeys":["a"],"netuid":123}';
    expect(parseMetagraph(graph, "graph")).toEqual({ block: 7, uids: [0], hotkeys: ["a"] });
  });
});

describe("the state file", () => {
  const durable = pathToFileURL(fileURLToPath(new URL("../../dist/cli/durable.js", import.meta.url))).href;

  it("is whole after 50 kills of a process that does nothing but write it", async () => {
    const file = path("kill.json");
    const script = `const { writeDurably } = await import(${JSON.stringify(durable)});
      for (let i = 0; ; i++) writeDurably(${JSON.stringify(file)}, JSON.stringify({ i, text: "x".repeat(20000), end: i }));`;
    const draw = lcg(1);
    let writer: ChildProcess | undefined;
    for (let kill = 0; kill < 50; kill++) {
      writer = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
      const ended = once(writer, "exit");
      const before = existsSync(file) ? readFileSync(file, "utf8") : "";
      while (!existsSync(file) || readFileSync(file, "utf8") === before) await sleep(2); // it has begun
      await sleep(draw() * 20);
      writer.kill("SIGKILL");
      await ended;
      const { i, text, end } = JSON.parse(readFileSync(file, "utf8"));
      expect([text.length, end]).toEqual([20_000, i]);
    }
  });

  it("is whole after `weights` was killed at any instant", async () => {
    const file = path("killed.state.json");
    weigh("killed", lastBlock + 40_000, hotkeys, "--state", file);
    const started = performance.now();
    weigh("killed", lastBlock + 41_000, hotkeys, "--state", file);
    const usual = performance.now() - started;
    const draw = lcg(2);
    const kills = Number(process.env.MANTIS_KILLS ?? 6);
    for (let kill = 0; kill < kills; kill++) {
      const block = lastBlock + 42_000 + 1000 * kill;
      const graph = metagraph("killed.metagraph.json", block, hotkeys);
      const words = [main, "weights", ledger, "--metagraph", graph, "--state", file, ...FAST];
      const run = spawn(process.execPath, words, { stdio: "ignore" });
      const ended = once(run, "exit");
      await Promise.race([sleep(draw() * 1.1 * usual), ended]);
      run.kill("SIGKILL");
      await ended;
      const { uids, previous, ...saved } = state("killed.state.json");
      expect(uids).toHaveLength(hotkeys.length);
      expect(saved.block).toBeGreaterThan(previous!.block);
      expect(Math.abs(saved.weights.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-6);
    }
    weigh("killed", lastBlock + 200_000, hotkeys, "--state", file);
    expect(state("killed.state.json").block).toBe(lastBlock + 200_000);
  });

  it("takes what killed processes left behind with it", () => {
    const left = path("swept.json.4711.tmp");
    writeFileSync(left, "half");
    const fresh = path("swept.json.4712.tmp");
    writeFileSync(fresh, "half");
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(left, hourAgo, hourAgo);
    weigh("swept", lastBlock + 40_000, hotkeys, "--state", path("swept.json"));
    const swept = readdirSync(folder).filter((name) => name.startsWith("swept.json"));
    expect(swept.sort()).toEqual(["swept.json", "swept.json.4712.tmp"]);
  });
});
