/** 22-lbfgs-buckets checks 2, 4, 5, 7 and 8: row weights, bootstrap, both paths and their blend on generator G. */
import { beforeAll, describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { sum32 } from "../../src/numeric/sums.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { BucketConstants, Challenge } from "../../src/profiles/profile.js";
import { bootstrapSizes } from "../../src/scorers/bootstrap.js";
import { recentWeights } from "../../src/scorers/buckets/recentWeights.js";
import { scoreBuckets } from "../../src/scorers/buckets.js";
import { horizonRows } from "../../src/scorers/labels.js";
import type { ChallengeScore, Json } from "../../src/scorers/scorer.js";
import { backends } from "../helpers/backends.js";
import { type BucketSample, float32Kernel, generate, priceData } from "../helpers/bucketData.js";
import { lcg } from "../helpers/lcg.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETHLBFGS") as Challenge;
const constants = { ...profile.general, ...profile.kinds.lbfgs?.constants } as BucketConstants;
const fit = { C: 0.1, tol: 1e-4, maxIter: 100, balanced: true, solver: "liblinear" } as const;

/** Scores float32 embeddings as the specification's numbers were made. */
function scoreFloat32(kernel: Kernel, sample: BucketSample, overrides: Partial<BucketConstants> = {}) {
  const behind = new Map<Uint16Array, Float32Array>();
  const data = priceData(sample, (values) => {
    const standIn = new Uint16Array(values.length);
    behind.set(standIn, values);
    return standIn;
  });
  const executor = inlineExecutor(float32Kernel(kernel, behind));
  return scoreBuckets(data, { challenge, constants: { ...constants, ...overrides }, executor, meta: "cd" });
}

describe("row weights (check 2)", () => {
  it("lets old rows weigh less when most are old", () => {
    const weights = recentWeights(
      Int32Array.from({ length: 10 }, (_, t) => t),
      4,
      0.5,
    );
    expect([...weights]).toEqual([...Array(6).fill(0.8333333134651184), ...Array(4).fill(1.25)]);
  });

  it("counts time steps, not rows", () => {
    const weights = recentWeights(Int32Array.of(0, 1, 20000, 20001, 20002), 14000, 0.5);
    expect([...weights]).toEqual([1.25, 1.25, 0.8333333730697632, 0.8333333730697632, 0.8333333730697632]);
  });

  it("knows two cases in the classifier", () => {
    const weights = (n: number) =>
      recentWeights(
        Int32Array.from({ length: n }, (_, t) => t),
        14000,
        0.5,
      );
    expect([weights(24000)[0], weights(24000)[23999]]).toEqual([1.2000000476837158, 0.8571429252624512]);
    expect([weights(36000)[0], weights(36000)[35999]]).toEqual([0.8181818723678589, 1.2857143878936768]);
  });

  it("is 1 when all rows are recent", () => {
    expect([...recentWeights(Int32Array.of(5, 3, 9), 14000, 0.5)]).toEqual([1, 1, 1]);
  });

  it.each([
    [100, 79.99999237060547],
    [128, 104.00001525878906],
    [1537, 1230],
    [20011, 16009.9990234375],
  ])("sums %d float32 values in blocks", (n, expected) => {
    const recent = Math.floor(0.6 * n);
    const values = new Float32Array(n).fill(1);
    values.fill(Math.fround((0.5 * (n - recent)) / (0.5 * recent)), n - recent);
    expect(sum32(values)).toBe(expected);
  });
});

it.each([
  [300, 5, 60],
  [1800, 5, 360],
  [2, 5, 1],
  [12.5, 5, 2],
  [17.5, 5, 4],
  [7, 0, 7],
])("looks %d blocks ahead at %d blocks per row: %d rows", (blocks, every, rows) => {
  expect(horizonRows(blocks, every)).toBe(rows);
});

