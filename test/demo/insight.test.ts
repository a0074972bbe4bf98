import { describe, expect, it } from "vitest";
import { aucSeries, minersOf, singleAuc, tickersOf, tradeMixProfit } from "../../src/demo/insight.js";
import { getProfile } from "../../src/profiles/index.js";
import { aggregate } from "../../src/salience/aggregate.js";
import type { LedgerScores } from "../../src/score.js";

const profile = getProfile();
const breakdown = { TRADEMIX: { a: 0.5, b: 0.5 }, ETH: { a: 1 }, CADUSD: { b: 0.25, constructor: 0.75 } };
const weighted = Object.entries(breakdown).map(([ticker, shares]) => ({
  ticker,
  weight: profile.challenges.find((challenge) => challenge.ticker === ticker)!.weight,
  shares: new Map(Object.entries(shares)),
}));

const scores = {
  profile: profile.name,
  salience: Object.fromEntries(aggregate(weighted).salience),
  breakdown,
  diagnostics: {
    ETH: {
      selection: [
        { hotkey: "a", auc: 0.6 },
        { hotkey: "b", why: "few rows" },
      ],
    },
    MULTIBREAKOUT: { gate: { b: { auc: 0.7 } } },
    MULTIXSEC: {
      segments: [
        { segment: 2, selectionAuc: { a: 0.51 } },
        { segment: 3, selectionAuc: { a: 0.52, b: 0.49 } },
      ],
    },
    FUNDINGXSEC: {},
    TRADEMIX: {
      per_fold_full_pnl: [3, 2],
      clusters: [{ members: ["b"], per_fold_pnl_without: [1, 2.5] }],
    },
  },
} as unknown as LedgerScores;

describe("a result's insight", () => {
  it("ranks miners, and its parts sum to the salience", () => {
    const miners = minersOf(scores);
    expect(tickersOf(scores)).toEqual(["ETH", "CADUSD", "TRADEMIX"]);
    expect(miners.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    for (const { hotkey, salience, parts } of miners) {
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(salience, 12);
      expect(salience).toBe(scores.salience[hotkey]);
    }
    expect(miners.find(({ hotkey }) => hotkey === "constructor")!.shares).toEqual([0, 0.75, 0]);
  });

  it("finds AUCs where scorers note them", () => {
    expect(aucSeries(scores, "a")).toEqual([{ ticker: "MULTIXSEC", segments: [2, 3], aucs: [0.51, 0.52] }]);
    expect(aucSeries(scores, "b")[0]!.segments).toEqual([3]);
    expect(singleAuc(scores, "ETH", "a")).toBe(0.6);
    expect(singleAuc(scores, "ETH", "b")).toBeUndefined();
    expect(singleAuc(scores, "MULTIBREAKOUT", "b")).toBe(0.7);
    expect(singleAuc(scores, "MULTIBREAKOUT", "constructor")).toBeUndefined();
  });

  it("cumulates what a miner's cluster added to the desk's profit", () => {
    expect(tradeMixProfit(scores, "b")).toEqual([2, 1.5]);
    expect(tradeMixProfit(scores, "a")).toBeUndefined();
  });
});
