import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.js";
import { fromHalf } from "../../src/ledger/half.js";
import { inspectLedger } from "../../src/ledger/inspect.js";
import { roughExp } from "../../src/ledger/simulate/random.js";
import { type SimulateOptions, simulateLedger } from "../../src/ledger/simulate/simulate.js";
import { writeLedger } from "../../src/ledger/write.js";
import { getProfile } from "../../src/profiles/index.js";
import type { BinaryData } from "../../src/trainingData.js";
import { open, read, temporaryDirectory } from "./build.js";

function digest(options: SimulateOptions): string {
  const hash = createHash("sha256");
  for (const row of simulateLedger(options).rows()) {
    hash.update(`${row.ticker} ${row.sidx} ${row.price} ${row.priceData} ${row.hotkeys}\n`).update(row.embeddings);
  }
  return hash.digest("hex");
}

function written(options: SimulateOptions): string {
  const path = join(temporaryDirectory(), "simulated.db");
  writeLedger(path, options);
  return path;
}

describe("simulated rows", () => {
  // Goldens are computed from simulated ledgers: these rows may not change.
  test.each([
    [{ rows: 700, miners: 14, seed: 7, odd: true }, "14e3bf574cf3a98873e0875dcfb497213298d89265e284dc372614bb0ec38890"],
    [
      { rows: 300, miners: 3, seed: 4294967295, skill: 0.5, hotkeyPrefix: "hk" },
      "a80cebfe920066e990315fc5f2d747960d412e7807b865835eb16c6db6019f8a",
    ],
  ])("of %j are these", (options, expected) => {
    expect(digest(options)).toBe(expected);
  });

  test("of some tickers are those of the whole ledger", () => {
    const options = { rows: 60, miners: 4, seed: 9 };
    const only = ["MULTIXSEC", "ETH"];
    const some = [...simulateLedger({ ...options, only }).rows()];
    expect(some).toEqual([...simulateLedger(options).rows()].filter(({ ticker }) => only.includes(ticker)));
    expect(some).toHaveLength(120);
    expect(() => simulateLedger({ ...options, only: ["DOGE"] })).toThrow(/no ticker "DOGE" can be simulated: choose/);
  });

  test("differ with the seed", () => {
    const options = { rows: 50, miners: 2 };
    expect(digest({ ...options, seed: 1 })).toBe(digest(options));
    expect(digest({ ...options, seed: 2 })).not.toBe(digest(options));
  });

  test("come ticker by ticker for every kept sample", () => {
    const ledger = simulateLedger({ rows: 400, miners: 2, odd: true });
    expect(ledger.sidx.length).toBeLessThan(400);
    const seen = new Map<string, number[]>();
    for (const { ticker, sidx } of ledger.rows()) seen.set(ticker, [...(seen.get(ticker) ?? []), sidx]);
    expect([...seen.keys()]).toEqual(getProfile().challenges.map((challenge) => challenge.ticker));
    for (const list of seen.values()) expect(list).toEqual([...ledger.sidx]);
  });

  test.each([
    [{ rows: 0, miners: 1 }, /rows/],
    [{ rows: 10.5, miners: 1 }, /rows/],
    [{ rows: 10, miners: 0 }, /miners/],
    [{ rows: 10, miners: 1, seed: -1 }, /seed/],
    [{ rows: 10, miners: 1, skill: 1.5 }, /skill/],
    [{ rows: 10, miners: 1, skill: Number.NaN }, /skill/],
  ])("are refused for %j", (options, message) => {
    expect(() => simulateLedger(options)).toThrow(UsageError);
    expect(() => simulateLedger(options)).toThrow(message);
  });
});

