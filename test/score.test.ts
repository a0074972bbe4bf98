import { describe, expect, it } from "vitest";
import { ScoreError, UsageError } from "../src/errors.js";
import { type Executor, inlineExecutor } from "../src/kernel/executor.js";
import { openJsKernel, openKernel } from "../src/kernel/load.js";
import { multiSalience, scoreChallenges } from "../src/node.js";
import { scoreChallenges as scoreInBrowser } from "../src/score.js";
import type { Progress } from "../src/scoreRun.js";
import type { BinaryData, Embeddings, TrainingData } from "../src/trainingData.js";

const ROWS = 1200;
/** Binary16 codes of 0.25 to 0.75, in a fixed pattern that differs by miner. */
function embeddings(hotkeys: readonly string[], width: number): Embeddings {
  const columns = hotkeys.map((_, miner) =>
    Uint16Array.from({ length: ROWS * width }, (_, i) => 0x3400 + ((i * (7919 + 104 * miner) + 13 * miner) % 0x600)),
  );
  return { hotkeys, columns, width, rows: ROWS };
}
/** Returns whose sign the first miner knows in two rows of three. */
function binary(): BinaryData {
  const all = embeddings(["5A", "5B", "5C"], 2);
  const returns = Float32Array.from({ length: ROWS }, (_, row) => {
    const up = all.columns[0]![2 * row]! > 0x3700;
    return (row % 3 === 0 ? !up : up) ? 0.01 : -0.01;
  });
  return { kind: "binary", embeddings: all, returns };
}
const constants = { CHUNK_SIZE: 200, LAG: 10 };
const ready = (executor: Partial<Executor>): Executor => ({ ...inlineExecutor(openJsKernel()), ...executor });

describe("scoreChallenges", () => {
  it("scores training data, weighing the challenges of the profile", async () => {
    const pairs: [string, TrainingData][] = [
      ["ETH", binary()],
      ["CADUSD", binary()],
    ];
    const { salience, breakdown, seconds, skipped, diagnostics } = await scoreChallenges(pairs, { constants });
    expect(skipped).toEqual({});
    expect(Object.keys(breakdown)).toEqual(["ETH", "CADUSD"]);
    expect(breakdown.ETH).toEqual(breakdown.CADUSD);
    expect(Object.keys(salience)).toEqual(["5A", "5B", "5C"].filter((hotkey) => hotkey in salience));
    expect(salience["5A"]).toBeGreaterThan(0.5);
    for (const [hotkey, share] of Object.entries(salience)) expect(share).toBeCloseTo(breakdown.ETH![hotkey]!, 14);
    expect(Object.keys(seconds)).toEqual(["ETH", "CADUSD"]);
    expect(Object.keys(diagnostics)).toEqual(["ETH", "CADUSD"]);
  });

  it("skips unknown tickers, data of another kind and empty data, and says so", async () => {
    const assets: TrainingData = {
      kind: "xsec_rank",
      embeddings: { ...embeddings(["5A"], 33), rows: 0, columns: [new Uint16Array(0)] },
      values: new Float64Array(0),
      sidx: new Int32Array(0),
    };
    const { salience, breakdown, skipped } = await scoreChallenges([
      ["DOGE", binary()],
      ["MULTIXSEC", assets],
      ["ETHLBFGS", binary()],
      ["MULTIBREAKOUT", { kind: "range_breakout_multi", samples: [] }],
    ]);
    expect([salience, breakdown]).toEqual([{}, {}]);
    expect(skipped).toEqual({
      DOGE: "profile 2026-05 has no such challenge",
      MULTIXSEC: "no rows",
      ETHLBFGS: "needs lbfgs data, not binary",
      MULTIBREAKOUT: expect.stringMatching(/\S/),
    });
  });

  it("gives the same as multiSalience, and as without workers", async () => {
    const pairs: [string, TrainingData][] = [["ETH", binary()]];
    const { salience, breakdown } = await scoreInBrowser(pairs, { constants });
    expect(await multiSalience(pairs, { constants })).toEqual({ salience, breakdown });
    expect(await multiSalience(pairs, { constants, workers: 2 })).toEqual({ salience, breakdown });
    expect(await multiSalience(pairs, { constants, executor: inlineExecutor(await openKernel()) })).toEqual({
      salience,
      breakdown,
    });
  });

  it("permutes the shares when miners are permuted", async () => {
    const data = binary();
    const { hotkeys, columns } = data.embeddings;
    const renamed = { ...data, embeddings: { ...data.embeddings, columns: [columns[2]!, columns[0]!, columns[1]!] } };
    const [before, after] = [
      await multiSalience([["ETH", data]], { constants }),
      await multiSalience([["ETH", renamed]], { constants }),
    ];
    expect(hotkeys).toEqual(["5A", "5B", "5C"]);
    for (const [from, to] of [
      ["5A", "5B"],
      ["5B", "5C"],
      ["5C", "5A"],
    ]) {
      expect(after.salience[to!] ?? 0).toBeCloseTo(before.salience[from!] ?? 0, 8);
    }
  });

  it("fails the run when a challenge fails, naming it and keeping the cause", async () => {
    const cause = new RangeError("out of paper");
    const executor = ready({ map: () => Promise.reject(cause) });
    const failing = scoreChallenges([["ETH", binary()]], { constants, executor });
    await expect(failing).rejects.toThrow(ScoreError);
    await expect(failing).rejects.toMatchObject({ message: "ETH: out of paper", cause });
  });

  it("fails too when another challenge is being scored meanwhile", async () => {
    let calls = 0;
    const { map } = ready({});
    const executor = ready({
      workers: 2,
      map: (...call) => (++calls === 2 ? Promise.reject(new Error("second")) : map(...call)),
    });
    const pairs: [string, TrainingData][] = ["ETH", "CADUSD", "NZDUSD"].map((ticker) => [ticker, binary()]);
    await expect(scoreChallenges(pairs, { constants, executor })).rejects.toThrow(/^(ETH|CADUSD|NZDUSD): second$/);
  });

  it("reports progress that never falls", async () => {
    const seen: Progress[] = [];
    await scoreChallenges([["ETH", binary()]], { constants, onProgress: (progress) => seen.push(progress) });
    const [load, score] = ["load", "score"].map((phase) => seen.filter((p) => p.phase === phase).map((p) => p.done));
    expect(load).toEqual([0, 1]);
    expect(score!.at(-1)).toBe(1);
    expect(score!.length).toBeGreaterThan(3);
    expect([...score!].sort((a, b) => a - b)).toEqual(score);
    expect(new Set(seen.map(({ ticker }) => ticker))).toEqual(new Set(["ETH"]));
  });

  it("refuses wrong usage before any work", async () => {
    const pair: [string, TrainingData] = ["ETH", binary()];
    await expect(scoreChallenges([pair, pair], { constants })).rejects.toThrow(/ETH is given twice/);
    await expect(scoreChallenges([pair], { profile: "1999" })).rejects.toThrow(UsageError);
    await expect(scoreChallenges([pair], { constants: { SPEED: 9 } })).rejects.toThrow(/unknown constant "SPEED"/);
    await expect(scoreChallenges([pair], { constants: { LAG: "long" } })).rejects.toThrow(/LAG needs a number/);
    await expect(scoreChallenges([pair], { workers: 0 })).rejects.toThrow(/workers must be a whole number/);
  });
});
