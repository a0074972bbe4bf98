/** The command line as users run it, on the built files and a small simulated ledger. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
let folder: string;
let ledger: string;

/** Runs a command; never on a terminal. */
function cli(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], { cwd: folder, encoding: "utf8" });
  return { status, stdout, stderr };
}
const file = (name: string, text: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const FAST = ["--only", "ETH,CADUSD", "--set", "CHUNK_SIZE=300", "--workers", "1"];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mantis-scorer-test-"));
  ledger = join(folder, "ledger.db");
  const made = cli("simulate", ledger, "--rows", "1500", "--miners", "4", "--seed", "3", "--odd", "--quiet");
  expect(made).toEqual({ status: 0, stdout: "", stderr: "" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("mantis-scorer", () => {
  it.each([["score"], ["simulate"], ["inspect"], ["compare"], ["try"]])("explains %s", (command) => {
    const { status, stdout, stderr } = cli(command, "--help");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Usage: mantis-scorer ${command}`);
    expect(stdout).toContain("--debug");
  });

  it("lists the commands and the version", () => {
    const { stdout } = cli("--help");
    for (const command of ["score", "simulate", "inspect", "compare"]) expect(stdout).toContain(`  ${command} `);
    expect(cli("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ["no command", [], 2, /name a command/],
    ["an unknown command", ["scor"], 2, /unknown command 'scor'/],
    ["no ledger", ["score"], 2, /missing required argument 'ledger'/],
    ["an unknown option", ["score", "x.db", "--speed", "9"], 2, /unknown option '--speed'/],
    ["an unknown profile", ["score", "ledger.db", "--profile", "1999-01"], 2, /unknown profile "1999-01"/],
    ["an unknown ticker", ["score", "ledger.db", "--only", "ETH,DOGE"], 2, /unknown ticker "DOGE"/],
    ["an unknown constant", ["score", "ledger.db", "--set", "SPEED=9"], 2, /unknown constant "SPEED"/],
    ["a constant of the wrong type", ["score", "ledger.db", "--set", "CHUNK_SIZE=big"], 2, /CHUNK_SIZE needs a number/],
    ["a constant without a value", ["score", "ledger.db", "--set", "LAG"], 2, /--set needs NAME=VALUE, not "LAG"/],
    ["an unknown backend", ["score", "ledger.db", "--backend", "gpu"], 2, /--backend.*'gpu' is invalid/],
    ["an unknown solver", ["score", "ledger.db", "--meta", "adam"], 2, /--meta.*'adam' is invalid/],
    ["no workers", ["score", "ledger.db", "--workers", "0"], 2, /--workers needs a whole number from 1 to 256/],
    ["half a block", ["score", "ledger.db", "--max-block", "1.5"], 2, /--max-block needs a whole number/],
    [
      "a missing hotkey file",
      ["score", "ledger.db", "--active-hotkeys", "no.txt"],
      2,
      /--active-hotkeys no.txt: no such file/,
    ],
    ["two results for stdout", ["score", "ledger.db", "--json", "-", "--explain", "-"], 2, /would mix on stdout/],
    ["a missing ledger", ["score", "no.db"], 1, /no\.db: no such file/],
    ["a directory", ["score", "."], 1, /\.: not a file/],
    ["a missing result", ["compare", "a.json", "b.json"], 2, /a\.json: no such file/],
    ["a skill above one", ["simulate", "x.db", "--skill", "2"], 2, /--skill needs a number from 0 to 1, not "2"/],
    ["a ledger in the way", ["simulate", "ledger.db", "--rows", "5"], 2, /ledger\.db exists already/],
  ])("refuses %s in one line", (_name, words, code, message) => {
    const { status, stdout, stderr } = cli(...words);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^mantis-scorer: [^\n]+\n$/);
    expect([status, stdout]).toEqual([code, ""]);
  });

  it("refuses what is not SQLite, or no ledger", () => {
    const text = cli("score", file("text.db", "hotkey,salience\n".repeat(100)));
    expect([text.status, text.stderr]).toEqual([1, expect.stringMatching(/text\.db: not an SQLite database\n$/)]);
    const empty = cli("score", file("empty.db", ""));
    expect([empty.status, empty.stderr]).toEqual([1, expect.stringMatching(/challenge_data is missing\n$/)]);
  });

  it("shows stack traces and causes only with --debug", () => {
    expect(cli("score", "no.db").stderr).not.toContain("    at ");
    expect(cli("score", "no.db", "--debug").stderr).toContain("    at ");
  });
});

describe("score", () => {
  it("prints a table and nothing else", () => {
    const { status, stdout, stderr } = cli("score", ledger, ...FAST);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Profile 2026-05 · \d+ rows, blocks \d+ to \d+ · 4 hotkeys/);
    expect(stdout).toMatch(/hotkey +salience +ETH +CADUSD\n/);
    expect(stdout).toMatch(/Digest: [0-9a-f]{64}\n$/);
  });

  it("writes schema 1 to stdout, with the same digest for any number of workers", () => {
    const runs = ["1", "2", "3"].map((workers) => {
      const { status, stdout } = cli("score", ledger, ...FAST, "--workers", workers, "--json", "-");
      expect(status).toBe(0);
      return JSON.parse(stdout);
    });
    const [first] = runs;
    expect(Object.keys(first)).toEqual([
      ...["schema", "profile", "backend", "version", "ledger", "salience", "breakdown", "seconds", "skipped"],
      ...["totalSeconds", "warnings", "peakRssMb", "digest"],
    ]);
    expect(first).toMatchObject({
      schema: 1,
      profile: "2026-05",
      backend: "wasm",
      ledger: { hotkeys: 4 },
      skipped: {},
    });
    expect(Object.keys(first.breakdown)).toEqual(["ETH", "CADUSD"]);
    for (const shares of [first.salience, ...Object.values<Record<string, number>>(first.breakdown)]) {
      expect(Object.values<number>(shares).reduce((sum, share) => sum + share)).toBeCloseTo(1, 12);
    }
    for (const run of runs) {
      expect([run.digest, run.salience, run.breakdown]).toEqual([first.digest, first.salience, first.breakdown]);
    }
  });

  it("writes files that are whole, and no table with --quiet", () => {
    const words = ["--json", join(folder, "r.json"), "--explain", join(folder, "e.json"), "--quiet"];
    expect(cli("score", ledger, ...FAST, ...words)).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(json("r.json").schema).toBe(1);
    expect(Object.keys(json("e.json").challenges)).toEqual(["ETH", "CADUSD"]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const nowhere = cli("score", ledger, ...FAST, "--json", join(folder, "no", "r.json"));
    expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringMatching(/cannot write .*r\.json/)]);
  });

  it("says what was skipped and why", () => {
    const { stdout } = cli("score", ledger, "--only", "TRADEMIX", "--workers", "1");
    expect(stdout).toContain("No challenge scored anyone.");
    expect(stdout).toMatch(/Not scored:\n {2}TRADEMIX: .+\n/);
  });

  it("takes hotkeys from lines or JSON, and blocks up to a limit", () => {
    const hotkeys = Object.keys(JSON.parse(cli("score", ledger, ...FAST, "--json", "-").stdout).salience);
    const two = hotkeys.slice(0, 2);
    const lines = cli(
      "score",
      ledger,
      ...FAST,
      "--json",
      "-",
      "--active-hotkeys",
      file("h.txt", `${two.join("\n")}\n\n`),
    );
    const list = cli("score", ledger, ...FAST, "--json", "-", "--active-hotkeys", file("h.json", JSON.stringify(two)));
    const result = JSON.parse(lines.stdout);
    expect(result.digest).toBe(JSON.parse(list.stdout).digest);
    expect(two).toEqual(expect.arrayContaining(Object.keys(result.salience)));
    expect(result.ledger.hotkeys).toBe(2);

    const { ledger: span } = result;
    const early = cli("score", ledger, ...FAST, "--max-block", String(span.firstBlock + 500), "--json", "-");
    expect(Object.keys(JSON.parse(early.stdout).skipped)).toEqual(["ETH", "CADUSD"]);
  });

  it("leaves out NaN embeddings and counts them, or fails with --strict", () => {
    const damaged = join(folder, "damaged.db");
    copyFileSync(ledger, damaged);
    const database = new Database(damaged);
    database.pragma("journal_mode = DELETE");
    const [sidx, blob] = database
      .prepare(
        "SELECT sidx, embeddings FROM challenge_data WHERE ticker = 'ETH' AND length(embeddings) > 20 LIMIT 1 OFFSET 99",
      )
      .raw()
      .get() as [number, Buffer];
    const [hotkey] = JSON.parse(blob.subarray(0, blob.indexOf(0)).toString());
    blob.writeUInt16LE(0x7e00, blob.indexOf(0) + 1);
    database.prepare("UPDATE challenge_data SET embeddings = ? WHERE ticker = 'ETH' AND sidx = ?").run(blob, sidx);
    database.close();

    const { status, stdout } = cli("score", damaged, ...FAST, "--json", "-");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).warnings.nonFinite).toEqual({ [hotkey]: { ETH: 1 } });
    expect(cli("score", damaged, ...FAST).stdout).toContain(`${hotkey}: embeddings with NaN or infinity`);
    const strict = cli("score", damaged, ...FAST, "--strict");
    expect(strict.status).toBe(1);
    expect(strict.stderr).toMatch(new RegExp(`^mantis-scorer: ETH.*${sidx}.*${hotkey}.*\n$`));
  });

  it("survives a reader that leaves", () => {
    const command = `"${process.execPath}" "${main}" score "${ledger}" ${FAST.join(" ")} --json - | head -c 10`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect([stdout.length, stderr]).toEqual([10, ""]);
  });
});

describe("compare", () => {
  it("prints distances, and fails above a tolerance", () => {
    const a = file("a.json", JSON.stringify({ salience: { x: 1 }, breakdown: { ETH: { x: 1 } } }));
    const b = file("b.json", JSON.stringify({ salience: { x: 0.5, y: 0.5 }, breakdown: { ETH: { x: 1 } } }));
    const { status, stdout, stderr } = cli("compare", a, b);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe("ETH      0.00e+0\noverall  1.00e+0  only in B: y\n");
    expect(JSON.parse(cli("compare", a, b, "--json", "-").stdout)).toMatchObject({ largest: 1 });
    const strict = cli("compare", a, b, "--tolerance", "0.1");
    expect([strict.status, strict.stderr]).toEqual([1, "mantis-scorer: the results differ by 1, more than 0.1\n"]);
    expect(cli("compare", a, a, "--tolerance", "0").status).toBe(0);
  });
});

describe("simulate", () => {
  it("writes nothing when it is told nonsense", () => {
    expect(cli("simulate", "new.db", "--rows", "ten").status).toBe(2);
    expect(existsSync(join(folder, "new.db"))).toBe(false);
  });
});
