/** Bootstrapped liblinear fits that form their Hessian (few columns) against those that do not, and against the plain backend. */
import { describe, expect, it } from "vitest";
import { openJsKernel, openKernel } from "../../src/kernel/load.js";
import type { BootstrapOptions } from "../../src/kernel/ops/linear.js";
import { lcg } from "../helpers/lcg.js";

const kernel = await openKernel();
const plain = openJsKernel();
const options: BootstrapOptions = {
  solver: "liblinear",
  C: 0.1,
  tol: 1e-4,
  maxIter: 100,
  balanced: true,
  from: 0,
  to: 3,
  block: 60,
  bootstrapSeed: 42,
};

function problem(cols: number) {
  const draw = lcg(cols);
  const rows = 700;
  const values = Float32Array.from({ length: rows * cols }, () => draw() ** 2);
  const y = Uint8Array.from({ length: rows }, (_, i) => (values[i] + 0.5 * draw() > 0.7 ? 1 : 0));
  const weights = Float64Array.from({ length: rows }, (_, i) => (i < 400 ? 1.25 : 0.75));
  return { x: { values, rows, cols }, y, weights };
}

describe("a formed Hessian", () => {
  it.each([1, 2, 3, 4, 7, 12, 15, 16, 17])("gives the plain backend's fits with %d columns", (cols) => {
    const { x, y, weights } = problem(cols);
    const fits = kernel.bootstrapLogistic(x, y, weights, options);
    const expected = plain.bootstrapLogistic(x, y, weights, options);
    expect(fits.iterations).toEqual(expected.iterations);
    expected.coef.forEach((value, at) => {
      expect(fits.coef[at]).toBeCloseTo(value, 11);
    });
    expected.intercept.forEach((value, at) => {
      expect(fits.intercept[at]).toBeCloseTo(value, 11);
    });
  });

  it("keeps equal columns equal to the bit", () => {
    const { x, y, weights } = problem(15);
    const column = x.values.slice(2 * x.rows, 3 * x.rows);
    for (const clone of [7, 12, 14]) x.values.set(column, clone * x.rows);
    const { coef } = kernel.bootstrapLogistic(x, y, weights, options);
    for (let b = 0; b < 3; b++) {
      const own = coef.subarray(b * x.cols, (b + 1) * x.cols);
      expect([own[7], own[12], own[14]]).toEqual([own[2], own[2], own[2]]);
    }
  });

  it("does not depend on which replicates are asked for", () => {
    const { x, y, weights } = problem(9);
    const all = kernel.bootstrapLogistic(x, y, weights, options);
    const last = kernel.bootstrapLogistic(x, y, weights, { ...options, from: 2 });
    expect(last.coef).toEqual(all.coef.slice(2 * x.cols));
  });
});