describe.each(backends)("bucket challenges, $backend", ({ kernel }) => {
  it("draws the reference's rows (check 4)", () => {
    const draws = kernel.randomIntegers(1042, 23881, 200);
    expect([...draws.slice(0, 6)]).toEqual([17992, 8535, 166, 8888, 3221, 13755]);
    expect([...draws.slice().sort().slice(0, 6)]).toEqual([166, 243, 269, 350, 357, 765]);
    const starts = [1042, 1043, 42].map((seed) => [...kernel.randomIntegers(seed, 181, 2).sort()]);
    expect(starts).toEqual([
      [64, 136],
      [30, 121],
      [16, 140],
    ]);
  });

  describe("bootstrap (check 5)", () => {
    const draw = lcg(7);
    const rows = 300;
    const columns = [0, 1, 2].map(() => new Float64Array(rows));
    const y = new Uint8Array(rows);
    for (let t = 0; t < rows; t++) {
      for (const column of columns) column[t] = draw();
      y[t] = columns[0][t] + 0.5 * columns[1][t] + draw() > 1.6 ? 1 : 0;
    }
    const weights = recentWeights(
      Int32Array.from({ length: rows }, (_, t) => t),
      100,
      0.5,
    );
    const design = (n: number) => Float64Array.from(columns.flatMap((column) => [...column.subarray(0, n)]));
    const narrow = { values: Float32Array.from(design(rows)), rows, cols: 3 };
    const wide = { values: design(rows), rows, cols: 3 };
    const lbfgs = { ...fit, solver: "lbfgs", C: 0.5, maxIter: 500 } as const;

    it("makes the data", () => {
      expect(columns.map((column) => column[0])).toEqual([0.23878083983436227, 0.9134932646993548, 0.6124916663393378]);
      expect(y.reduce((a, b) => a + b)).toBe(64);
      expect([weights[0], weights[299]]).toEqual([0.75, 1.5]);
    });

    it("fits all rows", () => {
      const first = kernel.fitLogistic(narrow, y, weights, fit);
      expectClose(first.coef, [1.3467685752089227, 0.2885169877661263, -0.23628728225977103]);
      expect(first.intercept).toBeCloseTo(-0.7285598856594476, 13);
      expect(first.iterations).toBe(3);
      const second = kernel.fitLogistic(wide, y, weights, lbfgs);
      expectClose(second.coef, [3.7905929067239463, 1.2757442545443562, -0.060755467256312506]);
      expect(second.intercept).toBeCloseTo(-2.892547020045588, 12);
      expect(second.iterations).toBe(8);
    });

    it("takes the median of four group means", async () => {
      const executor = inlineExecutor(kernel);
      const plan = { fit, block: 120, replicates: 20 };
      const [first] = await bootstrapSizes(executor, [{ x: narrow, y, weights, seed: 1042 }], plan);
      expectClose(first, [1.1221260532649346, 0.23367830284611343, 0.11707873450524037]);
      const [second] = await bootstrapSizes(executor, [{ x: wide, y, weights, seed: 42 }], { ...plan, fit: lbfgs });
      expectClose(second, [3.5607499896919412, 1.197833984015762, 0.20946813276298404]);
    });

    it("gives the same with any number of workers", async () => {
      const executor = { ...inlineExecutor(kernel), workers: 3 };
      const problem = { x: narrow, y, weights, seed: 1042 };
      const plan = { fit, block: 120, replicates: 20 };
      const [one] = await bootstrapSizes(inlineExecutor(kernel), [problem], plan);
      const [three] = await bootstrapSizes(executor, [problem], plan);
      expect(three).toEqual(one);
    });

    it("makes one fit of fewer than two blocks", async () => {
      const few = { values: Float32Array.from(design(239)), rows: 239, cols: 3 };
      const problem = { x: few, y: y.slice(0, 239), weights: weights.slice(0, 239), seed: 1042 };
      const [sizes] = await bootstrapSizes(inlineExecutor(kernel), [problem], { fit, block: 120, replicates: 20 });
      const single = kernel.fitLogistic(few, problem.y, problem.weights, fit);
      expect(sizes).toEqual(single.coef.map(Math.abs));
    });
  });

  // The plain backend takes half a minute for these; test/slow holds it to the same shares.
  describe.runIf(kernel.backend === "wasm")("one segment (check 7)", () => {
    const sample = generate(28500, 15000);
    let score: ChallengeScore;
    beforeAll(async () => {
      score = await scoreFloat32(kernel, sample);
    }, 60_000);

    it("makes the data", () => {
      expect([sample.prices[1], sample.prices[28499]]).toEqual([999.0408053714782, 831.084186759447]);
      expect(sample.values[0][0]).toBe(0.048187505453825);
      let sum = 0;
      for (let t = 0; t < 28500; t++) {
        for (const values of sample.values) for (let d = 0; d < 17; d++) sum += values[t * 17 + d];
      }
      expect(sum).toBe(569081.9317503665);
    });

    it("walks forward", () => {
      const { active, segments, uniqueness } = path(score, "classifier");
      expect(active).toEqual(["hk0", "hk1", "hk2", "hk3", "hk4"]);
      const [segment] = segments as Record<string, Json>[];
      expect(segment.counts).toEqual([31, 99, 591, 60, 0]);
      const accuracy = [0.34148395697601525, 0.27954271716675516, 0.27954271716675516, 0.21111623852740605];
      expectClose(
        segment.lifts as number[],
        [...accuracy, 0.32932304872864887].map((value) => value - 0.2),
      );
      expect(segment.selected).toEqual(["hk0", "hk1", "hk2", "hk4", "hk3"]);
      expect(segment.balancedAccuracy).toBeCloseTo(0.42685494622001907, 15);
      expectClose(uniqueness as number[], [1, 0.31304025, 0, 0.4434450069444445, 0.2659980624999999]);
    });

    it("shares the classifier path", () => {
      expectShares(path(score, "classifier").shares, {
        hk0: 0.9494179896927865,
        hk1: 0.018577186773223352,
        hk3: 3.6163813898650264e-5,
        hk4: 0.03196865972009163,
      });
    });

    it("shares the quantile path and blends", () => {
      const { fits, shares } = path(score, "quantiles");
      const rows = (fits as Record<string, Json>[]).map(({ bucket, multiplier, rows, hits }) => [
        ...[bucket, multiplier, rows, hits],
      ]);
      expect(rows).toEqual([
        [0, 0.5, 698, 35],
        [0, 1, 698, 2],
        [1, 0.5, 3221, 436],
        [1, 1, 3221, 29],
        [3, 0.5, 2653, 407],
        [3, 1, 2653, 30],
        [4, 0.5, 391, 18],
        [4, 1, 391, 1],
      ]);
      expectShares(shares, {
        hk0: 0.33781201290955554,
        hk1: 0.08529366199525171,
        hk2: 0.08529366199525171,
        hk3: 0.20045420407028985,
        hk4: 0.2911464590296512,
      });
      expectShares(Object.fromEntries(score.shares), {
        hk0: 0.8058933227091625,
        hk1: 0.03159663969544221,
        hk2: 0.01807249982393284,
        hk3: 0.04791132691838579,
        hk4: 0.09652621085307665,
      });
    });
  });

  it.runIf(kernel.backend === "wasm")("decays segments and counts them on (check 7, two segments)", async () => {
    const score = await scoreFloat32(kernel, generate(42000, 15000));
    const segments = path(score, "classifier").segments as Record<string, number>[];
    expectClose(
      segments.map(({ balancedAccuracy }) => balancedAccuracy),
      [0.3926380603819199, 0.41152920410303573],
    );
    expect(segments.map(({ weight }) => weight)).toEqual([0.6803950000871885, 1]);
    expectShares(path(score, "classifier").shares, {
      hk0: 0.9486980172330379,
      hk1: 0.016314081078170232,
      hk3: 3.3866323109135517e-6,
      hk4: 0.03498451505648076,
    });
    expectShares(path(score, "quantiles").shares, {
      hk0: 0.21069380765837212,
      hk1: 0.12068710412481828,
      hk2: 0.12068710412481828,
      hk3: 0.26236632999742654,
      hk4: 0.28556565409456486,
    });
  });

  it("follows smaller constants (check 8)", async () => {
    const small = { _WF_CHUNK: 600, _MAX_TRAIN: 1800, MIN_REQUIRED_SAMPLES: 1200, RECENT_SAMPLES: 700 };
    const score = await scoreFloat32(kernel, generate(4000, 1500), small);
    const segments = path(score, "classifier").segments as Record<string, number>[];
    expectClose(
      segments.map(({ balancedAccuracy }) => balancedAccuracy),
      [0.43405460490306225, 0.37884325151300696, 0.37941058540497197],
    );
    expectShares(path(score, "classifier").shares, {
      hk0: 0.8977851224869648,
      hk1: 0.02805263315311177,
      hk3: 0.0009880984693111643,
      hk4: 0.07317414589061237,
    });
    expectShares(path(score, "quantiles").shares, {
      hk0: 0.3030132682695375,
      hk1: 0.14563695790607037,
      hk2: 0.14563695790607037,
      hk3: 0.2592793614641396,
      hk4: 0.1464334544541821,
    });
  });

  it("says why nothing is scored", async () => {
    const { shares, skipped } = await scoreFloat32(kernel, generate(7000, 0));
    expect(shares.size).toBe(0);
    expect(skipped).toBe("7000 rows of 7200 needed");
  });
});

function path(score: ChallengeScore, name: string): Record<string, Json> {
  return score.diagnostics[name] as Record<string, Json>;
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[]) {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i], `entry ${i}`).toBeCloseTo(value, 12);
  });
}

/** A clone that straddles a block of the reference's sums may differ from its twin in the last bits, so 1e-12. */
function expectShares(actual: Json, expected: Record<string, number>) {
  expect(Object.keys(actual as object)).toEqual(Object.keys(expected));
  expectClose(Object.values(actual as object), Object.values(expected));
}
