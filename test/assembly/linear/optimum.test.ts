import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { openKernel } from "../../../src/kernel/load.js";
import type { Dense, LogisticFit, LogisticOptions } from "../../../src/kernel/ops/linear.js";
import { lcg } from "../../helpers/lcg.js";
import { A, B, dense, single } from "./data.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

const CD: LogisticOptions = { solver: "cd", C: 1, tol: 1e-4, maxIter: 100, balanced: true, l1Ratio: 0.5 };
const IRLS: LogisticOptions = { ...CD, solver: "irls", l1Ratio: 0 };

/** Gradient of C Σ s loss at a fit, intercept last; class weights are counted with the weights. */
function lossGradient(x: Dense, y: Uint8Array, weights: Float64Array, C: number, fit: LogisticFit): number[] {
  const sums = [0, 0];
  for (let i = 0; i < x.rows; i++) sums[y[i]!]! += weights[i]!;
  const gradient = new Array<number>(x.cols + 1).fill(0);
  for (let i = 0; i < x.rows; i++) {
    let z = fit.intercept;
    for (let j = 0; j < x.cols; j++) z += x.values[j * x.rows + i]! * fit.coef[j]!;
    const slope = C * weights[i]! * ((sums[0]! + sums[1]!) / (2 * sums[y[i]!]!)) * (1 / (1 + Math.exp(-z)) - y[i]!);
    for (let j = 0; j < x.cols; j++) gradient[j]! += slope * x.values[j * x.rows + i]!;
    gradient[x.cols]! += slope;
  }
  return gradient;
}

/** The largest violation of the elastic net's optimality conditions. */
function violation(
  x: Dense,
  y: Uint8Array,
  weights: Float64Array,
  C: number,
  l1Ratio: number,
  fit: LogisticFit,
): number {
  const gradient = lossGradient(x, y, weights, C, fit);
  let worst = Math.abs(gradient[x.cols]!);
  for (let j = 0; j < x.cols; j++) {
    const w = fit.coef[j]!;
    const smooth = gradient[j]! + (1 - l1Ratio) * w;
    const excess = w === 0 ? Math.max(0, Math.abs(smooth) - l1Ratio) : Math.abs(smooth + l1Ratio * Math.sign(w));
    worst = Math.max(worst, excess);
  }
  return worst;
}

function problem(seed: number, rows: number, cols: number, shared: number) {
  const u = lcg(seed);
  const normal = () => u() + u() + u() - 1.5;
  const values = new Float64Array(rows * cols);
  const y = new Uint8Array(rows);
  const weights = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const common = normal();
    for (let j = 0; j < cols; j++) values[j * rows + i] = shared * common + (1 - shared) * normal();
    y[i] = Number(values[i]! + 0.5 * common + normal() > 0.1);
    weights[i] = 0.2 + u();
  }
  return { x: { values, rows, cols }, y, weights };
}

describe("cd", () => {
  it("finds the optimum of the twelve rows", () => {
    const fit = kernel.fitLogistic(A.x, A.y, A.weights, CD);
    const expected = [0.7116407105963086, -0.03781273736079829, -0.08850620446580036];
    for (const [k, value] of [...fit.coef, fit.intercept].entries()) expect(value).toBeCloseTo(expected[k]!, 12);
    expect(fit.converged).toBe(true);
  });

  it("fulfils the optimality conditions", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 13 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.constantFrom(0.01, 1, 100),
        fc.constantFrom(0, 0.25, 0.5, 1),
        (seed, cols, shared, C, l1Ratio) => {
          const { x, y, weights } = problem(seed, 150, cols, shared);
          fc.pre(y.includes(0) && y.includes(1));
          const fit = kernel.fitLogistic(x, y, weights, { ...CD, C, l1Ratio });
          expect(fit.converged).toBe(true);
          expect(violation(x, y, weights, C, l1Ratio, fit)).toBeLessThan(1e-10 * Math.max(1, C * 150));
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  it("copes with columns that repeat each other and with separable rows", () => {
    const values = B.x.values.slice();
    values.set(values.subarray(0, 400), 400);
    for (let i = 0; i < 400; i++) values[800 + i] = values[i]! + 1e-7 * values[1200 + i]!;
    const twins = { ...B.x, values };
    const fit = kernel.fitLogistic(twins, B.y, B.weights, CD);
    expect(violation(twins, B.y, B.weights, 1, 0.5, fit)).toBeLessThan(1e-8);
    const y = Uint8Array.from({ length: 400 }, (_, i) => Number(B.x.values[i]! > 0));
    const separable = kernel.fitLogistic(B.x, y, B.weights, { ...CD, C: 1e4 });
    expect(separable.converged).toBe(true);
    expect(violation(B.x, y, B.weights, 1e4, 0.5, separable)).toBeLessThan(1e-6);
  });

  it("drops every column under a strong penalty", () => {
    const fit = kernel.fitLogistic(B.x, B.y, null, { ...CD, C: 1e-4, balanced: false, l1Ratio: 1 });
    expect([...fit.coef]).toEqual(new Array(6).fill(0));
    expect(fit.intercept).toBeCloseTo(Math.log(166 / 234), 12);
  });
});

describe("irls", () => {
  it("finds what lbfgs finds with a tight tolerance", () => {
    for (const balanced of [true, false]) {
      const fit = kernel.fitLogistic(B.x, B.y, B.weights, { ...IRLS, balanced });
      const tight = kernel.fitLogistic(B.x, B.y, B.weights, {
        ...IRLS,
        balanced,
        solver: "lbfgs",
        tol: 1e-10,
        maxIter: 5000,
      });
      for (let j = 0; j < 6; j++) expect(fit.coef[j]).toBeCloseTo(tight.coef[j]!, 6);
      expect(fit.intercept).toBeCloseTo(tight.intercept, 6);
      expect(fit.iterations).toBeLessThan(12);
    }
  });

  it("is cd without an L1 penalty", () => {
    const cd = kernel.fitLogistic(B.x, B.y, B.weights, { ...CD, l1Ratio: 0 });
    expect(kernel.fitLogistic(B.x, B.y, B.weights, IRLS)).toEqual(cd);
  });

  it("without an intercept leaves it at 0", () => {
    const fit = kernel.fitLogistic(single(B.x), B.y, null, { ...IRLS, fitIntercept: false });
    expect(fit.intercept).toBe(0);
    expect(fit.converged).toBe(true);
  });
});

describe("weights", () => {
  it.each(["lbfgs", "liblinear", "irls", "cd"] as const)("count like repeated rows (%s)", (solver) => {
    const twice = (column: number[]) => [...column, ...column.filter((_, i) => i % 3 === 0)];
    const columns = [0, 1].map((j) => [...A.x.values.subarray(j * 12, j * 12 + 12)]);
    const weights = Float64Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 2 : 1));
    const repeated = dense(columns.map(twice));
    // liblinear's stopping test counts rows, not weights, so both run to the optimum
    const options = { ...CD, solver, tol: 1e-12, maxIter: 1000 };
    const heavy = kernel.fitLogistic(A.x, A.y, weights, options);
    const long = kernel.fitLogistic(repeated, Uint8Array.from(twice([...A.y])), null, options);
    for (let j = 0; j < 2; j++) expect(heavy.coef[j]).toBeCloseTo(long.coef[j]!, 9);
    expect(heavy.intercept).toBeCloseTo(long.intercept, 9);
  });
});
