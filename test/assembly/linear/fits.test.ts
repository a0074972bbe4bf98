import { beforeAll, describe, expect, it } from "vitest";
import { FitError, UsageError } from "../../../src/errors.js";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { openKernel } from "../../../src/kernel/load.js";
import type { Dense, LogisticFit, LogisticOptions } from "../../../src/kernel/ops/linear.js";
import { A, B, dense, single, uniforms } from "./data.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

const LBFGS: LogisticOptions = { solver: "lbfgs", C: 1, tol: 1e-4, maxIter: 100, balanced: false };
const LIBLINEAR: LogisticOptions = { ...LBFGS, solver: "liblinear" };

/** Coefficients, then the intercept, as in the library's answer; relative to the largest. */
function expectFit(fit: LogisticFit, expected: readonly number[], iterations: number, tolerance = 1e-12): void {
  const scale = Math.max(...expected.map(Math.abs), 1e-300);
  const got = [...fit.coef, fit.intercept];
  expect(got).toHaveLength(expected.length);
  for (let k = 0; k < got.length; k++) {
    expect(Math.abs(got[k]! - expected[k]!), `${k}: ${got} against ${expected}`).toBeLessThanOrEqual(tolerance * scale);
  }
  expect(fit.iterations).toBe(iterations);
}

function scaled(x: Dense, factor: number): Dense {
  return { ...x, values: x.values.map((v) => v * factor) };
}

describe("lbfgs", () => {
  it("gives the library's answers on twelve rows", () => {
    const { x, y, weights } = A;
    expectFit(
      kernel.fitLogistic(x, y, null, { ...LBFGS, C: 0.5 }),
      [0.4561343417371935, -0.1912879852185819, -0.7337815207918638],
      4,
    );
    expectFit(
      kernel.fitLogistic(x, y, weights, { ...LBFGS, C: 0.5, balanced: true }),
      [0.5957743138309328, -0.154768208948523, -0.08780925100266693],
      5,
    );
    expectFit(
      kernel.fitLogistic(x, y, weights, { ...LBFGS, balanced: true, tol: 1e-8, maxIter: 500 }),
      [0.7690001566729936, -0.23850696661773124, -0.11803493544787468],
      7,
    );
  });

  it("stops at once where the start is within tolerance", () => {
    const fit = kernel.fitLogistic(scaled(A.x, 1e-4), A.y, null, { ...LBFGS, C: 0.5, balanced: true });
    expect(fit).toEqual({ coef: Float64Array.of(0, 0), intercept: 0, iterations: 0, converged: true });
    expectFit(
      kernel.fitLogistic(scaled(A.x, 1e-4), A.y, null, { ...LBFGS, C: 0.5 }),
      [8.705248963247064e-5, -2.3145518198889773e-5, -0.6931551865397573],
      4,
    );
  });

  it("gives the library's answers on 400 rows and on weighted float64 rows", () => {
    expectFit(
      kernel.fitLogistic(B.x, B.y, B.weights, { ...LBFGS, balanced: true, maxIter: 500 }),
      [
        2.9110698159207065, -0.06942029908952753, -0.15353594693130576, 0.09477060989506361, -0.04544503132738611,
        -0.024200684012662652, -0.37092289175978804,
      ],
      9,
    );
    const { x, y, weights } = uniforms();
    expectFit(
      kernel.fitLogistic(x, y, weights, { ...LBFGS, C: 0.5, balanced: true, maxIter: 500 }),
      [3.7905929067239463, 1.2757442545443562, -0.060755467256312506, -2.892547020045588],
      8,
    );
  });

  it("gives the library's answers on one column", () => {
    const x = [0.5, -0.25, 0.125, 0.75, -0.5, 0.0625, -0.375, 0.25];
    const y = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0);
    const fewer = Uint8Array.of(1, 0, 0, 1, 0, 1, 0, 0);
    const options = { ...LBFGS, C: 0.5, maxIter: 200 };
    const small = single(dense([x.map((v) => v * 1e-3)]));
    expectFit(kernel.fitLogistic(dense([x]), y, null, options), [0.2820927197853748, -0.01981308376203078], 3);
    expect([...kernel.fitLogistic(small, y, null, options).coef]).toEqual([0]);
    expectFit(kernel.fitLogistic(small, fewer, null, options), [0.0005504245612912421, -0.5108351984130547], 4);
    expectFit(
      kernel.fitLogistic(dense([x.map((v) => v * 20)]), fewer, null, options),
      [0.2908742613629364, -1.3768001406175656],
      10,
      1e-10,
    );
  });

  it("gives the library's answer on ten balanced rows", () => {
    const f = Math.fround;
    const x = dense([
      [0.5, -0.25, 0.125, 0.75, -0.5, 0.0625, -0.375, 0.25, 1, f(0.3)],
      [1, 0.5, -1, 0.25, -0.5, 0, 2, -0.75, 1, f(0.1)],
    ]);
    const y = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0, 1, 1);
    expectFit(
      kernel.fitLogistic(x, y, null, { ...LBFGS, C: 0.5, balanced: true }),
      [0.4430169996748554, 0.7698113725071273, -0.16414547246095385],
      5,
    );
  });
});

