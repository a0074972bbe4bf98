/** What float32 makes of SAGA's ridge, and that the step it starts from is scikit-learn's. */
import { describe, expect, it } from "vitest";
import type { LogisticOptions } from "../../../src/kernel/ops/linear.js";
import { withRoundedRidge } from "../../../src/scorers/binary/sagaRidge.js";
import { backends } from "../../helpers/backends.js";
import { lcg } from "../../helpers/lcg.js";

const options: LogisticOptions = { solver: "cd", C: 1, l1Ratio: 0.5, tol: 1e-10, maxIter: 200, balanced: true };

/** Six overlapping features, some of so small a scale that the ridge holds their coefficients down. */
function problem(rows: number) {
  const draw = lcg(rows);
  const cols = 6;
  const values = new Float32Array(rows * cols);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const common = draw() - 0.5;
    for (let j = 0; j < cols; j++) values[j * rows + i] = 0.3 ** j * (common + draw() - 0.5);
    y[i] = common + 1.5 * (draw() - 0.5) > 0 ? 1 : 0;
  }
  return { x: { values, rows, cols }, y };
}

const shares = (coef: Float64Array) => {
  const sizes = coef.map(Math.abs);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size) => size / total);
};
const distance = (a: Float64Array, b: Float64Array) =>
  shares(a).reduce((sum, share, j) => sum + Math.abs(share - shares(b)[j]), 0);

describe("ridge as float32 applies it", () => {
  it("is 1 − fl(1 − step·α) over the step, and leaves the lasso alone", () => {
    // check 6: eight rows, largest squared norm 6.25, step 0.21052631735801697
    const x = { values: Float32Array.of(2.5, 0, 0, 0, 0, 0, 0, 0), rows: 8, cols: 1 };
    const { C, l1Ratio = 0 } = withRoundedRidge(x, options);
    const step = 0.21052631735801697;
    const acting = (1 - Math.fround(1 - step / 16)) / step;
    expect((1 - l1Ratio) / (C * 8)).toBeCloseTo(acting, 15);
    expect(l1Ratio / (C * 8)).toBeCloseTo(1 / 16, 15);
    expect(acting).not.toBe(1 / 16);
  });

  it("does nothing without a ridge", () => {
    const x = { values: Float32Array.of(1, 2), rows: 2, cols: 1 };
    expect(withRoundedRidge(x, { ...options, l1Ratio: 1 })).toEqual({ ...options, l1Ratio: 1 });
  });

  it("brings the optimum nearer to what SAGA reaches in float32", () => {
    const { kernel } = backends[0];
    const { x, y } = problem(20_000);
    const saga = kernel.fitLogistic(x, y, null, { ...options, solver: "saga", tol: 1e-7, seed: 42 }).coef;
    const plain = kernel.fitLogistic(x, y, null, options).coef;
    const rounded = kernel.fitLogistic(x, y, null, withRoundedRidge(x, options)).coef;
    expect(distance(rounded, saga)).toBeLessThan(0.5 * distance(plain, saga));
  });
});
