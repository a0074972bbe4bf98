import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { openKernel } from "../../../src/kernel/load.js";
import type { BootstrapFits, BootstrapOptions, Dense } from "../../../src/kernel/ops/linear.js";
import { B, centred, head, single, uniforms } from "./data.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

const OPTIONS: BootstrapOptions = {
  solver: "lbfgs",
  C: 0.5,
  tol: 1e-4,
  maxIter: 100,
  balanced: true,
  from: 0,
  to: 20,
  block: 120,
  bootstrapSeed: 1000,
};

/** Median over four groups of the mean |coef| in each, as the bucket and cross-section challenges take it. */
function medianOfMeans({ coef, kept }: BootstrapFits, cols: number): number[] {
  const rows = [...kept.keys()].filter((b) => kept[b] === 1);
  const size = Math.floor(rows.length / 4);
  return Array.from({ length: cols }, (_, j) => {
    const means = [0, 1, 2, 3].map((g) => {
      const group = rows.slice(g * size, (g + 1) * size);
      return group.reduce((sum, b) => sum + Math.abs(coef[b * cols + j]!), 0) / size;
    });
    means.sort((a, b) => a - b);
    return (means[1]! + means[2]!) / 2;
  });
}

function means({ coef, kept }: BootstrapFits, cols: number): number[] {
  return Array.from({ length: cols }, (_, j) => {
    let sum = 0;
    for (let b = 0; b < kept.length; b++) sum += coef[b * cols + j]!;
    return sum / kept.length;
  });
}

function expectNear(got: readonly number[], expected: readonly number[], tolerance = 1e-11): void {
  expect(got).toHaveLength(expected.length);
  for (let k = 0; k < got.length; k++) {
    expect(Math.abs(got[k]! - expected[k]!), `${got} against ${expected}`).toBeLessThanOrEqual(tolerance);
  }
}

describe("bootstrapLogistic", () => {
  it("gives the median of means of the bucket challenges", () => {
    const { x, y, weights } = uniforms();
    const tron = { ...OPTIONS, solver: "liblinear", C: 0.1, bootstrapSeed: 1042 } as const;
    expectNear(
      medianOfMeans(kernel.bootstrapLogistic(single(x), y, weights, tron), 3),
      [1.1221260532649346, 0.23367830284611343, 0.11707873450524037],
    );
    const lbfgs = { ...OPTIONS, maxIter: 500, bootstrapSeed: 42 };
    expectNear(
      medianOfMeans(kernel.bootstrapLogistic(x, y, weights, lbfgs), 3),
      [3.5607499896919412, 1.197833984015762, 0.20946813276298404],
    );
  });

  it("gives the means of the cross-section challenges", () => {
    const { x, y } = centred();
    const fits = kernel.bootstrapLogistic(x, y, null, OPTIONS);
    expect([...fits.kept]).toEqual(new Array(20).fill(1));
    expectNear(means(fits, 2), [2.9422341144116775, 1.5587046385349248]);
    expectNear([fits.intercept.reduce((a, b) => a + b) / 20], [0.140596585450294]);
    expectNear(medianOfMeans(fits, 2), [2.9442089826250477, 1.5375801912836735]);

    const three = kernel.bootstrapLogistic(x, y, null, { ...OPTIONS, to: 3, block: 50 });
    expectNear(means(three, 2), [3.1113717992311387, 1.667514422409483]);
    expectNear([three.intercept.reduce((a, b) => a + b) / 3], [0.15614295730512445]);

    const first = kernel.bootstrapLogistic(head(x, 240), y.subarray(0, 240), null, OPTIONS);
    expectNear(means(first, 2), [2.9660503467923562, 1.62466275707648]);
    expectNear(medianOfMeans(first, 2), [2.9588684709057067, 1.5854791552746734]);
  });

  it.each(["lbfgs", "liblinear"] as const)("gives a replicate the same bits in any company (%s)", (solver) => {
    for (const x of [B.x, single(B.x)]) {
      const options = { ...OPTIONS, solver, to: 7, block: 30 };
      const together = kernel.bootstrapLogistic(x, B.y, B.weights, options);
      for (let b = 0; b < 7; b++) {
        const alone = kernel.bootstrapLogistic(x, B.y, B.weights, { ...options, from: b, to: b + 1 });
        expect(alone.coef).toEqual(together.coef.slice(b * 6, b * 6 + 6));
        expect(alone.intercept[0]).toBe(together.intercept[b]);
        expect(alone.iterations[0]).toBe(together.iterations[b]);
      }
    }
  });

  it.each(["lbfgs", "liblinear"] as const)("agrees with fits of the drawn rows (%s)", (solver) => {
    const options = { ...OPTIONS, solver, to: 5, block: 30, bootstrapSeed: 7 };
    const fits = kernel.bootstrapLogistic(B.x, B.y, B.weights, options);
    for (let b = 0; b < 5; b++) {
      const starts = [...kernel.randomIntegers(7 + b, 371, 13)].sort((p, q) => p - q);
      const drawn = starts.flatMap((s) => Array.from({ length: 30 }, (_, i) => s + i));
      const fit = kernel.fitLogistic(
        rowsOf(B.x, drawn),
        Uint8Array.from(drawn, (i) => B.y[i]!),
        Float64Array.from(drawn, (i) => B.weights[i]!),
        options,
      );
      expectNear([...fits.coef.subarray(b * 6, b * 6 + 6)], [...fit.coef], 1e-10);
      expect(fits.iterations[b]).toBe(fit.iterations);
    }
  });

  it("does not keep a replicate that drew one class only", () => {
    const y = Uint8Array.from({ length: 400 }, (_, i) => Number(i === 200));
    const { kept, coef } = kernel.bootstrapLogistic(B.x, y, null, { ...OPTIONS, block: 40 });
    expect([...new Set(kept)].sort()).toEqual([0, 1]);
    for (let b = 0; b < 20; b++) expect(coef[b * 6] !== 0).toBe(kept[b] === 1);
  });

  it("refuses other solvers and impossible blocks", () => {
    expect(() => kernel.bootstrapLogistic(B.x, B.y, null, { ...OPTIONS, solver: "saga" })).toThrow(/saga/);
    expect(() => kernel.bootstrapLogistic(B.x, B.y, null, { ...OPTIONS, block: 401 })).toThrow(/401/);
  });
});

function rowsOf(x: Dense, rows: readonly number[]): Dense {
  const values = new Float64Array(rows.length * x.cols);
  for (let j = 0; j < x.cols; j++) {
    for (let k = 0; k < rows.length; k++) values[j * rows.length + k] = x.values[j * x.rows + rows[k]!]!;
  }
  return { values, rows: rows.length, cols: x.cols };
}
