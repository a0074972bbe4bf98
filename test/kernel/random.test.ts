import { beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../src/errors.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { openKernel } from "../../src/kernel/load.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

// Every number below is what numpy 2.2.6's default_rng(seed).integers(0, bound, count) gives.
describe("randomIntegers", () => {
  it.each([
    [42, 9881, [881, 7647, 6467, 4336, 4278, 8483, 849, 6890, 1990, 930]],
    [43, 9881, [4993, 6445, 3965, 432, 5702, 197, 2732, 8292, 4589, 5801]],
    [61, 9881, [4178, 3699, 7443, 7627, 4652, 6631, 7335, 7007, 1713, 4285]],
    [42, 121, [10, 93, 79, 53, 52, 103]],
    [42, 1000, [89, 773, 654, 438, 433, 858, 85, 697]],
    [23799, 9441, [8456, 9166, 3605, 3720, 8313, 8140, 5618, 8100]],
    [7, 181, [171, 113]],
    [1042, 23881, [17992, 8535, 166, 8888, 3221, 13755]],
    [1042, 181, [136, 64]],
    [1043, 181, [121, 30]],
  ])("seed %i below %i", (seed, bound, expected) => {
    expect(Array.from(kernel.randomIntegers(seed, bound, expected.length))).toEqual(expected);
  });

  it("rejects biased draws as NumPy does", () => {
    const half = [1742692732, 183930185, 385346042, 508546690, 1866662802, 713397379, 930133021, 1334076657];
    expect(Array.from(kernel.randomIntegers(3, 2 ** 31 + 1, 8))).toEqual(half);
    const most = [4058335882, 2684764584, 2938530452, 3853503931];
    expect(Array.from(kernel.randomIntegers(7, 2 ** 32 - 1, 4))).toEqual(most);
  });

  it("takes seeds of two words", () => {
    const expected = [841209580, 1440442943, 1373519159, 1473375326, 2362372979, 1324223809];
    expect(Array.from(kernel.randomIntegers(2 ** 52 + 12345, 3_000_000_000, 6))).toEqual(expected);
    expect(Array.from(kernel.randomIntegers(2 ** 32, 100, 5))).toEqual([52, 88, 99, 55, 30]);
  });

  it("draws nothing for a bound of one, and nothing at all for a count of zero", () => {
    expect(Array.from(kernel.randomIntegers(42, 1, 3))).toEqual([0, 0, 0]);
    expect(kernel.randomIntegers(42, 10, 0)).toHaveLength(0);
  });

  it("names what it refuses", () => {
    expect(() => kernel.randomIntegers(-1, 10, 1)).toThrow(UsageError);
    expect(() => kernel.randomIntegers(1, 0, 1)).toThrow(/bound 0/);
    expect(() => kernel.randomIntegers(1.5, 10, 1)).toThrow(/seed 1.5/);
  });
});
