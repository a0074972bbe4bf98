/** Base fits on counts: blocks of values with small margins go by polynomials, others by exponentials; both as on samples. */
import { describe, expect, it } from "vitest";
import { openJsKernel, openKernel } from "../../src/kernel/load.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const kernel = await openKernel();
const plain = openJsKernel();

/** Labels that follow values up to `scale` by a logistic model of the given slope. */
function samples(rows: number, scale: number, slope: number) {
  const draw = lcg(rows + scale);
  const values = Float64Array.from({ length: rows }, () => scale * (2 * draw() - 1));
  const labels = Uint8Array.from(values, (value) => (1 / (1 + Math.exp(-slope * value)) > draw() ? 1 : 0));
  return { codes: Uint16Array.from(values, halfCode), labels };
}

describe("pooledMiner's fits", () => {
  it.each([
    [9, 1, 1],
    [64, 0.5, 0.2],
    [65, 1, 1],
    [500, 1, 0.4],
    [3000, 2, 1.5],
    [3000, 40, 2],
    [20000, 6, 5],
  ])("of %d samples up to %d with slope %d", (rows, scale, slope) => {
    const { codes, labels } = samples(rows, scale, slope);
    const windows = {
      selections: Int32Array.of(rows, 0, rows),
      fits: Int32Array.of(rows),
      minFit: 1,
      minEval: 1,
      minDistinct: 1,
      C: 0.5,
      tol: 1e-8,
      maxIter: 200,
    };
    const { auc, fits } = kernel.pooledMiner(codes, labels, 1, null, windows);
    const expected = plain.pooledMiner(codes, labels, 1, null, windows);
    expect(fits.iterations).toEqual(expected.fits.iterations);
    expect(Math.abs(fits.weight[0]! - expected.fits.weight[0]!)).toBeLessThan(
      1e-9 * Math.abs(expected.fits.weight[0]!),
    );
    expect(fits.intercept[0]).toBeCloseTo(expected.fits.intercept[0]!, 9);
    expect(auc[0]).toBeCloseTo(expected.auc[0], 14);
  });
});
