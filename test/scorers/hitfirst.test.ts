/** 21-hitfirst checks 3 to 8: whole challenges on generator Q. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { Challenge, HitFirstConstants } from "../../src/profiles/profile.js";
import { scoreHitFirst } from "../../src/scorers/hitfirst.js";
import type { ChallengeScore } from "../../src/scorers/scorer.js";
import type { PriceData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { minimalStandard } from "../helpers/binaryData.js";
import { halfCode } from "../helpers/half.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETHHITFIRST") as Challenge;
const constants = { ...profile.general, ...profile.kinds.hitfirst?.constants } as HitFirstConstants;

interface Sample {
  readonly prices: Float64Array;
  /** Three miners' float32 vectors, rows × 3 each. */
  readonly values: readonly Float32Array[];
}

function generate(rows: number): Sample {
  const draw = minimalStandard(777);
  const prices = new Float64Array(rows);
  prices[0] = 1000;
  for (let t = 1; t < rows; t++) prices[t] = prices[t - 1] * (1 + 0.002 * draw());
  const values = [0, 1, 2].map(() => new Float32Array(3 * rows));
  for (let t = 0; t < rows; t++) {
    const [a, b, c] = [draw(), draw(), draw()];
    const move = prices[Math.min(t + 20, rows - 1)] / prices[t] - 1;
    const up = 0.45 + 0.5 * Math.max(-0.4, Math.min(0.4, 20 * move)) + 0.05 * a;
    if (t % 7 !== 0) values[0].set([up, 0.9 - up, 0.1], 3 * t);
    values[1].set([0.5 + 0.25 * b, 0.5 - 0.25 * b + 0.0625 * c, 0.25], 3 * t);
  }
  return { prices, values };
}

function priceData(prices: Float64Array, columns: readonly Uint16Array[], width = 3): PriceData {
  const rows = prices.length;
  const hotkeys = columns.map((_, j) => `m${j}`);
  const sidx = Int32Array.from({ length: rows }, (_, t) => t);
  return { kind: "hitfirst", embeddings: { hotkeys, columns, width, rows }, prices, sidx };
}

/**
 * The kernel with the one operation that reads codes replaced by the formula on the float32 values behind a column, since the
 * specification's numbers come from float32 vectors.
 */
function float32Kernel(kernel: Kernel, behind: ReadonlyMap<Uint16Array, Float32Array>): Kernel {
  return {
    ...kernel,
    hitFirstLogits(codes, rows, eps) {
      const values = behind.get(codes) as Float32Array;
      const clip = (p: number) => Math.min(Math.max(p, eps), 1 - eps);
      const side = (entry: number) =>
        Float64Array.from(rows, (row) => {
          const vector = values.subarray(3 * row, 3 * row + 3);
          if (vector.every((value) => value === 0)) return 0;
          const [a, b, c] = [...vector].map(clip);
          const p = clip(clip(vector[entry]) / (a + b + c));
          return kernel.log(p) - kernel.log(1 - p);
        });
      const [up, down] = [side(0), side(1)];
      return { up, down, hasUp: up.some((x) => x !== 0), hasDown: down.some((x) => x !== 0) };
    },
  };
}

function score(kernel: Kernel, data: PriceData, overrides: Partial<HitFirstConstants> = {}, blocksAhead = 500) {
  const context = { constants: { ...constants, ...overrides }, executor: inlineExecutor(kernel), meta: "cd" } as const;
  return scoreHitFirst(data, { ...context, challenge: { ...challenge, blocksAhead } });
}

function scoreSample(kernel: Kernel, { prices, values }: Sample, small?: number) {
  const behind = new Map(values.map((column) => [new Uint16Array(column.length), column]));
  const data = priceData(prices, [...behind.keys()]);
  const overrides = small === undefined ? {} : { MIN_REQUIRED_SAMPLES: 50, min_days: 0 };
  return score(float32Kernel(kernel, behind), data, overrides, small);
}

interface Diagnostics {
  readonly validRows: number;
  readonly touchedUp: number;
  readonly touchedDown: number;
  readonly fits: readonly { side: string; coef: number[]; intercept: number; iterations: number }[];
}
const told = (result: ChallengeScore) => result.diagnostics as unknown as Diagnostics;

function expectShares(result: ChallengeScore, expected: readonly number[], digits: number): void {
  expect([...result.shares.keys()]).toEqual(["m0", "m1", "m2"]);
  for (const [j, share] of [...result.shares.values()].entries()) expect(share).toBeCloseTo(expected[j], digits);
  expect(result.shares.get("m2")).toBe(0);
}

