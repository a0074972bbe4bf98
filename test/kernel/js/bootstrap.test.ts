import { describe, expect, it } from "vitest";
import { blockMultiplicities } from "../../../src/kernel/js/bootstrap.js";
import { jsKernel } from "../../../src/kernel/js/index.js";
import type { BootstrapFits, BootstrapOptions, Dense } from "../../../src/kernel/ops/linear.js";
import { sum32 } from "../../../src/numeric/sums.js";
import { lcg } from "../../helpers/lcg.js";

const kernel = jsKernel();

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Per column: the median of four means of |coef| over equal groups of replicates. */
function medianOfMeans(fits: BootstrapFits, cols: number): number[] {
  const replicates = fits.kept.length;
  const groups = Math.min(4, replicates);
  const size = Math.floor(replicates / groups);
  return Array.from({ length: cols }, (_, j) => {
    const means = Array.from({ length: groups }, (_, group) => {
      let sum = 0;
      for (let b = group * size; b < (group + 1) * size; b++) sum += Math.abs(fits.coef[b * cols + j]);
      return sum / size;
    });
    return median(means);
  });
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

const close = (actual: number[], expected: number[], tolerance = 1e-13): void => {
  actual.forEach((value, i) => void expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(tolerance * 10));
};

describe("blockMultiplicities", () => {
  const starts = (rows: number, block: number, seed: number): number[] => {
    const counts = blockMultiplicities(rows, block, seed);
    return [...kernel.randomIntegers(seed, rows - block + 1, Math.floor(rows / block))]
      .sort((a, b) => a - b)
      .filter((start) => counts[start] > 0 && counts[start + block - 1] > 0);
  };

  it("covers the rows that NumPy draws", () => {
    expect(starts(300, 120, 1042)).toEqual([64, 136]);
    expect(starts(300, 120, 1043)).toEqual([30, 121]);
    expect(starts(300, 120, 42)).toEqual([16, 140]);
    expect(starts(9560, 120, 23799).slice(0, 6)).toEqual([106, 174, 216, 407, 660, 674]);
    const counts = blockMultiplicities(300, 120, 1042);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(240);
    expect(counts[63]).toBe(0);
    expect(counts[136]).toBe(2);
  });
});

describe("bootstrapLogistic on weighted rows (22 §11 check 5)", () => {
  const rows = 300;
  const draw = lcg(7);
  const values = new Float64Array(3 * rows);
  const y = new Uint8Array(rows);
  for (let t = 0; t < rows; t++) {
    const [x0, x1, x2] = [draw(), draw(), draw()];
    [x0, x1, x2].forEach((value, j) => void values.fill(value, j * rows + t, j * rows + t + 1));
    y[t] = x0 + 0.5 * x1 + draw() > 1.6 ? 1 : 0;
  }
  // Recent-mass weights, float32: 0.5·200/(0.5·100) for the last hundred rows, then scaled to mean 1.
  const raw = new Float32Array(rows).fill(1).fill(2, 200);
  const scale = rows / sum32(raw);
  const weights = Float64Array.from(raw, (w) => Math.fround(w * Math.fround(scale)));
  const x: Dense = { values, rows, cols: 3 };
  const x32: Dense = { ...x, values: Float32Array.from(values) };
  const liblinear = { solver: "liblinear", C: 0.1, tol: 1e-4, maxIter: 100, balanced: true } as const;
  const lbfgs = { solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 500, balanced: true } as const;
  const replicates = { from: 0, to: 20, block: 120 } as const;

  it("starts from the same data", () => {
    expect(values[0]).toBe(0.23878083983436227);
    expect(y.reduce((sum, label) => sum + label, 0)).toBe(64);
    expect([weights[0], weights[299]]).toEqual([0.75, 1.5]);
  });

  it("fits all rows", () => {
    const tron = kernel.fitLogistic(x32, y, weights, liblinear);
    close([...tron.coef], [1.3467685752089227, 0.2885169877661263, -0.23628728225977103]);
    close([tron.intercept, tron.iterations], [-0.7285598856594476, 3]);
    const quasi = kernel.fitLogistic(x, y, weights, lbfgs);
    close([...quasi.coef], [3.7905929067239463, 1.2757442545443562, -0.060755467256312506]);
    close([quasi.intercept, quasi.iterations], [-2.892547020045588, 8]);
  });

  it("aggregates to the reference's numbers", () => {
    const tron = kernel.bootstrapLogistic(x32, y, weights, { ...liblinear, ...replicates, bootstrapSeed: 1042 });
    close(medianOfMeans(tron, 3), [1.1221260532649346, 0.23367830284611343, 0.11707873450524037]);
    const quasi = kernel.bootstrapLogistic(x, y, weights, { ...lbfgs, ...replicates, bootstrapSeed: 42 });
    close(medianOfMeans(quasi, 3), [3.5607499896919412, 1.197833984015762, 0.20946813276298404]);
  });
});

describe("bootstrapLogistic without weights (24 §7 check 6)", () => {
  const rows = 300;
  const draw = lcg(99);
  const values = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const [a, b, c] = [draw() - 0.5, draw() - 0.5, draw() - 0.5];
    values[i] = a;
    values[rows + i] = b;
    y[i] = a + 0.5 * b + c > 0 ? 1 : 0;
  }
  const x: Dense = { values, rows, cols: 2 };
  const lbfgs = { solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 100, balanced: true } as const;
  const options: BootstrapOptions = { ...lbfgs, from: 0, to: 20, block: 120, bootstrapSeed: 1000 };
  const column = (fits: BootstrapFits, j: number): Float64Array => fits.coef.filter((_, i) => i % 2 === j);

  it("aggregates to the reference's numbers", () => {
    const fits = kernel.bootstrapLogistic(x, y, null, options);
    close([mean(column(fits, 0)), mean(column(fits, 1))], [2.9422341144116775, 1.5587046385349248]);
    close([mean(fits.intercept)], [0.140596585450294]);
    close(medianOfMeans(fits, 2), [2.9442089826250477, 1.5375801912836735]);
    const few = kernel.bootstrapLogistic(x, y, null, { ...options, to: 3, block: 50 });
    close([mean(column(few, 0)), mean(column(few, 1))], [3.1113717992311387, 1.667514422409483]);
    close([mean(few.intercept)], [0.15614295730512445]);
    close(medianOfMeans(few, 2), [3.0778535277248986, 1.7212535179331228]);
    const single = kernel.fitLogistic(x, y, null, lbfgs);
    close([...single.coef, single.intercept], [3.073951709086818, 1.7774483335650897, 0.13137491919494257]);
    expect(single.iterations).toBe(8);
  });

  it("gives a replicate the same numbers whichever others are computed", () => {
    const all = kernel.bootstrapLogistic(x, y, null, options);
    const some = kernel.bootstrapLogistic(x, y, null, { ...options, from: 7, to: 9 });
    expect(some.coef).toEqual(all.coef.slice(14, 18));
    expect(some.intercept).toEqual(all.intercept.slice(7, 9));
    expect(some.iterations).toEqual(all.iterations.slice(7, 9));
  });

  it("does not keep a replicate of one class", () => {
    const sparse = new Uint8Array(rows);
    sparse[0] = 1;
    const fits = kernel.bootstrapLogistic(x, sparse, null, { ...options, block: 30 });
    expect(fits.kept).toContain(0);
    const missed = fits.kept.indexOf(0);
    expect([fits.coef[2 * missed], fits.intercept[missed], fits.iterations[missed]]).toEqual([0, 0, 0]);
  });

  it("needs as many rows as a block", () => {
    expect(() => kernel.bootstrapLogistic(x, y, null, { ...options, block: 301 })).toThrow(/301 rows/);
  });
});
