import { describe, expect, it } from "vitest";
import { openJsKernel } from "../../src/kernel/load.js";
import { Pcg64 } from "../../src/numeric/random.js";
import { GeometricSampler } from "../../src/random/geometric.js";
import { Mt19937 } from "../../src/random/mt19937.js";
import { drawResampling, drawRows } from "../../src/scorers/tradeMix/bootstrap.js";
import { leaderClusters } from "../../src/scorers/tradeMix/clusters.js";
import { makeFolds } from "../../src/scorers/tradeMix/folds.js";
import {
  bootstrapSkill,
  gridProfits,
  rebalancingRows,
  roughErf,
  shrunkSharpe,
} from "../../src/scorers/tradeMix/luck.js";
import { chooseRows, regimeColumns } from "../../src/scorers/tradeMix/moe.js";
import { forwardReturns } from "../../src/scorers/tradeMix/returns.js";
import { tradeMixShares } from "../../src/scorers/tradeMix/salience.js";
import { halfCode } from "../helpers/half.js";
import { tradeMixConstants } from "./tradeMixMarket.js";

const kernel = openJsKernel();

describe("forward returns (check 1)", () => {
  it("are NaN where a price is missing or too late", () => {
    const [returns] = forwardReturns(kernel, Float64Array.of(100, 101, 0, 102, 103), 1, 2);
    expect(returns[1]).toBeCloseTo(0.00985229644301164, 16);
    expect([0, 2, 3, 4].every((t) => Number.isNaN(returns[t]))).toBe(true);
  });

  it.each([2, 0])("are all NaN with two rows and horizon %i", (horizon) => {
    const [returns] = forwardReturns(kernel, Float64Array.of(1, 2), 1, horizon);
    expect(returns.every(Number.isNaN)).toBe(true);
  });
});

it("the error function is the rough one (check 2)", () => {
  const expected = [
    [0, 0],
    [0.1, 0.11246296562219549],
    [-0.5, -0.5205000163047472],
    [1, 0.8427006897475899],
    [3, 0.9999778948511022],
    [-7, -1],
  ];
  for (const [x, y] of expected) expect(roughErf(kernel, x)).toBeCloseTo(y, 15);
});

describe("luck filter (check 3)", () => {
  const rows = 32;
  const constants = tradeMixConstants({ horizon_bars: 2, rebal_period: 2, bars_per_day: 24 });
  const grid = rebalancingRows(rows, 2, 2);
  const miners = [(t: number) => (((3 * t) % 7) - 3) / 4, (t: number) => (t % 2 === 1 ? 1 : -0.5), () => 0];

  function profitsOf(change: (prices: Float64Array) => void = () => {}): Float64Array[] {
    const prices = Float64Array.from({ length: rows }, (_, t) => 100 + ((7 * t) % 5));
    change(prices);
    const [returns] = forwardReturns(kernel, prices, 1, 2);
    const gridReturns = Float64Array.from(grid, (t) => returns[t]);
    return miners.map((miner) => gridProfits(Float32Array.from(grid, miner), 1, 0, gridReturns, 20 / 1e4));
  }
  const skill = (profits: Float64Array[]): number[] => profits.map((p) => shrunkSharpe(kernel, p, constants));

  it("gives profits after fees", () => {
    const profits = profitsOf();
    expect(profits[0].length).toBe(15);
    const expected = [
      [-0.030915534864961, -0.020610356576640666, 0],
      [-0.010246433183802644, 0.0048309554558684294, 0],
      [-0.005378087472682343, 0.004878087472682343, 0],
    ];
    for (const [r, row] of expected.entries()) {
      for (const [j, value] of row.entries()) expect(profits[j][r]).toBeCloseTo(value, 15);
    }
  });

  it("shrinks the Sharpe ratio", () => {
    const profits = profitsOf();
    const found = skill(profits);
    for (const [j, value] of [0.32810104409491386, 0.49591325072183995, 0.5].entries()) {
      expect(found[j]).toBeCloseTo(value, 13);
    }
    expect(skill([profits[0].map((x) => x + 0.02)])[0]).toBeCloseTo(0.9961902119869932, 13);
    expect(skill(profits.map((p) => p.subarray(0, 9)))).toEqual([0.5, 0.5, 0.5]);
  });

  it("is blind on an asset with a missing price on the grid, not off it", () => {
    const gap = profitsOf((prices) => {
      prices[4] = 0;
    });
    expect(skill(gap)).toEqual([0.5, 0.5, 0.5]);
    const resampling = drawResampling(kernel, 15, { ...constants, boot_samples: 20, boot_block_len: 20 });
    expect(gap.map((p) => bootstrapSkill(p, resampling))).toEqual([1, 1, 1]);
    const offGrid = profitsOf((prices) => {
      prices[5] = 0;
    });
    expect(offGrid).toEqual(profitsOf());
  });

  it.each([
    [20, [0, 0.15, 0]],
    [8, [0, 0.25, 0]],
  ])("bootstraps blocks of %i bars", (boot_block_len, expected) => {
    const resampling = drawResampling(kernel, 15, { ...constants, boot_samples: 20, boot_block_len });
    const found = profitsOf().map((p) => bootstrapSkill(p, resampling));
    for (const [j, value] of expected.entries()) expect(found[j]).toBeCloseTo(value, 14);
  });
});

