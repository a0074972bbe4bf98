import { beforeAll, describe, expect, it } from "vitest";
import { FitError } from "../../../src/errors.js";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { openKernel } from "../../../src/kernel/load.js";
import type { LogisticFit, LogisticOptions } from "../../../src/kernel/ops/linear.js";
import { A, B, dense, single } from "./data.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

const SAGA: LogisticOptions = {
  solver: "saga",
  C: 1,
  tol: 1e-4,
  maxIter: 2000,
  balanced: true,
  l1Ratio: 0.5,
  seed: 42,
};

/** float32 fits must agree to the last bit. */
function expectBits(fit: LogisticFit, expected: readonly number[], epochs: number): void {
  expect([...fit.coef, fit.intercept]).toEqual(expected);
  expect(fit.iterations).toBe(epochs);
  expect(fit.converged).toBe(true);
}

describe("saga", () => {
  it("gives the library's bits on twelve float32 rows", () => {
    const x = single(A.x);
    const run = (seed: number, weights: Float64Array | null) => kernel.fitLogistic(x, A.y, weights, { ...SAGA, seed });
    expectBits(run(42, null), [0.5653101801872253, -0.10018012672662735, -0.07277246564626694], 19);
    expectBits(run(42, A.weights), [0.711612343788147, -0.037774037569761276, -0.0885089784860611], 23);
    expectBits(run(43, A.weights), [0.7116346955299377, -0.03777732327580452, -0.08848560601472855], 20);
  });

  it("gives the library's bits on 400 float32 rows", () => {
    const fit = kernel.fitLogistic(single(B.x), B.y, B.weights, SAGA);
    const bits = new Uint32Array(Float32Array.from(fit.coef).buffer);
    expect([...bits]).toEqual([0x403d8f04, 0xbd791a41, 0xbe2162c5, 0x3dbfd4a7, 0xbd2a6741, 0xbcb3188e]);
    expect(fit.intercept).toBe(-0.37939873337745667);
    expect(fit.iterations).toBe(16);
  });

  it("runs in float64 on float64 rows", () => {
    const fit = kernel.fitLogistic(A.x, A.y, A.weights, SAGA);
    const expected = [0.7116125135530547, -0.037774123030510184, -0.08850907956396002];
    for (const [k, value] of [...fit.coef, fit.intercept].entries()) {
      expect(Math.abs(value - expected[k]!)).toBeLessThan(1e-15);
    }
    expect(fit.iterations).toBe(23);
  });

  it("gives the meta fit of the binary challenges", () => {
    const x = single(
      dense([
        [1.5, -0.5, 2, -1.25, 0.75, 0, -2, 0.5],
        [0, 0.25, 1, 0.5, -1, -0.5, -1.5, 0.125],
      ]),
    );
    const y = Uint8Array.of(1, 0, 1, 0, 1, 0, 0, 1);
    const ages = Float64Array.from({ length: 9 }, (_, t) => kernel.exp((-Math.LN2 / 4) * (9 - t)));
    const mean = ages.reduce((a, b) => a + b) / 9;
    const weights = ages.map((w) => w / mean).slice(1);
    expectBits(kernel.fitLogistic(x, y, weights, SAGA), [1.3647855520248413, 0, -0.03410807624459267], 24);
    expectBits(
      kernel.fitLogistic(x, y, weights, { ...SAGA, C: 10 }),
      [4.327420711517334, 0.6388792395591736, -0.5600912570953369],
      147,
    );
  });

  it("stops at the limit and says so", () => {
    const fit = kernel.fitLogistic(A.x, A.y, null, { ...SAGA, maxIter: 3 });
    expect([fit.iterations, fit.converged]).toEqual([3, false]);
    expect(kernel.fitLogistic(A.x, A.y, null, { ...SAGA, fitIntercept: false }).intercept).toBe(0);
    expect(() => kernel.fitLogistic(A.x, new Uint8Array(12), null, SAGA)).toThrow(FitError);
  });
});
