/** 23-multi-breakout checks 6 to 9. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { BreakoutConstants, Challenge } from "../../src/profiles/profile.js";
import { episodeWeights, findEpisodes, scoreBreakouts } from "../../src/scorers/breakout.js";
import type { Json } from "../../src/scorers/scorer.js";
import type { BreakoutSample } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { nearestHalf } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "MULTIBREAKOUT") as Challenge;
const constants = { ...profile.general, ...profile.kinds.range_breakout_multi?.constants } as BreakoutConstants;

function pair(a: number): [number, number] {
  return [nearestHalf(a), nearestHalf(1 - a)];
}

/** The generator of check 7. */
function generate(count: number): BreakoutSample[] {
  const draw = lcg(12345);
  return Array.from({ length: count }, (_, i) => {
    const episode = Math.floor(i / 20);
    const label = draw() < 0.5 ? 1 : 0;
    const [v0, v1, v2, v3, v4] = [draw(), draw(), draw(), draw(), draw()];
    const sign = label ? 1 : -1;
    const embeddings = new Map([["hkA", pair(0.25 + 0.5 * v0 + sign * 0.2)]]);
    if (i % 3 !== 0) embeddings.set("hkB", pair(0.3 + 0.4 * v1 + sign * 0.08));
    embeddings.set("hkC", pair(0.5));
    if (episode === 0) embeddings.set("hkD", pair(v2));
    embeddings.set("hkE", pair(0.3 + 0.4 * v3 - sign * 0.05));
    if (i % 2 === 1) embeddings.set("hkF", pair(0.2 + 0.6 * v4 + sign * 0.1));
    return sample(10000 + 3000 * episode + 7 * (i % 20), label, embeddings);
  });
}

function sample(triggerSidx: number, label: 0 | 1, embeddings: BreakoutSample["embeddings"]): BreakoutSample {
  const blocks = { triggerBlock: 5 * triggerSidx, resolutionBlock: 5 * triggerSidx + 5 };
  return { asset: 0, triggerSidx, ...blocks, direction: 1, label, embeddings };
}

function score(kernel: Kernel, samples: readonly BreakoutSample[], overrides: Partial<BreakoutConstants> = {}) {
  const context = { challenge, constants: { ...constants, ...overrides }, executor: inlineExecutor(kernel) };
  return scoreBreakouts({ kind: "range_breakout_multi", samples }, { ...context, meta: "cd" });
}

type Table = { readonly [key: string]: Json };

it("chains breakouts that are no more than a day apart (check 6)", () => {
  const samples = [5000, 100, 1540, 2981, 6441, 6440].map((triggerSidx) => ({ triggerSidx }));
  const { episodeOf, sizes } = findEpisodes(samples, 1440);
  expect([...episodeOf]).toEqual([2, 0, 0, 1, 2, 2]);
  expect(sizes).toEqual([2, 1, 3]);
});

