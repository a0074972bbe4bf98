import { describe, expect, it } from "vitest";
import { FitError } from "../../../src/errors.js";
import { jsKernel } from "../../../src/kernel/js/index.js";
import { halfBinomialLoss, halfBinomialSlope } from "../../../src/kernel/js/logisticLoss.js";
import type { Dense, LogisticFit, LogisticOptions } from "../../../src/kernel/ops/linear.js";

const kernel = jsKernel();

const X1 = [-1.375, 0.375, -0.875, 0.875, -0.375, 1.375, 0.125, -1.125, 0.625, -0.625, 1.125, -0.125];
const X2 = [-1, 0, 1, -0.2, 0.8, -0.4, 0.6, -0.6, 0.4, -0.8, 0.2, -1];
const Y = Uint8Array.of(0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0);
const WEIGHTS = Float64Array.from({ length: 12 }, (_, i) => 1 + 0.25 * (i % 4));
const A: Dense = { values: Float64Array.from([...X1, ...X2]), rows: 12, cols: 2 };
const A32: Dense = { ...A, values: Float32Array.from(A.values) };
const TINY: Dense = { ...A, values: A.values.map((x) => x * 1e-4) };

const base: LogisticOptions = { solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 100, balanced: false };

function expectFit(fit: LogisticFit, coef: number[], intercept: number, iterations: number, tolerance = 1e-12): void {
  expect(fit.iterations).toBe(iterations);
  const scale = Math.max(...coef.map(Math.abs));
  fit.coef.forEach((w, j) => void expect(Math.abs(w - coef[j])).toBeLessThanOrEqual(tolerance * scale));
  expect(Math.abs(fit.intercept - intercept)).toBeLessThanOrEqual(tolerance * Math.max(scale, Math.abs(intercept)));
}

/** Data B of the specification. */
const B = (() => {
  const [rows, cols] = [400, 6];
  const values = new Float64Array(rows * cols);
  const y = new Uint8Array(rows);
  const weights = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      values[j * rows + i] = Math.sin(0.37 * (i + 1) * (j + 1) + 0.11 * j * j) * (1 + 0.3 * j);
    }
    y[i] = Math.sin(0.37 * (i + 1)) + 0.8 * Math.cos(1.7 * i) > 0.2 ? 1 : 0;
    weights[i] = 1 + ((13 * i) % 7) / 10;
  }
  return { x: { values, rows, cols }, y, weights };
})();

describe("half-binomial loss", () => {
  it.each([
    [-40, 4.248354255291589e-18, 4.248354255291589e-18, 40, -1],
    [-1, 0.3132616875182228, 0.2689414213699951, 1.3132616875182228, -0.7310585786300049],
    [5, 5.006715348489118, 0.9933071490757153, 0.006715348489118068, -0.006692850924284856],
    [20, 20.000000002061153, 0.9999999979388463, 2.061153622438558e-9, -2.0611536181902033e-9],
  ])("z = %f", (z, loss0, slope0, loss1, slope1) => {
    const close = (actual: number, expected: number) => expect(Math.abs(actual / expected - 1)).toBeLessThan(5e-16);
    close(halfBinomialLoss(0, z), loss0);
    close(halfBinomialSlope(0, z), slope0);
    close(halfBinomialLoss(1, z), loss1);
    close(halfBinomialSlope(1, z), slope1);
  });

  it("keeps the last bit below 1 at z = −37", () => {
    expect(halfBinomialSlope(1, -37)).toBe(-0.9999999999999999);
  });
});