describe("random numbers", () => {
  it("draws blocks of rows (check 4)", () => {
    const sampler = new GeometricSampler(kernel);
    expect([...drawRows(new Pcg64(42), sampler, 15, 0.25)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 0, 1]);
    expect([...drawRows(new Pcg64(42), sampler, 15, 0.5)]).toEqual([
      1, 11, 12, 13, 1, 10, 11, 12, 13, 14, 0, 11, 12, 13, 11,
    ]);
  });

  it("draws exponentials as default_rng(7).standard_exponential does", () => {
    const sampler = new GeometricSampler(kernel);
    const generator = new Pcg64(7);
    const drawn = Array.from({ length: 3000 }, () => sampler.exponential(generator));
    const first = [0.7075292557919215, 1.025203348294905, 0.5685486573832514, 0.8951098635951629, 0.20653275401650553];
    for (const [i, value] of first.entries()) expect(drawn[i]).toBeCloseTo(value, 13);
    expect(drawn[2139]).toBeCloseTo(7.6295694189902505, 12);
    expect(drawn.reduce((sum, x) => sum + x, 0)).toBeCloseTo(3019.1759417630624, 9);
  });

  it("chooses rows without replacement as NumPy does", () => {
    expect(chooseRows(42, 10800, 3)).toEqual([7069, 963, 8357]);
    expect(chooseRows(42, 17280, 3)).toEqual([11310, 1542, 13373]);
    expect(chooseRows(42, 23760, 3)).toEqual([15552, 2120, 18388]);
    expect(chooseRows(42, 30240, 3)).toEqual([19794, 2698, 23403]);
    expect(chooseRows(42, 36720, 3)).toEqual([24035, 3277, 28418]);
  });

  it("follows RandomState(42)", () => {
    const random = new Mt19937(42);
    const drawn = Array.from({ length: 1000 }, () => random.random());
    expect(drawn.slice(0, 3)).toEqual([0.3745401188473625, 0.9507143064099162, 0.7319939418114051]);
    expect(drawn[999]).toBe(0.44600577295795574);
    expect(random.integer31()).toBe(795139886);
  });
});

it("folds expand (check 5)", () => {
  const bounds = (rows: number, horizon: number): number[][] =>
    makeFolds(rows, horizon, 5).map(({ trainEnd, testBegin, testEnd }) => {
      expect(testBegin).toBe(trainEnd);
      return [trainEnd, testEnd];
    });
  expect(bounds(119, 60)).toEqual([]);
  expect(makeFolds(120, 60, 5)).toEqual([{ trainEnd: 60, testBegin: 60, testEnd: 120 }]);
  expect(bounds(239, 60)).toEqual([[119, 239]]);
  expect(bounds(240, 60)).toEqual([[120, 240]]);
  expect(bounds(300, 60)).toEqual([[120, 240]]);
  expect(bounds(600, 60)).toEqual([
    [150, 270],
    [270, 390],
    [390, 510],
  ]);
  expect(bounds(1203, 60).flat()).toEqual([300, 480, 480, 660, 660, 840, 840, 1020, 1020, 1200]);
  expect(bounds(1200, 6).flat()).toEqual([300, 480, 480, 660, 660, 840, 840, 1020, 1020, 1200]);
  expect(bounds(43_200, 60).map(([trainEnd]) => trainEnd)).toEqual([10_800, 17_280, 23_760, 30_240, 36_720]);
});

it("merges near-identical miners (check 6)", () => {
  const columns = [
    [1, 0, 0],
    [1, 0.25, 0],
    [0, 1, 0],
    [1, 0, 0.3],
  ].map((column) => Uint16Array.from(column, halfCode));
  const similarity = kernel.cosineSimilarities(columns);
  const clusters = (skill: number[]) => leaderClusters(similarity, skill, 0.95);
  expect(clusters([0.7, 0.9, 0.8, 0.7])).toEqual([
    { representative: 1, members: [1, 0] },
    { representative: 2, members: [2] },
    { representative: 3, members: [3] },
  ]);
  expect(clusters([0.9, 0.7, 0.8, 0.7])).toEqual([
    { representative: 0, members: [0, 1, 3] },
    { representative: 2, members: [2] },
  ]);
});

describe("shares (26 §7)", () => {
  const clusters = [
    { representative: 0, members: [0, 2] },
    { representative: 1, members: [1] },
  ];
  it("splits a cluster's attribution and weights it by the member's own skill", () => {
    const shares = tradeMixShares(3, clusters, [4, 1], [0.5, 1, 1], 50)!;
    expect([...shares]).toEqual([0.25, 0.25, 0.5]);
  });
  it("keeps the top K of many hotkeys, ties to the lower column", () => {
    const shares = tradeMixShares(3, clusters, [4, 1], [0.5, 1, 1], 2)!;
    expect([...shares]).toEqual([1 / 3, 0, 2 / 3]);
  });
  it("is null when nobody earned anything", () => {
    expect(tradeMixShares(3, clusters, [0, Number.NaN], [1, 1, 1], 50)).toBeNull();
  });
});

it("takes six regime columns", () => {
  expect(regimeColumns(28)).toEqual([0, 5, 10, 16, 21, 27]);
  expect(regimeColumns(4)).toEqual([0, 1, 2, 3]);
});