describe.each(backends)("breakout salience, $backend", ({ kernel }) => {
  it("gates, fits and shares (check 7)", async () => {
    const samples = generate(60);
    expect(samples.slice(0, 10).map(({ label }) => label)).toEqual([1, 1, 0, 1, 1, 1, 1, 0, 1, 1]);
    expect([...samples[0].embeddings].map(([hotkey, [a]]) => [hotkey, a])).toEqual([
      ["hkA", 0.458251953125],
      ["hkC", 0.5],
      ["hkD", 0.634765625],
      ["hkE", 0.61376953125],
    ]);
    const { shares, diagnostics } = await score(kernel, samples);
    expect(diagnostics.gate).toMatchObject({
      hkA: { count: 60, std: 0.24751311604680953, auc: 0.9769921436588104, qualified: true },
      hkB: { count: 40, std: 0.13172363354639477, auc: 0.9053708439897697, qualified: true },
      hkC: { count: 60, std: 0, auc: 0.5, qualified: false },
      hkD: { count: 20, episodes: 1, std: 0.26347303401083144, auc: 0.42424242424242425, qualified: false },
      hkE: { count: 60, std: 0.12769491452665652, auc: 0.20033670033670037, qualified: false },
      hkF: { count: 30, std: 0.19877430862643483, auc: 0.8058035714285714, qualified: true },
    });
    const coefficients = diagnostics.coefficients as Record<string, number>;
    expect(coefficients.hkA).toBeCloseTo(0.20632858926293626, 14);
    expect(coefficients.hkB).toBeCloseTo(0.11319104514277298, 14);
    expect(coefficients.hkF).toBeCloseTo(0.07216687914202716, 14);
    expect(diagnostics.intercept).toBeCloseTo(0.023820347549941907, 14);
    expect(diagnostics.iterations).toBe(6);
    expectShares(shares, { hkA: 0.5267697051759485, hkB: 0.28898376948834603, hkF: 0.18424652533570546 });
  });

  it("scores the first 50 samples, but not the first 49 (check 7)", async () => {
    const { shares } = await score(kernel, generate(50));
    expectShares(shares, { hkA: 0.5244806426224334, hkB: 0.3021014714718418, hkF: 0.17341788590572468 });
    expect((await score(kernel, generate(49))).skipped).toContain("49 completed breakouts of 50");
  });

  it("scores nothing without both outcomes or a second episode (check 7)", async () => {
    const same = generate(60).map((one) => ({ ...one, label: 1 as const }));
    expect((await score(kernel, same)).shares.size).toBe(0);
    const chained = generate(60).map((one, i) => ({ ...one, triggerSidx: 1000 + 1440 * i }));
    const { shares, diagnostics } = await score(kernel, chained);
    expect(shares.size).toBe(0);
    expect(diagnostics.episodes).toEqual([60]);
  });

  it("gives unequal episodes equal weight (check 8)", async () => {
    const samples = generate(70).map((one, i) => (i >= 20 && i <= 24 ? { ...one, triggerSidx: 11573 } : one));
    const { episodeOf, sizes } = findEpisodes(samples, 1440);
    const ids = [25, 15, 20, 10].flatMap((count, id) => Array<number>(count).fill(id));
    expect([...episodeOf]).toEqual(ids);
    const weights = episodeWeights(episodeOf, sizes);
    expect([0, 30, 50, 65].map((i) => weights[i])).toEqual([0.7000000000000001, 1.1666666666666667, 0.875, 1.75]);
    const { shares, diagnostics } = await score(kernel, samples);
    const coefficients = diagnostics.coefficients as Record<string, number>;
    expect(coefficients.hkA).toBeCloseTo(0.23919778426546776, 14);
    expect(coefficients.hkF).toBeCloseTo(0.06183718604166472, 14);
    expect(diagnostics.intercept).toBeCloseTo(0.009994854453911559, 14);
    expectShares(shares, { hkA: 0.5598081974223619, hkB: 0.29547071430352273, hkF: 0.1447210882741154 });
  });

  it.each([
    [[0.25, 0, 0.375, 0.25, 0.625, 0.25, 0.375, 0.25, 0.5], [0, 1, 1, 1, 1, 0, 1, 1, 0], 0.5000000000000001, true],
    [[0.5, 0.25, 0.125, 0.125, 0.5, 0.125, 0.5, 0.25], [1, 0, 1, 0, 0, 0, 0, 1], 0.49999999999999994, false],
  ])("compares the rounded area with one half (check 9: %#)", async (values, labels, auc, qualified) => {
    const samples = values.map((value, i) =>
      sample(5000 * i, labels[i] as 0 | 1, new Map([["hk", [value, 0] as const]])),
    );
    const { diagnostics } = await score(kernel, samples, { MIN_SAMPLES: 1 });
    expect((diagnostics.gate as Table).hk).toMatchObject({ auc, qualified });
  });
});

function expectShares(actual: ReadonlyMap<string, number>, expected: Record<string, number>) {
  expect([...actual.keys()]).toEqual(Object.keys(expected));
  for (const [hotkey, share] of Object.entries(expected)) expect(actual.get(hotkey)).toBeCloseTo(share, 14);
}
