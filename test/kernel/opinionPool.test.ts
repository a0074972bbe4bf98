/** Operations of the opinion pool against their definitions (42-profile-2025-10 §4, §5), and both backends against each other. */
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../src/kernel/kernel.js";
import { backends } from "../helpers/backends.js";
import { distance } from "../helpers/distance.js";
import { halfCode, nearestHalf } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";
import { readingValues } from "../helpers/poolData.js";

const WIDTH = 17;
const EPS = 1e-12;
/** Absent in two spellings, above one, below zero, infinite, not a number. */
const ODD: readonly (readonly [code: number, value: number])[] = [
  [0, 0],
  [0x8000, 0],
  [0x3c00, 1],
  [0x4000, 2],
  [0xb800, -0.5],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, 0],
  [0xfe00, 0],
  [1, 2 ** -24],
];

interface Miner {
  readonly codes: Uint16Array;
  readonly values: Float64Array;
}

/** Rows of random values, some absent, some odd. */
function miner(rows: number, seed: number): Miner {
  const draw = lcg(seed);
  const codes = new Uint16Array(rows * WIDTH);
  const values = new Float64Array(codes.length);
  for (let t = 0; t < rows; t++) {
    if (draw() < 0.2) continue;
    for (let d = 0; d < WIDTH; d++) {
      const at = t * WIDTH + d;
      const p = draw();
      [codes[at], values[at]] = draw() < 0.05 ? ODD[Math.floor(p * ODD.length)] : [halfCode(p), nearestHalf(p)];
    }
  }
  return { codes, values };
}

const rows = 5001;
const miners = [1, 2, 3].map((seed) => miner(rows, seed));
const columns = miners.map(({ codes }) => codes);
const behind = new Map(miners.map(({ codes, values }) => [codes, values]));
const draw = lcg(9);
const labels = Uint8Array.from({ length: rows }, () => Math.floor(draw() * 5));
const weights = Float64Array.from({ length: rows }, () => draw());
const shares = Float64Array.of(0.5, 0, 0.5);
const logPrior = Float64Array.of(-2.5, -1.5, -0.7, -1.6, -2.4);
const parameters = Float64Array.of(0.3, -0.2, 0.4, 1.7, 0.6);

const everything = (kernel: Kernel) => {
  const pool = kernel.poolLogs(columns, WIDTH, 100, 4101, shares, EPS);
  const forecast = kernel.poolForecast(pool, logPrior, parameters);
  const own = weights.subarray(100, 4101);
  const starts = Int32Array.of(0, 2000, 5000);
  const gradient = new Float64Array(5);
  const problem = { pool, labels: labels.subarray(100, 4101), weights: own, logPrior, penalty: 0.1, eps: EPS };
  return {
    ...kernel.labelLosses(columns[0], WIDTH, labels, weights, Int32Array.of(3, 3, 2500, 5001), EPS),
    pool,
    forecast,
    distances: kernel.poolDistances(columns, WIDTH, starts, 100, pool, forecast, own, EPS),
    value: kernel.withPoolLoss(problem, (loss) => loss(parameters, gradient)),
    gradient,
  };
};

it("gives the same bits on both backends", () => {
  const [compiled, plain] = backends.map(({ kernel }) => everything(kernel));
  expect(distance(compiled, plain)).toBe(0);
});

describe.each(backends)("opinion pool, $backend", ({ kernel }) => {
  const actual = everything(kernel);
  const expected = everything(readingValues(kernel, behind));

  it("reads codes as clipped values, NaN as 0", () => {
    expect(distance(actual.pool, expected.pool)).toBe(0);
    expect(distance(actual.loss, expected.loss)).toBeLessThan(1e-13);
    expect(distance(actual.mass, expected.mass)).toBeLessThan(1e-13);
    expect([...actual.mass.subarray(0, 5)]).toEqual([0, 0, 0, 0, 0]);
  });

  it("measures distances from each start on", () => {
    expect(distance(actual.distances, expected.distances)).toBeLessThan(1e-13);
    expect(actual.distances[1]).toBeGreaterThan(0);
    expect(actual.distances[2]).toBe(0);
  });

  it("forecasts with the softmax of the logits", () => {
    const n = actual.pool.length / 5;
    for (let i = 0; i < n; i += 97) {
      const raw = [0, 1, 2, 3, 4].map((k) => {
        const b = [parameters[2], parameters[1], parameters[0], parameters[1], parameters[2]][k];
        return kernel.exp(parameters[4] * logPrior[k] + b + parameters[3] * actual.pool[k * n + i]);
      });
      const sum = raw.reduce((a, b) => a + b, 0);
      raw.forEach((value, k) => void expect(actual.forecast[k * n + i]).toBeCloseTo(value / sum, 14));
    }
  });

  it("has the weighted log loss and its gradient", () => {
    const n = actual.pool.length / 5;
    const own = { labels: labels.subarray(100, 4101), weights: weights.subarray(100, 4101) };
    let sum = 0.05 * (1.7 * 1.7 + 0.6 * 0.6);
    for (let i = 0; i < n; i++)
      sum -= own.weights[i] * kernel.log(Math.max(actual.forecast[own.labels[i] * n + i], EPS));
    expect(Math.abs(actual.value / sum - 1)).toBeLessThan(1e-12);
    const problem = { pool: actual.pool, ...own, logPrior, penalty: 0.1, eps: 1e-300 }; // the gradient knows of no clip
    kernel.withPoolLoss(problem, (loss) => {
      const ignored = new Float64Array(5);
      for (let j = 0; j < 5; j++) {
        const [up, down] = [1e-5, -1e-5].map((step) =>
          loss(
            parameters.map((x, i) => (i === j ? x + step : x)),
            ignored,
          ),
        );
        expect(Math.abs((up - down) / 2e-5 - actual.gradient[j])).toBeLessThan(1e-3);
      }
    });
  });

  it("keeps a NaN in the loss, so that no step is accepted", () => {
    const pool = Float64Array.of(-1, Number.NaN, -1, -1, -1, -1, -1, -1, -1, -1);
    const problem = {
      pool,
      labels: Uint8Array.of(0, 0),
      weights: Float64Array.of(1, 1),
      logPrior,
      penalty: 0,
      eps: EPS,
    };
    expect(kernel.withPoolLoss(problem, (loss) => loss(parameters, new Float64Array(5)))).toBeNaN();
  });
});
