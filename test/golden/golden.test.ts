/** The reference's answers on small simulated ledgers with shrunken constants (docs/goldens.md), at the parity bars. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type WriteOptions, writeLedger } from "../../src/ledger/node.js";
import { type LedgerScores, scoreLedger } from "../../src/node.js";
import { compareResults } from "../../src/salience/compare.js";

type Shares = Readonly<Record<string, number>>;

interface Golden {
  readonly profile: string;
  readonly simulate: WriteOptions;
  readonly set: Readonly<Record<string, number | string>>;
  readonly only?: readonly string[];
  /** Ticker → how far apart the reference's answers on two processors lie, where that shows. */
  readonly movement?: Readonly<Record<string, number>>;
  /** Ticker → its own bar, for a reference that works in float32 itself. */
  readonly bars?: Readonly<Record<string, number>>;
  /** Ticker → the reference's largest distance between two of its seeds. */
  readonly seedDistance: Readonly<Record<string, number>>;
  /** Binary tickers → shares when the reference's elastic net runs on to its optimum (tolerance 1e-6). */
  readonly optimum: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly salience: Readonly<Record<string, number>>;
  readonly breakdown: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Long fits stop along the way, where rounding shows (10-numerics §0). */
const BAR: Readonly<Record<string, number>> = { ETHLBFGS: 5e-6, BTCLBFGS: 5e-6 };
const barOf = (ticker: string, { bars = {}, movement = {} }: Golden) =>
  Math.max(bars[ticker] ?? BAR[ticker] ?? 1e-6, 2 * (movement[ticker] ?? 0));

/** What the reference's float32 steps leave of the optimum, as measured by tightening its tolerance further. */
const FLOAT32_NOISE = 2e-5;

const goldens = new URL("./", import.meta.url);
const files = readdirSync(goldens).filter((name) => name.endsWith(".json"));
const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-golden-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("has goldens of every challenge", () => {
  const tickers = files.flatMap((name) => Object.keys(read(name).breakdown));
  expect(new Set(tickers).size).toBe(12);
});

function read(name: string): Golden {
  return JSON.parse(readFileSync(new URL(name, goldens), "utf8"));
}

describe.each(files)("%s", (name) => {
  const golden = read(name);
  const bar = (ticker: string) => barOf(ticker, golden);
  const ledger = join(folder, `${name}.db`);
  beforeAll(() => writeLedger(ledger, golden.simulate));

  const score = (options: { meta?: "cd" | "saga"; backend?: "wasm" | "js"; workers?: number }) =>
    scoreLedger(ledger, {
      ...options,
      profile: golden.profile,
      constants: golden.set,
      ...(golden.only ? { only: golden.only } : {}),
    });
  const distances = (scores: LedgerScores) => {
    const { challenges, challengesOnlyInA, challengesOnlyInB } = compareResults(scores, golden);
    expect([challengesOnlyInA, challengesOnlyInB], JSON.stringify(scores.skipped)).toEqual([[], []]);
    return Object.entries(challenges);
  };

  it("is met along the reference's own steps (saga), hotkey by hotkey", async () => {
    const scores = await score({ meta: "saga" });
    for (const [ticker, { distance, onlyInA, onlyInB }] of distances(scores)) {
      expect(distance, ticker).toBeLessThanOrEqual(bar(ticker));
      expect([onlyInA, onlyInB], ticker).toEqual([[], []]);
    }
    expect(Object.keys(scores.salience)).toEqual(Object.keys(golden.salience));
  });

  let cd: LedgerScores;
  it("is met at the optimum (cd), hotkey by hotkey", async () => {
    cd = await score({ meta: "cd" });
    for (const [ticker, { distance }] of distances(cd)) {
      const optimum = golden.optimum?.[ticker];
      if (!optimum) {
        expect(distance, ticker).toBeLessThanOrEqual(bar(ticker));
        continue;
      }
      const apart = (a: Shares, b: Shares) =>
        compareResults({ salience: a, breakdown: {} }, { salience: b, breakdown: {} });
      expect(apart(cd.breakdown[ticker]!, optimum).largest, ticker).toBeLessThanOrEqual(FLOAT32_NOISE);
      // The reference stops short of its optimum, mostly within its movement by seed.
      const short = apart(golden.breakdown[ticker]!, optimum).largest;
      expect(distance, ticker).toBeLessThanOrEqual(Math.max(golden.seedDistance[ticker]!, short + FLOAT32_NOISE));
    }
  });

  it("has one digest for any number of workers", async () => {
    expect((await score({ meta: "cd", workers: 3 })).digest).toBe(cd.digest);
  });

  it("is met by the JavaScript backend", async () => {
    const js = await score({ meta: "cd", backend: "js" });
    for (const [ticker, { distance }] of Object.entries(compareResults(js, cd).challenges)) {
      expect(distance, ticker).toBeLessThanOrEqual(bar(ticker));
    }
  });
});