describe("lbfgs", () => {
  it("follows scikit-learn on data A", () => {
    const plain = kernel.fitLogistic(A, Y, null, base);
    expectFit(plain, [0.4561343417371935, -0.1912879852185819], -0.7337815207918638, 4);
    const weighted = kernel.fitLogistic(A, Y, WEIGHTS, { ...base, balanced: true });
    expectFit(weighted, [0.5957743138309328, -0.154768208948523], -0.08780925100266693, 5);
    const tight = kernel.fitLogistic(A, Y, WEIGHTS, { ...base, balanced: true, C: 1, tol: 1e-8, maxIter: 500 });
    expectFit(tight, [0.7690001566729936, -0.23850696661773124], -0.11803493544787468, 7);
  });

  it("stops at the start when the features are tiny and the classes balanced", () => {
    const fit = kernel.fitLogistic(TINY, Y, null, { ...base, balanced: true });
    expect([...fit.coef, fit.intercept, fit.iterations]).toEqual([0, 0, 0, 0]);
    const plain = kernel.fitLogistic(TINY, Y, null, base);
    expectFit(plain, [8.705248963247064e-5, -2.3145518198889773e-5], -0.6931551865397573, 4);
  });

  it("follows scikit-learn on data B", () => {
    const fit = kernel.fitLogistic(B.x, B.y, B.weights, { ...base, C: 1, maxIter: 500, balanced: true });
    const coef = [
      2.9110698159207065, -0.06942029908952753, -0.15353594693130576, 0.09477060989506361, -0.04544503132738611,
      -0.024200684012662652,
    ];
    expectFit(fit, coef, -0.37092289175978804, 9);
  });

  const x = [0.5, -0.25, 0.125, 0.75, -0.5, 0.0625, -0.375, 0.25];
  const column = (scale: number): Dense => ({ values: Float64Array.from(x, (v) => v * scale), rows: 8, cols: 1 });
  const single = (scale: number): Dense => ({ values: Float32Array.from(x, (v) => v * scale), rows: 8, cols: 1 });
  const oneColumn: LogisticOptions = { ...base, maxIter: 200 };

  it("fits one column", () => {
    const even = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0);
    const odd = Uint8Array.of(1, 0, 0, 1, 0, 1, 0, 0);
    expectFit(kernel.fitLogistic(column(1), even, null, oneColumn), [0.2820927197853748], -0.01981308376203078, 3);
    expectFit(kernel.fitLogistic(single(1e-3), even, null, oneColumn), [0], 0, 0);
    const tiny = kernel.fitLogistic(single(1e-3), odd, null, oneColumn);
    expectFit(tiny, [0.0005504245612912421], -0.5108351984130547, 4);
    expectFit(kernel.fitLogistic(column(20), odd, null, oneColumn), [0.2908742613629364], -1.3768001406175656, 10);
  });

  it("counts at most maxIter iterations", () => {
    const fit = kernel.fitLogistic(A, Y, null, { ...base, maxIter: 2 });
    expect(fit.iterations).toBe(2);
    expect(fit.converged).toBe(false);
  });

  it("fits the five-feature base model of the binary challenge", () => {
    const two = [0.5, -0.25, 0.125, 0.5, -0.75, 0.25, 0.25, 0.25, -0.5, -0.5, 0.75, 0, -0.125, 0.75, 0.375, -0.625];
    const at = (row: number, feature: number): number => two[2 * row + feature];
    const values = new Float64Array(40);
    for (let i = 0; i < 8; i++) {
      const features = [at(i, 0), at(i, 1), at(7 - i, 0) / 2, at(7 - i, 1) / 2, at(i, 0) ** 2];
      for (let j = 0; j < 5; j++) values[j * 8 + i] = features[j];
    }
    const y = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0);
    const raw = Float64Array.from({ length: 8 }, (_, t) => kernel.exp((-Math.LN2 / 4) * (8 - t)));
    const mean = raw.reduce((sum, w) => sum + w, 0) / 8;
    const options: LogisticOptions = { ...base, tol: 1e-3, balanced: true };
    const fit = kernel.fitLogistic(
      { values, rows: 8, cols: 5 },
      y,
      raw.map((w) => w / mean),
      options,
    );
    const coef = [
      0.3184566930228177, 0.45513895213036154, -0.26373855126849993, -0.018066333225282758, 0.00028035137011052196,
    ];
    expectFit(fit, coef, -0.02736494500889881, 3);
  });
});

