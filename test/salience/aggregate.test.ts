import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { getProfile } from "../../src/profiles/index.js";
import { aggregate, normalise } from "../../src/salience/aggregate.js";

const weights = new Map(getProfile("2026-05").challenges.map(({ ticker, weight }) => [ticker, weight]));
const combine = (scores: Record<string, Record<string, number>>) =>
  aggregate(
    Object.entries(scores).map(([ticker, shares]) => ({
      ticker,
      weight: weights.get(ticker)!,
      shares: new Map(Object.entries(shares)),
    })),
  );

describe("aggregate", () => {
  it("weighs challenges and leaves out those without shares (30 §6, check 4)", () => {
    const { salience, breakdown } = combine({
      ETH: { b: 3, a: 1 },
      ETHHITFIRST: { a: 0.25, c: 0.75 },
      MULTIBREAKOUT: { b: 1 },
      CADUSD: {},
    });
    expect([...salience]).toEqual([
      ["a", 0.10294117647058823],
      ["b", 0.6764705882352942],
      ["c", 0.22058823529411764],
    ]);
    expect([...breakdown.get("ETH")!]).toEqual([
      ["b", 0.75],
      ["a", 0.25],
    ]);
    expect([...breakdown.keys()]).toEqual(["ETH", "ETHHITFIRST", "MULTIBREAKOUT"]);
  });

  it("combines pooled challenges (30 §6, check 5)", () => {
    const { salience } = combine({ MULTIXSEC: { a: 1, b: 0 }, FUNDINGXSEC: { b: 1 }, TRADEMIX: { c: 2, a: 2 } });
    expect([...salience]).toEqual([
      ["a", 0.4567705022250477],
      ["b", 0.3458359821996186],
      ["c", 0.19739351557533374],
    ]);
  });

  it("keeps zeros, and drops a challenge without a positive sum together with its weight (check 5)", () => {
    const { salience, breakdown } = combine({ ETH: { a: 0 }, CADUSD: { b: 2, c: 0 } });
    expect([...salience]).toEqual([
      ["b", 1],
      ["c", 0],
    ]);
    expect([...breakdown.keys()]).toEqual(["CADUSD"]);
  });

  it("gives empty maps when nothing counts", () => {
    expect(combine({ ETH: {}, CADUSD: { a: 0 } })).toEqual({ salience: new Map(), breakdown: new Map() });
  });

  it("lets NaN pass, as the reference does", () => {
    const { salience, breakdown } = combine({ ETH: { a: Number.NaN, b: 1 }, CADUSD: { c: 1 } });
    expect([...breakdown.get("ETH")!.values()]).toEqual([Number.NaN, Number.NaN]);
    expect([...salience.values()]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it("sums in ascending hotkey order, whatever the order of the map", () => {
    // 1e16 + 1 + 1 loses the ones; 1 + 1 + 1e16 keeps them.
    const first = normalise(new Map(Object.entries({ c: 1e16, b: 1, a: 1 })))!;
    expect([...first.keys()]).toEqual(["c", "b", "a"]);
    expect(first.get("c")).toBe(1e16 / (1 + 1 + 1e16));
  });

  it.each(["open1", "open2"])("reproduces the reference's salience of %s from its shares", (ledger) => {
    const path = new URL(`../slow/golden/${ledger}-2026-05.json`, import.meta.url);
    const golden = JSON.parse(readFileSync(path, "utf8"));
    // Dividing shares that sum to 1 by their sum once more may move them by an ulp.
    const { salience } = combine(golden.breakdown);
    expect([...salience.keys()]).toEqual(Object.keys(golden.salience));
    for (const [hotkey, share] of salience) expect(Math.abs(share - golden.salience[hotkey])).toBeLessThan(1e-16);
  });
});
