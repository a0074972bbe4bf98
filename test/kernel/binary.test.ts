/** Base models of the binary challenges on both backends: 20-binary checks 1, 3, 4, 10 and the guards of §3 and §4. */
import { describe, expect, it } from "vitest";
import { backends } from "../helpers/backends.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const X = [
  [0.5, -0.25],
  [0.125, 0.5],
  [-0.75, 0.25],
  [0.25, 0.25],
  [-0.5, -0.5],
  [0.75, 0],
  [-0.125, 0.75],
  [0.375, -0.625],
];
const Y = Uint8Array.of(1, 0, 0, 1, 0, 1, 1, 0);
const encode = (rows: readonly (readonly number[])[]) => Uint16Array.from(rows.flat(), halfCode);
const fit = { C: 0.5, tol: 1e-3, maxIter: 100, minTrain: 2 };
/** 8 rows to fit on and the same 8 to rank. */
const twice = <T extends Uint8Array | Uint16Array | Float64Array>(values: T): T => {
  const both = new (values.constructor as new (length: number) => T)(2 * values.length);
  both.set(values);
  both.set(values, values.length);
  return both;
};

describe.each(backends)("base models ($backend)", ({ kernel }) => {
  const weights = kernel.timeWeights(8, 4);

  it("halves weights by age, mean 1 (check 1)", () => {
    expect([...kernel.timeWeights(5, 15 * 1440)]).toEqual([
      0.9999358207353032, 0.9999679093378906, 0.9999999989702224, 1.0000320896323318, 1.0000641813242517,
    ]);
    const short = [0.4447353730452766, 0.6289507962276879, 0.8894707460905532, 1.2579015924553758, 1.7789414921811064];
    for (const [t, weight] of kernel.timeWeights(5, 2).entries()) expect(weight).toBeCloseTo(short[t], 15);
    expect(weights[0]).toBeCloseTo(0.5045523066739228, 15);
    expect(weights[7]).toBeCloseTo(1.697104903960378, 15);
  });

  it("fits and ranks (check 3)", () => {
    const holdOut = kernel.holdOutAuc(twice(encode(X)), 2, twice(Y), twice(weights), 8, { ...fit, minEvaluate: 2 });
    expect(holdOut.why).toBeNull();
    expect(holdOut.iterations).toBe(3);
    expect(holdOut.coef[0]).toBeCloseTo(0.330982905981315, 13);
    expect(holdOut.coef[1]).toBeCloseTo(0.46241380858750886, 13);
    expect(holdOut.intercept).toBeCloseTo(-0.020350585612320723, 13);
    expect(holdOut.auc).toBe(0.8125);
  });

  it("predicts a window from all rows before it (check 3)", () => {
    const windows = Int32Array.of(1, 1, 2, 8, 9, 16);
    const walk = kernel.walkForward(twice(encode(X)), 2, twice(Y), twice(weights), windows, fit);
    const expected = [
      0.029537415231459575, 0.2522291819290981, -0.15298431295142978, 0.17799859302988524, -0.41704894289673267,
      0.22788659387366555, 0.28508690758064653, -0.18524062623652063,
    ];
    for (let t = 0; t < 9; t++) expect(walk.decision[t]).toBeNaN();
    for (let t = 9; t < 16; t++) expect(walk.decision[t]).toBe(Math.fround(expected[t - 8]));
    expect([...walk.rows]).toEqual([1, 8]);
    expect([...walk.iterations]).toEqual([-1, 3]);
    expect([...walk.coef.subarray(0, 2)]).toEqual([0, 0]);
    expect(walk.intercept[1]).toBeCloseTo(-0.020350585612320723, 13);
  });

  it("takes the lbfgs route for five features (check 10)", () => {
    const wide = X.map((row, t) => [...row, X[7 - t][0] / 2, X[7 - t][1] / 2, row[0] * row[0]]);
    const walk = kernel.walkForward(encode(wide), 5, Y, weights, Int32Array.of(8, 8, 8), fit);
    const coef = [
      0.3184566930228177, 0.45513895213036154, -0.26373855126849993, -0.018066333225282758, 0.00028035137011052196,
    ];
    expect(walk.iterations[0]).toBe(3);
    for (const [j, value] of walk.coef.entries()) expect(value).toBeCloseTo(coef[j], 12);
    expect(walk.intercept[0]).toBeCloseTo(-0.02736494500889881, 12);
    const holdOut = kernel.holdOutAuc(twice(encode(wide)), 5, twice(Y), twice(weights), 8, { ...fit, minEvaluate: 2 });
    expect([...holdOut.coef]).toEqual([...walk.coef]);
    expect(holdOut.auc).toBeGreaterThan(0.5);
  });

  it.each([1, 3, 4])("fits %i features as the plain fit does", (width) => {
    const draw = lcg(width);
    const rows = 300;
    const values = Float64Array.from({ length: rows * width }, () => Math.floor(draw() * 64) / 32 - 1);
    const labels = Uint8Array.from({ length: rows }, (_, t) => (values[t * width] + draw() > 0.4 ? 1 : 0));
    const w = kernel.timeWeights(rows, 100);
    const walk = kernel.walkForward(
      Uint16Array.from(values, halfCode),
      width,
      labels,
      w,
      Int32Array.of(rows, rows, rows),
      fit,
    );
    const present = [...labels.keys()].filter((t) => values.subarray(t * width, (t + 1) * width).some((v) => v !== 0));
    const design = new Float64Array(present.length * width);
    for (const [k, t] of present.entries()) {
      for (let j = 0; j < width; j++) design[j * present.length + k] = values[t * width + j];
    }
    const plain = kernel.fitLogistic(
      { values: design, rows: present.length, cols: width },
      Uint8Array.from(present, (t) => labels[t]),
      Float64Array.from(present, (t) => w[t]),
      { solver: "liblinear", C: 0.5, tol: 1e-3, maxIter: 100, balanced: true },
    );
    expect(walk.rows[0]).toBe(present.length);
    expect(walk.iterations[0]).toBe(plain.iterations);
    for (let j = 0; j < width; j++) expect(walk.coef[j]).toBeCloseTo(plain.coef[j], 12);
    expect(walk.intercept[0]).toBeCloseTo(plain.intercept, 12);
  });

  it("counts ties half and reads NaN as 0, infinities as the largest float32", () => {
    // one feature, rising coefficient: the scores order as the feature does; check 4's ties
    const scores = [0.1, 0.1, 0.2, 0.3, 0.2];
    const labels = [0, 1, 0, 1, 1];
    const codes = Uint16Array.from([-1, 1, ...scores], halfCode);
    const all = Uint8Array.of(0, 1, ...labels);
    const holdOut = kernel.holdOutAuc(codes, 1, all, new Float64Array(7).fill(1), 2, { ...fit, minEvaluate: 5 });
    expect(holdOut.auc).toBeCloseTo(2 / 3, 15);

    const odd = Uint16Array.of(0x7e00, halfCode(-1), 0x8000, halfCode(1), 0x7e00, 0xfc00, 0x7c00);
    const walk = kernel.walkForward(
      odd,
      1,
      Uint8Array.of(0, 0, 1, 1, 1, 0, 1),
      new Float64Array(7).fill(1),
      Int32Array.of(5, 5, 7),
      fit,
    );
    expect([...walk.rows]).toEqual([2]);
    expect([...walk.decision.subarray(5)]).toEqual([
      Math.fround(-3.4028234663852886e38 * walk.coef[0] + walk.intercept[0]),
      Math.fround(3.4028234663852886e38 * walk.coef[0] + walk.intercept[0]),
    ]);
    expect(walk.decision[4]).toBeNaN();
  });

  it("says why there is no AUC", () => {
    const codes = encode(X);
    const ones = new Float64Array(8).fill(1);
    const why = (labels: number[], split: number, minTrain: number, minEvaluate: number, silent = 0) => {
      const used = codes.slice();
      used.fill(0, 0, 2 * silent);
      const options = { ...fit, minTrain, minEvaluate };
      return kernel.holdOutAuc(used, 2, Uint8Array.from(labels), ones, split, options).why;
    };
    expect(why([1, 0, 1, 0, 1, 0, 1, 0], 4, 2, 2, 4)).toBe("no rows before the split");
    expect(why([1, 0, 1, 0, 1, 0, 1, 0], 4, 5, 2)).toBe("too few training rows");
    expect(why([1, 1, 1, 1, 1, 0, 1, 0], 4, 2, 2)).toBe("one class of training labels");
    expect(why([1, 0, 1, 0, 1, 0, 1, 0], 4, 2, 5)).toBe("too few evaluation rows");
    expect(why([1, 0, 1, 0, 1, 1, 1, 1], 4, 2, 2)).toBe("one class of evaluation labels");
    expect(why([1, 0, 1, 0, 1, 0, 1, 1], 4, 4, 4)).toBeNull();
  });

  it("turns the ranking over with the labels", () => {
    const draw = lcg(5);
    const rows = 400;
    const codes = Uint16Array.from({ length: 2 * rows }, () => halfCode(Math.floor(draw() * 32) / 16 - 0.96875));
    const labels = Uint8Array.from({ length: rows }, () => (draw() > 0.5 ? 1 : 0));
    const w = kernel.timeWeights(rows, 90);
    const options = { ...fit, minEvaluate: 2 };
    const right = kernel.holdOutAuc(codes, 2, labels, w, 200, options);
    // labels of the second half only: the same scores, each pair the other way round
    const turned = labels.map((label, t) => (t < 200 ? label : 1 - label));
    expect(kernel.holdOutAuc(codes, 2, turned, w, 200, options).auc).toBeCloseTo(1 - right.auc, 15);
    // all labels: the coefficients change sign too, and the AUC stays
    const flipped = kernel.holdOutAuc(
      codes,
      2,
      labels.map((label) => 1 - label),
      w,
      200,
      options,
    );
    expect(flipped.coef[0]).toBeCloseTo(-right.coef[0], 12);
    expect(flipped.auc).toBeCloseTo(right.auc, 12);
  });
});

it("agrees between backends on many rows with repeats", () => {
  const draw = lcg(99);
  const rows = 3000;
  const codes = new Uint16Array(2 * rows);
  const labels = new Uint8Array(rows);
  for (let t = 0; t < rows; t++) {
    const p = Math.floor(draw() * 100) / 100;
    labels[t] = p + draw() > 1 ? 1 : 0;
    if (t % 7 !== 0) codes.set([halfCode(p), halfCode(1 - p)], 2 * t);
  }
  const [wasm, js] = backends.map(({ kernel }) => {
    const w = kernel.timeWeights(rows, 700);
    return kernel.walkForward(codes, 2, labels, w, Int32Array.of(400, 460, 800, 800, 860, 3000), fit);
  });
  expect([...wasm.rows]).toEqual([...js.rows]);
  expect([...wasm.iterations]).toEqual([...js.iterations]);
  for (const [k, value] of wasm.coef.entries()) expect(value).toBeCloseTo(js.coef[k], 12);
  for (const [t, value] of wasm.decision.entries()) {
    if (Number.isNaN(js.decision[t])) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(js.decision[t], 6);
  }
});
