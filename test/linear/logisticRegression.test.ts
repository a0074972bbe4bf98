import asBind from "as-bind/dist/as-bind.cjs.js";
import { describe, expect, it, vi } from "vitest";
import { inlinedBytes, openKernel } from "../../src/kernel/load.js";
import { type BoundKernel, openBinding } from "../../src/linear/binding.js";
import { FitError, type LogisticFit, logisticRegression, type MatrixLike, UsageError } from "../../src/linear.js";
import { B } from "../assembly/linear/data.js";

const X = [
  [-1.375, -1],
  [0.375, 0],
  [-0.875, 1],
  [0.875, -0.2],
  [-0.375, 0.8],
  [1.375, -0.4],
  [0.125, 0.6],
  [-1.125, -0.6],
  [0.625, 0.4],
  [-0.625, -0.8],
  [1.125, 0.2],
  [-0.125, -1],
];
const y = [0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0];
const sampleWeight = X.map((_, i) => 1 + (i % 4) / 4);
const single = { data: Float32Array.from(X.flat()), rows: 12, cols: 2 };

function expectFit(fit: LogisticFit, expected: readonly number[], iterations: number, tolerance: number): void {
  const got = [...fit.coef, fit.intercept];
  expect(got).toHaveLength(expected.length);
  for (let k = 0; k < got.length; k++) {
    expect(Math.abs(got[k] - expected[k]), `${got} against ${expected}`).toBeLessThanOrEqual(tolerance);
  }
  expect(fit.iterations).toBe(iterations);
}

