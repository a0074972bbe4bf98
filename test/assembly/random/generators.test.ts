import { beforeAll, describe, expect, it } from "vitest";
import { type KernelExports, withScratch } from "../../../src/kernel/wasm/memory.js";
import { openExports } from "../../helpers/kernelExports.js";

let kernel: KernelExports;
beforeAll(async () => {
  kernel = await openExports();
});

const words = (count: number, fill: (out: number) => void) =>
  withScratch(kernel, (scratch) => {
    const out = scratch.room(4 * count);
    fill(out);
    return Array.from(scratch.uint32(out, count));
  });
const doubles = (count: number, fill: (out: number) => void) =>
  withScratch(kernel, (scratch) => {
    const out = scratch.room(8 * count);
    fill(out);
    return Array.from(scratch.float64(out, count));
  });

describe("Pcg64", () => {
  it("gives numpy's default_rng(42).random()", () => {
    const expected = [0.7739560485559633, 0.4388784397520523, 0.8585979199113825];
    expect(doubles(3, (out) => kernel.randomDoubles(42, 0, 3, out))).toEqual(expected);
  });
});

describe("Mt19937", () => {
  it("gives the seeds of scikit-learn's SAGA", () => {
    const seeds = [
      1608637543, 494155589, 1438136085, 2100288460, 1219050686, 487429256, 75120129, 1292632491, 2124297905, 754760703,
    ];
    expect(seeds.map((_, i) => kernel.sagaSeed(42 + i) >>> 0)).toEqual(seeds);
  });

  it("permutes as one generator over many calls", () => {
    withScratch(kernel, () => {
      const generator = kernel.legacyGenerator(42);
      const permutation = (n: number) => words(n, (out) => kernel.legacyPermutation(generator, n, out));
      expect(permutation(10)).toEqual([8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
      expect(permutation(3)).toEqual([1, 0, 2]);
      expect(permutation(1)).toEqual([0]);
      expect(permutation(7)).toEqual([0, 1, 5, 3, 4, 6, 2]);
    });
  });

  it("stays right past a second twist", () => {
    withScratch(kernel, () => {
      const generator = kernel.legacyGenerator(42);
      words(2000, (out) => kernel.legacyPermutation(generator, 2000, out));
      const second = words(2000, (out) => kernel.legacyPermutation(generator, 2000, out));
      expect(second.slice(0, 6)).toEqual([1829, 409, 1513, 863, 1867, 70]);
    });
  });

  it("gives RandomState(7).random_sample()", () => {
    withScratch(kernel, () => {
      const generator = kernel.legacyGenerator(7);
      const expected = [0.07630828937395717, 0.7799187922401146, 0.4384092314408935];
      expect(doubles(3, (out) => kernel.legacyRandom(generator, 3, out))).toEqual(expected);
    });
  });
});

describe("Xorshift", () => {
  it("starts as in the specification", () => {
    const expected = [
      1775027313, 1494828752, 1236056081, 191897478, 412852998, 1938946587, 1452110386, 1638040759, 397654413,
      1892634700,
    ];
    expect(words(10, (out) => kernel.xorshiftNumbers(1608637543, 10, out))).toEqual(expected);
  });
});