describe("liblinear", () => {
  const options: LogisticOptions = { ...base, solver: "liblinear", tol: 1e-3 };

  it("gives scikit-learn's bits on data A", () => {
    const plain = kernel.fitLogistic(A, Y, null, options);
    expectFit(plain, [0.4376981386011634, -0.16478839358756714], -0.41892402045117433, 2, 2e-16);
    const weighted = kernel.fitLogistic(A, Y, WEIGHTS, { ...options, balanced: true });
    expectFit(weighted, [0.5926913892557916, -0.15062222474495127], -0.057448466068654155, 2, 2e-16);
    const strong = kernel.fitLogistic(A, Y, WEIGHTS, { ...options, balanced: true, C: 0.1, tol: 1e-4 });
    expectFit(strong, [0.22030061793586064, -0.03705635083928479], -0.008720034961189395, 2, 2e-16);
  });

  it("follows scikit-learn on data B", () => {
    const fit = kernel.fitLogistic(B.x, B.y, B.weights, { ...options, C: 0.1, tol: 1e-4, balanced: true });
    const coef = [
      2.0960151785920056, -0.03558239323896934, -0.04058237765475166, 0.0519664447327996, -0.043486375638583874,
      -0.0181019752451155,
    ];
    expectFit(fit, coef, -0.22166610288417024, 4);
  });

  it("leaves out rows without weight", () => {
    const values = Float64Array.from([...X1, 7, ...X2, -9]);
    const y = Uint8Array.from([...Y, 1]);
    const weights = Float64Array.from([...WEIGHTS, 0]);
    const fit = kernel.fitLogistic({ values, rows: 13, cols: 2 }, y, weights, options);
    expect(fit).toEqual(kernel.fitLogistic(A, Y, WEIGHTS, options));
  });
});

describe("saga", () => {
  const options: LogisticOptions = { ...base, solver: "saga", C: 1, maxIter: 2000, balanced: true, l1Ratio: 0.5 };

  it("gives scikit-learn's float32 bits on data A", () => {
    const plain = kernel.fitLogistic(A32, Y, null, { ...options, seed: 42 });
    expectFit(plain, [0.5653101801872253, -0.10018012672662735], -0.07277246564626694, 19, 1e-16);
    const weighted = kernel.fitLogistic(A32, Y, WEIGHTS, { ...options, seed: 42 });
    expectFit(weighted, [0.711612343788147, -0.037774037569761276], -0.0885089784860611, 23, 1e-16);
    const seeded = kernel.fitLogistic(A32, Y, WEIGHTS, { ...options, seed: 43 });
    expectFit(seeded, [0.7116346955299377, -0.03777732327580452], -0.08848560601472855, 20, 1e-16);
  });

  it("runs in float64 on a float64 design", () => {
    const fit = kernel.fitLogistic(A, Y, WEIGHTS, { ...options, seed: 42 });
    expectFit(fit, [0.7116125135530547, -0.037774123030510184], -0.08850907956396002, 23, 4e-16);
  });

  it("gives scikit-learn's float32 bits on data B", () => {
    const x = { ...B.x, values: Float32Array.from(B.x.values) };
    const bits = Uint32Array.of(0x403d8f04, 0xbd791a41, 0xbe2162c5, 0x3dbfd4a7, 0xbd2a6741, 0xbcb3188e);
    const fit = kernel.fitLogistic(x, B.y, B.weights, { ...options, seed: 42 });
    expect([...fit.coef]).toEqual([...new Float32Array(bits.buffer)]);
    expect([fit.intercept, fit.iterations]).toEqual([-0.37939873337745667, 16]);
  });

  it("fits the meta model of the binary challenge", () => {
    const rows = [1.5, 0, -0.5, 0.25, 2, 1, -1.25, 0.5, 0.75, -1, 0, -0.5, -2, -1.5, 0.5, 0.125];
    const values = Float32Array.from([0, 1].flatMap((j) => rows.filter((_, i) => i % 2 === j)));
    const y = Uint8Array.of(1, 0, 1, 0, 1, 0, 0, 1);
    const raw = Float64Array.from({ length: 9 }, (_, t) => kernel.exp((-Math.LN2 / 4) * (9 - t)));
    const mean = raw.reduce((sum, w) => sum + w, 0) / 9;
    const weights = raw.map((w) => w / mean).slice(1);
    const x = { values, rows: 8, cols: 2 };
    const fit = kernel.fitLogistic(x, y, weights, options);
    expectFit(fit, [1.3647855520248413, 0], -0.03410807624459267, 24, 1e-16);
    const weak = kernel.fitLogistic(x, y, weights, { ...options, C: 10 });
    expectFit(weak, [4.327420711517334, 0.6388792395591736], -0.5600912570953369, 147, 1e-16);
  });
});