describe("logisticRegression", () => {
  it("has scikit-learn's defaults and answers", async () => {
    expectFit(await logisticRegression(X, y), [0.6283125903341109, -0.3102839904095489, -0.7661341558498338], 5, 1e-13);
  });

  it("weighs classes as given", async () => {
    expectFit(
      await logisticRegression(X, y, { classWeight: { 0: 1, 1: 3 }, sampleWeight }),
      [0.890795497888384, -0.29934006064295626, 0.31960501983387285],
      5,
      1e-13,
    );
    expectFit(
      await logisticRegression(X, y, { classWeight: { 0: 1, 1: 3 }, solver: "liblinear" }),
      [0.783020272350729, -0.4233881212829235, 0.21032772604643532],
      4,
      1e-13,
    );
  });

  it("takes saga's steps in float32, bit for bit", async () => {
    expectFit(
      await logisticRegression(single, y, {
        solver: "saga",
        penalty: "l1",
        classWeight: { 0: 0.7, 1: 1.3 },
        sampleWeight,
      }),
      [0.6135642528533936, 0, -0.07880709320306778],
      17,
      0,
    );
    expectFit(
      await logisticRegression(single, y, {
        solver: "saga",
        penalty: "elasticnet",
        l1Ratio: 0.5,
        classWeight: "balanced",
        sampleWeight,
        seed: 43,
        maxIter: 2000,
      }),
      [0.7116346955299377, -0.03777732327580452, -0.08848560601472855],
      20,
      0,
    );
  });

  it("goes to the optimum with irls and cd", async () => {
    const expected = [0.7382874236506712, -0.23454993089175483, -0.7163589242083769];
    for (const solver of ["irls", "cd"] as const) {
      const fit = await logisticRegression(X, y, { solver, sampleWeight });
      expectFit(fit, expected, fit.iterations, 1e-11); // the library's own run ends at tol 1e-10
    }
    const net = { penalty: "elasticnet", l1Ratio: 0.5, classWeight: "balanced", sampleWeight } as const;
    const fit = await logisticRegression(X, y, { ...net, solver: "cd" });
    expectFit(fit, [0.7116407105963086, -0.03781273736079829, -0.08850620446580036], fit.iterations, 1e-12);
  });

  it("is the kernel's fit of the same columns", async () => {
    const kernel = await openKernel();
    const rows = Array.from({ length: 400 }, (_, i) => Array.from({ length: 6 }, (_, j) => B.x.values[j * 400 + i]));
    const options = { solver: "lbfgs", C: 1, tol: 1e-4, maxIter: 100 } as const;
    const expected = kernel.fitLogistic(B.x, B.y, B.weights, { ...options, balanced: true });
    expect(await logisticRegression(rows, B.y, { classWeight: "balanced", sampleWeight: B.weights })).toEqual(expected);
  });

  it("gives its memory back", async () => {
    const { raw } = await openBinding();
    const rows = 20000;
    const data = Float64Array.from({ length: rows * 4 }, (_, k) => Math.sin(k * 1.7));
    const labels = Array.from({ length: rows }, (_, i) => Math.sin(i * 6.8) > 0);
    const first = await logisticRegression({ data, rows, cols: 4 }, labels);
    const { byteLength } = raw.memory.buffer;
    for (let k = 0; k < 10; k++) {
      expect((await logisticRegression({ data, rows, cols: 4 }, labels)).coef).toEqual(first.coef);
    }
    expect(raw.memory.buffer.byteLength).toBe(byteLength);
  });

  it("binds every export without a warning", async () => {
    const warn = vi.spyOn(console, "warn");
    const { exports } = await asBind.instantiate<BoundKernel>(inlinedBytes());
    expect(exports.fitNamed).toBeTypeOf("function");
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it.each<[string, MatrixLike, ArrayLike<number>, object, RegExp]>([
    ["ragged rows", [[1, 2], [3]], [0, 1], {}, /row 1 of X has 1/],
    ["no rows", [], [], {}, /at least one row/],
    ["a short matrix", { data: new Float64Array(3), rows: 2, cols: 2 }, [0, 1], {}, /needs 4 values/],
    ["too few labels", X, [0, 1], {}, /2 labels, X has 12/],
    ["other labels", X, [...y.slice(1), 2], {}, /label 11 of y is 2/],
    ["a short weight", X, y, { sampleWeight: [1] }, /1 entries for 12/],
    ["a negative weight", X, y, { sampleWeight: y.map(() => -1) }, /sampleWeight 0 is -1/],
    ["an unknown solver", X, y, { solver: "sag" }, /unknown solver "sag"/],
    ["an unknown penalty", X, y, { penalty: "none" }, /unknown penalty/],
    ["l1 with lbfgs", X, y, { penalty: "l1" }, /lbfgs takes penalty l2 only/],
    ["elasticnet without a ratio", X, y, { solver: "cd", penalty: "elasticnet" }, /needs an l1Ratio/],
    ["a ratio with l2", X, y, { l1Ratio: 0.5 }, /l1Ratio goes with/],
    ["C = 0", X, y, { C: 0 }, /C is 0/],
    ["tol = 0", X, y, { tol: 0 }, /tol is 0/],
    ["half an iteration", X, y, { maxIter: 0.5 }, /maxIter/],
    ["a negative seed", X, y, { seed: -1 }, /seed is -1/],
    ["an unknown class weight", X, y, { classWeight: "auto" }, /classWeight "auto"/],
    ["half of the class weights", X, y, { classWeight: { 0: 1 } }, /classWeight of label 1/],
  ])("refuses %s", async (_, x, labels, options, message) => {
    const fit = logisticRegression(x, labels, options);
    await expect(fit).rejects.toThrow(UsageError);
    await expect(fit).rejects.toThrow(message);
  });

  it("says why a fit cannot be made", async () => {
    for (const solver of ["lbfgs", "liblinear", "irls", "saga", "cd"] as const) {
      await expect(
        logisticRegression(
          X,
          y.map(() => 1),
          { solver },
        ),
      ).rejects.toThrow(FitError);
      const infinite = X.map((row, i) => (i === 3 ? [Number.POSITIVE_INFINITY, 0] : row));
      await expect(logisticRegression(infinite, y, { solver })).rejects.toThrow(/not finite/);
    }
  });
});