describe("liblinear", () => {
  it("gives the library's answers on twelve rows", () => {
    const { x, y, weights } = A;
    const options = { ...LIBLINEAR, C: 0.5, tol: 1e-3 };
    expectFit(
      kernel.fitLogistic(x, y, null, options),
      [0.4376981386011634, -0.16478839358756714, -0.41892402045117433],
      2,
    );
    expectFit(
      kernel.fitLogistic(x, y, weights, { ...options, balanced: true }),
      [0.5926913892557916, -0.15062222474495127, -0.057448466068654155],
      2,
    );
    expectFit(
      kernel.fitLogistic(x, y, weights, { ...LIBLINEAR, C: 0.1, balanced: true }),
      [0.22030061793586064, -0.03705635083928479, -0.008720034961189395],
      2,
    );
  });

  it("gives the library's answers on 400 rows and on weighted float32 rows", () => {
    expectFit(
      kernel.fitLogistic(B.x, B.y, B.weights, { ...LIBLINEAR, C: 0.1, balanced: true }),
      [
        2.0960151785920056, -0.03558239323896934, -0.04058237765475166, 0.0519664447327996, -0.043486375638583874,
        -0.0181019752451155, -0.22166610288417024,
      ],
      4,
    );
    const { x, y, weights } = uniforms();
    expectFit(
      kernel.fitLogistic(single(x), y, weights, { ...LIBLINEAR, C: 0.1, balanced: true }),
      [1.3467685752089227, 0.2885169877661263, -0.23628728225977103, -0.7285598856594476],
      3,
    );
  });

  it("gives the base fit of the binary challenges", () => {
    const x = dense([
      [0.5, 0.125, -0.75, 0.25, -0.5, 0.75, -0.125, 0.375],
      [-0.25, 0.5, 0.25, 0.25, -0.5, 0, 0.75, -0.625],
    ]);
    const y = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0);
    const ages = Float64Array.from(y, (_, t) => kernel.exp((-Math.LN2 / 4) * (8 - t)));
    const mean = ages.reduce((a, b) => a + b) / 8;
    const weights = ages.map((w) => w / mean);
    expect(weights[0]).toBeCloseTo(0.5045523066739228, 14);
    expectFit(
      kernel.fitLogistic(single(x), y, weights, { ...LIBLINEAR, C: 0.5, tol: 1e-3, balanced: true }),
      [0.330982905981315, 0.46241380858750886, -0.020350585612320723],
      3,
    );
    const reversed = [...x.values.subarray(0, 8)].map((_, i) => [x.values[7 - i]! / 2, x.values[15 - i]! / 2]);
    const five = dense([
      [...x.values.subarray(0, 8)],
      [...x.values.subarray(8)],
      reversed.map((r) => r[0]!),
      reversed.map((r) => r[1]!),
      [...x.values.subarray(0, 8)].map((v) => v * v),
    ]);
    expectFit(
      kernel.fitLogistic(five, y, weights, { ...LBFGS, C: 0.5, tol: 1e-3, balanced: true }),
      [
        0.3184566930228177, 0.45513895213036154, -0.26373855126849993, -0.018066333225282758, 0.00028035137011052196,
        -0.02736494500889881,
      ],
      3,
    );
  });

  it("leaves rows without weight out", () => {
    const weights = A.weights.map((w, i) => (i % 3 === 0 ? 0 : w));
    const kept = [...weights.keys()].filter((i) => weights[i]! > 0);
    const columns = [0, 1].map((j) => kept.map((i) => A.x.values[j * 12 + i]!));
    const options = { ...LIBLINEAR, C: 0.5, balanced: true };
    const y = Uint8Array.from(kept, (i) => A.y[i]!);
    const fewer = kernel.fitLogistic(
      dense(columns),
      y,
      Float64Array.from(kept, (i) => weights[i]!),
      options,
    );
    expect(kernel.fitLogistic(A.x, A.y, weights, options)).toEqual(fewer);
  });
});

describe("any fit", () => {
  it.each([LBFGS, LIBLINEAR])("of equal columns gives equal coefficients ($solver)", (options) => {
    for (let copy = 1; copy < 6; copy++) {
      const values = B.x.values.slice();
      values.set(B.x.values.subarray(0, 400), copy * 400);
      const { coef } = kernel.fitLogistic({ ...B.x, values }, B.y, B.weights, options);
      expect(coef[copy]).toBe(coef[0]);
    }
  });

  it.each([LBFGS, LIBLINEAR])("of a float32 design is the fit of the same numbers in float64 ($solver)", (options) => {
    const narrow = single(B.x);
    const wide = { ...narrow, values: Float64Array.from(narrow.values) };
    expect(kernel.fitLogistic(narrow, B.y, B.weights, options)).toEqual(
      kernel.fitLogistic(wide, B.y, B.weights, options),
    );
  });

  it.each([LBFGS, LIBLINEAR])("without an intercept leaves it at 0 ($solver)", (options) => {
    const fit = kernel.fitLogistic(A.x, A.y, null, { ...options, fitIntercept: false });
    expect(fit.intercept).toBe(0);
    expect(fit.coef[0]).not.toBe(0);
  });

  it.each([LBFGS, LIBLINEAR])("says what is wrong ($solver)", (options) => {
    expect(() => kernel.fitLogistic(A.x, new Uint8Array(12), null, options)).toThrow(FitError);
    expect(() => kernel.fitLogistic(A.x, A.y, Float64Array.from(A.y), options)).toThrow(FitError);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const values = A.x.values.slice();
      values[5] = bad;
      expect(() => kernel.fitLogistic({ ...A.x, values }, A.y, null, options)).toThrow(/not finite/);
      const weights = A.weights.slice();
      weights[5] = bad;
      expect(() => kernel.fitLogistic(A.x, A.y, weights, options)).toThrow(/not finite/);
    }
    expect(() => kernel.fitLogistic(A.x, A.y.subarray(1), null, options)).toThrow(UsageError);
  });
});