describe("cd", () => {
  const options: LogisticOptions = { ...base, solver: "cd", C: 1, tol: 1e-12, maxIter: 100, balanced: true };

  it("reaches the optimum of SAGA's problem", () => {
    const fit = kernel.fitLogistic(A, Y, WEIGHTS, { ...options, l1Ratio: 0.5 });
    expect(fit.converged).toBe(true);
    expect(fit.coef[0]).toBeCloseTo(0.7116407105963086, 13);
    expect(fit.coef[1]).toBeCloseTo(-0.03781273736079829, 13);
    expect(fit.intercept).toBeCloseTo(-0.08850620446580036, 13);
  });

  it("gives exact zeros under a strong L1 penalty", () => {
    const fit = kernel.fitLogistic(A, Y, WEIGHTS, { ...options, l1Ratio: 1, C: 0.05 });
    expect([...fit.coef]).toEqual([0, 0]);
    expect(fit.converged).toBe(true);
  });
});

describe("irls", () => {
  it("agrees with lbfgs run to the optimum", () => {
    const tight: LogisticOptions = { ...base, tol: 1e-12, maxIter: 1000, balanced: true };
    for (const [x, y, weights] of [[A, Y, WEIGHTS] as const, [B.x, B.y, B.weights] as const]) {
      const newton = kernel.fitLogistic(x, y, weights, { ...tight, solver: "irls" });
      const lbfgs = kernel.fitLogistic(x, y, weights, tight);
      expect(newton.converged).toBe(true);
      newton.coef.forEach((w, j) => void expect(w).toBeCloseTo(lbfgs.coef[j], 7));
      expect(newton.intercept).toBeCloseTo(lbfgs.intercept, 7);
    }
  });

  it("stops where scikit-learn's newton-cholesky does", () => {
    const fit = kernel.fitLogistic(A, Y, WEIGHTS, { ...base, solver: "irls", balanced: true });
    expectFit(fit, [0.5957588937360995, -0.15474738550155248], -0.08783187010415366, 2);
  });
});

describe("every solver", () => {
  const solvers = ["lbfgs", "liblinear", "irls", "saga", "cd"] as const;

  it.each(solvers)("%s refuses one class and numbers that are not finite", (solver) => {
    const options: LogisticOptions = { ...base, solver };
    expect(() => kernel.fitLogistic(A, new Uint8Array(12), null, options)).toThrow(FitError);
    const values = A.values.slice();
    values[15] = Number.NaN;
    expect(() => kernel.fitLogistic({ ...A, values }, Y, null, options)).toThrow(FitError);
  });

  it.each(solvers)("%s fits without an intercept", (solver) => {
    const fit = kernel.fitLogistic(A, Y, null, { ...base, solver, fitIntercept: false });
    expect(fit.intercept).toBe(0);
    expect(fit.coef[0]).toBeGreaterThan(0.2);
    expect(fit.coef[1]).toBeLessThanOrEqual(0);
  });
});