describe.each(backends)("hit-first challenge ($backend)", ({ kernel }) => {
  it.each([50, 52])("scores 400 rows, %i blocks ahead (checks 3 and 4)", async (blocksAhead) => {
    const sample = generate(400);
    expect([...sample.prices.subarray(1, 4)]).toEqual([998.0625, 996.3314853515625, 995.3351538662109]);
    expect(sample.prices[399]).toBeCloseTo(998.1627813774807, 10);
    expect([...sample.values[0].subarray(3, 6)]).toEqual([
      0.39532360434532166, 0.5046764016151428, 0.10000000149011612,
    ]);
    const result = await scoreSample(kernel, sample, blocksAhead);
    const { validRows, touchedUp, touchedDown, fits } = told(result);
    expect([validRows, touchedUp, touchedDown]).toEqual([341, 125, 96]);
    const expected = [
      [2.981201576713194, 0.23925833438598945, 0, 0.48062149145928673, 6],
      [3.47169831894496, 0.19419937623775962, 0, 0.5812503918619791, 5],
    ];
    for (const [k, { coef, intercept, iterations }] of fits.entries()) {
      for (const [j, value] of [...coef, intercept, iterations].entries()) {
        expect(value).toBeCloseTo(expected[k][j], 11);
      }
    }
    expectShares(result, [0.937055590864416, 0.06294440913558401, 0], 12);
  });

  it("scores 14,499 rows as published (checks 5 and 6)", async () => {
    const none = await scoreSample(kernel, generate(14_498));
    expect(none.shares.size).toBe(0);
    expect(none.skipped).toContain("7199 labelled rows");
    const result = await scoreSample(kernel, generate(14_499));
    const { validRows, touchedUp, touchedDown, fits } = told(result);
    expect([validRows, touchedUp, touchedDown]).toEqual([7200, 2897, 2265]);
    const expected = [
      [3.7422214096026845, 0.055314825587268246, 0, 0.5617084523399063],
      [3.974110528643493, -0.10495933782202665, 0, 0.5131263210457689],
    ];
    for (const [k, { coef, intercept }] of fits.entries()) {
      for (const [j, value] of [...coef, intercept].entries()) expect(value).toBeCloseTo(expected[k][j], 11);
    }
    expectShares(result, [0.9796518752695264, 0.02034812473047359, 0], 12);
  });

  it("scores 15,000 rows as published (check 7)", async () => {
    const result = await scoreSample(kernel, generate(15_000));
    const { validRows, touchedUp, touchedDown } = told(result);
    expect([validRows, touchedUp, touchedDown]).toEqual([7701, 3107, 2265]);
    expectShares(result, [0.9934248738186853, 0.0065751261813146306, 0], 12);
  });
});

describe("hit-first challenge", () => {
  const { kernel } = backends[0];
  const small = { MIN_REQUIRED_SAMPLES: 50, min_days: 0 };
  const { prices, values } = generate(400);
  const columns = values.map((column) => Uint16Array.from(column, halfCode));

  it("needs three values, miners and a long history (check 8)", async () => {
    const why = async (data: PriceData, overrides = {}) => (await score(kernel, data, overrides, 50)).skipped;
    expect(await why(priceData(prices, columns), small)).toBeUndefined();
    expect(await why(priceData(prices, columns, 2), small)).toContain("vectors hold 2 values");
    expect(await why(priceData(prices, []), small)).toBe("no miners");
    expect(await why(priceData(prices, columns))).toContain("at least 7200 are needed");
    expect(await why(priceData(prices, columns), { MIN_REQUIRED_SAMPLES: 391, min_days: 0 })).toContain("full horizon");
    const silent = columns.map((codes) => new Uint16Array(codes.length));
    expect(await why(priceData(prices, silent), small)).toBe("all coefficients are 0");
    expect(await why(priceData(new Float64Array(400).fill(10), columns), small)).toContain("labelled rows");
  });

  it("does not care in which order the miners stand", async () => {
    const shares = (order: readonly number[]) =>
      score(
        kernel,
        priceData(
          prices,
          order.map((j) => columns[j]),
        ),
        small,
        50,
      ).then((result) => [...result.shares.values()]);
    const straight = await shares([0, 1, 2]);
    for (const order of [
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const turned = await shares(order);
      for (const [k, j] of order.entries()) expect(turned[k]).toBeCloseTo(straight[j], 13);
    }
  });
});