test("the simulator's exponential is good to 1e-8", () => {
  for (let x = -30; x <= 30; x += 0.37) expect(Math.abs(roughExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-8);
  expect(roughExp(0)).toBe(1);
});

describe("a written ledger", () => {
  test("gives every challenge its data", () => {
    const source = open(written({ rows: 1100, miners: 4, seed: 3 }));
    const overrides = new Map([["range_lookback_blocks", 1000]]);
    for (const { ticker } of getProfile().challenges) {
      expect(read(source, ticker, { overrides }), ticker).toHaveProperty("data");
    }
  });

  test("holds the skill that its miners' names tell", () => {
    const source = open(written({ rows: 1500, miners: 13, seed: 5, skill: 0.5 }));
    const { embeddings, returns } = (read(source, "ETH") as { data: BinaryData }).data;
    const column = (name: string) =>
      embeddings.columns[embeddings.hotkeys.findIndex((hotkey) => hotkey.startsWith(name))]!;
    const ups = (name: string) => Array.from(returns, (_, t) => fromHalf(column(name)[2 * t]!));
    expect(correlation(ups("5SimSkilled000"), returns)).toBeGreaterThan(0.15);
    expect(correlation(ups("5SimSkilled001"), returns)).toBeGreaterThan(0.15);
    expect(correlation(ups("5SimAnti"), returns)).toBeLessThan(-0.15);
    expect(Math.abs(correlation(ups("5SimNoise"), returns))).toBeLessThan(0.15);
    // Two values, up and down, where it submitted.
    expect(new Set(column("5SimConstant").filter((code) => code !== 0)).size).toBe(2);
    expect(new Set(column("5SimQuantised")).size).toBeLessThan(40);
    expect(correlation(ups("5SimCopy"), ups("5SimSkilled000"))).toBeGreaterThan(0.9);
    expect(
      column("5SimLate")
        .subarray(0, 500)
        .every((code) => code === 0),
    ).toBe(true);
  });

  test("is odd when asked to be, and tidy when not", () => {
    const report = (odd: boolean) =>
      inspectLedger(open(written({ rows: 1300, miners: 2, seed: 9, odd })), getProfile());
    const sum = (odd: boolean) => {
      const totals: Record<string, number> = {};
      for (const challenge of report(odd).challenges) {
        for (const [key, value] of Object.entries(challenge)) {
          if (typeof value === "number") totals[key] = (totals[key] ?? 0) + value;
        }
      }
      return totals;
    };
    const odd = sum(true);
    for (const key of [
      "gaps",
      "missingSamples",
      "zeroPrices",
      "absentAssets",
      "frozenPrices",
      "tornBlobs",
      "nullPrices",
    ]) {
      expect(odd[key], key).toBeGreaterThan(0);
    }
    expect(odd.unreadable).toBe(0);
    const tidy = sum(false);
    for (const key of ["gaps", "absentAssets", "frozenPrices", "tornBlobs", "unreadable", "nonFiniteVectors"]) {
      expect(tidy[key], key).toBe(0);
    }
  });

  test("replaces no file unless told to, and is a lone WAL file", () => {
    const path = join(temporaryDirectory(), "kept.db");
    writeFileSync(path, "precious");
    expect(() => writeLedger(path, { rows: 10, miners: 1 })).toThrow(/exists already/);
    const progress: number[] = [];
    writeLedger(path, { rows: 500, miners: 1, overwrite: true }, (done, total) => progress.push(done / total));
    expect(progress.at(-1)).toBe(1);
    expect(existsSync(`${path}-wal`)).toBe(false);
    // Two bytes of SQLite's file header, both 2 in WAL mode.
    expect([...readFileSync(path).subarray(18, 20)]).toEqual([2, 2]);
    expect(open(path).span("ETH")!.rows).toBe(500);
  });
});

function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const mean = (v: ArrayLike<number>) => Array.from(v).reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xy += (x[i]! - mx) * (y[i]! - my);
    xx += (x[i]! - mx) * (x[i]! - mx);
    yy += (y[i]! - my) * (y[i]! - my);
  }
  return xy / Math.sqrt(xx * yy);
}
