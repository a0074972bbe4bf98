import { describe, expect, it } from "vitest";
import { jsKernel } from "../../../src/kernel/js/index.js";
import { halfCode } from "../../helpers/half.js";

const kernel = jsKernel();

/** Generator Q of 20-binary §9. */
function parkMiller(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return Math.floor((state / 2147483647) * 256) / 128 - 1;
  };
}

const fitOptions = { C: 0.5, tol: 1e-3, maxIter: 100, minTrain: 50 };

describe("timeWeights", () => {
  it("halves every half-life and has mean 1", () => {
    const slow = [0.9999358207353032, 0.9999679093378906, 0.9999999989702224, 1.0000320896323318, 1.0000641813242517];
    kernel.timeWeights(5, 21600).forEach((w, t) => void expect(w).toBeCloseTo(slow[t], 15));
    const fast = [0.4447353730452766, 0.6289507962276879, 0.8894707460905532, 1.2579015924553758, 1.7789414921811064];
    kernel.timeWeights(5, 2).forEach((w, t) => void expect(w).toBeCloseTo(fast[t], 15));
  });
});

describe("the small full run of 20 §9 check 7", () => {
  const rows = 600;
  const draw = parkMiller(12345);
  const c = [0.5, 0.25, 0, 0.125];
  const codes = c.map(() => new Uint16Array(2 * rows));
  const labels = new Uint8Array(rows);
  for (let t = 0; t < rows; t++) {
    const e = draw();
    labels[t] = e > 0 ? 1 : 0;
    for (let j = 0; j < 4; j++) {
      const a = draw();
      const b = draw();
      const absent = (j === 3 && t < 100) || (j === 2 && t % 5 === 0);
      if (!absent) codes[j].set([halfCode(c[j] * e + (1 - c[j]) * a), halfCode(b)], 2 * t);
    }
  }
  const weights = kernel.timeWeights(rows, 21600);

  it("ranks each miner on the second half", () => {
    const options = { ...fitOptions, minEvaluate: 20 };
    const holdOuts = codes.map((code) => kernel.holdOutAuc(code, 2, labels, weights, 300, options));
    const expected = [0.9030866393880093, 0.644502757516456, 0.49471892154818986, 0.5535936666073653];
    expect(holdOuts.map((h) => h.why)).toEqual([null, null, null, null]);
    expect(holdOuts.map((h) => h.auc)).toEqual(expected);
    expect(holdOuts[0].coef[0]).toBeCloseTo(2.997559189125085, 13);
    expect(holdOuts[0].coef[1]).toBeCloseTo(0.48142753047996967, 13);
    expect(holdOuts[0].intercept).toBeCloseTo(-0.007429691343010607, 13);
  });

  it("walks forward and weighs the miners", () => {
    const windows = Int32Array.of(0, 60, 200, 200, 260, 400, 400, 460, 600);
    const walks = [0, 1, 3].map((j) => kernel.walkForward(codes[j], 2, labels, weights, windows, fitOptions));
    expect(walks.map((w) => w.decision[260])).toEqual([1.2976998090744019, 0.6016930341720581, 0.32287362217903137]);
    expect(walks.map((w) => [...w.iterations].filter((n) => n >= 0).length)).toEqual([2, 2, 2]);
    expect([...walks[2].rows]).toEqual([0, 100, 300]);

    const kept = [...labels.keys()].filter((t) => walks.some((w) => !Number.isNaN(w.decision[t])));
    expect([kept.length, kept[0]]).toEqual([280, 260]);
    const decisions = walks.flatMap((w) => kept.map((t) => (Number.isNaN(w.decision[t]) ? 0 : w.decision[t])));
    const meta = { C: 1, tol: 1e-4, maxIter: 2000, balanced: true, l1Ratio: 0.5, seed: 42 } as const;
    const x = { values: Float32Array.from(decisions), rows: 280, cols: 3 };
    const y = Uint8Array.from(kept, (t) => labels[t]);
    const metaWeights = Float64Array.from(kept, (t) => weights[t]);
    const fit = kernel.fitLogistic(x, y, metaWeights, { ...meta, solver: "saga" });
    expect([...fit.coef]).toEqual([1.6355035305023193, 0.6898699402809143, 0]);
    expect(fit.intercept).toBe(-0.1051999181509018);
    expect(fit.iterations).toBe(15);

    const optimum = kernel.fitLogistic(x, y, metaWeights, { ...meta, solver: "cd", tol: 1e-13, maxIter: 100 });
    [1.6354793517398813, 0.6898664865464675, 0].forEach((v, j) => void expect(optimum.coef[j]).toBeCloseTo(v, 12));
    expect(optimum.intercept).toBeCloseTo(-0.1052018511675718, 12);
  });
});

describe("holdOutAuc", () => {
  const rows = 120;
  const labels = Uint8Array.from({ length: rows }, (_, t) => t % 2);
  const weights = new Float64Array(rows).fill(1);
  const codesWhere = (present: (t: number) => boolean): Uint16Array =>
    Uint16Array.from({ length: rows }, (_, t) => (present(t) ? halfCode(((t * 7) % 13) / 13 + 0.01) : 0));
  const options = { ...fitOptions, minTrain: 20, minEvaluate: 20 };
  const why = (present: (t: number) => boolean, y = labels) =>
    kernel.holdOutAuc(codesWhere(present), 1, y, weights, 60, options).why;

  it("says why there is no AUC", () => {
    expect(why((t) => t >= 60)).toBe("no rows before the split");
    expect(why((t) => t >= 41)).toBe("too few training rows");
    expect(why((t) => t % 2 === 0 || t >= 60)).toBe("one class of training labels");
    expect(why((t) => t < 79)).toBe("too few evaluation rows");
    expect(why((t) => t < 60 || t % 2 === 0)).toBe("one class of evaluation labels");
    expect(why(() => true)).toBeNull();
  });

  it("keeps the fit when only the evaluation is missing", () => {
    const holdOut = kernel.holdOutAuc(
      codesWhere((t) => t < 79),
      1,
      labels,
      weights,
      60,
      options,
    );
    expect(holdOut.auc).toBeNaN();
    expect(holdOut.iterations).toBeGreaterThan(0);
  });

  it("counts NaN as 0 and clips infinities", () => {
    const codes = codesWhere(() => true);
    codes[100] = 0x7e00;
    const without = codesWhere((t) => t !== 100);
    const holdOut = (c: Uint16Array) => kernel.holdOutAuc(c, 1, labels, weights, 60, options);
    expect(holdOut(codes)).toEqual(holdOut(without));
    codes[100] = 0x7c00;
    expect(holdOut(codes).why).toBeNull();
  });
});
