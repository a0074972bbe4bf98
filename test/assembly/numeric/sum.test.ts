import { beforeAll, describe, expect, it } from "vitest";
import { type KernelExports, withScratch } from "../../../src/kernel/wasm/memory.js";
import { openExports } from "../../helpers/kernelExports.js";

let kernel: KernelExports;
beforeAll(async () => {
  kernel = await openExports();
});

const sum = (x: Float64Array) => withScratch(kernel, (scratch) => kernel.sum(scratch.put(x), x.length));
const sumFloat32 = (x: Float32Array) => withScratch(kernel, (scratch) => kernel.sumFloat32(scratch.put(x), x.length));

// Values of numpy 2.2.6.
describe("sums", () => {
  const a = Float64Array.from({ length: 20_000 }, (_, i) => 1 / (i + 1));

  it("of float64", () => {
    expect(sum(a.subarray(0, 9))).toBe(2.8289682539682537);
    expect(sum(a.subarray(0, 130))).toBe(5.4485913382659765);
    expect(sum(a)).toBe(10.480728217229329);
    expect(sum(a.subarray(0, 0))).toBe(0);
  });

  it("give mean and deviation", () => {
    const mean = sum(a) / a.length;
    expect(mean).toBe(0.0005240364108614665);
    expect(Math.sqrt(sum(a.map((v) => (v - mean) * (v - mean))) / a.length)).toBe(0.00905370582938289);
  });

  it("of float32", () => {
    const b = Float32Array.from(a);
    expect(sumFloat32(b)).toBe(10.480731010437012);
    expect(sumFloat32(b.subarray(0, 300))).toBe(6.282664775848389);
  });

  it.each([
    [100, 79.99999237060547],
    [128, 104.00001525878906],
    [1537, 1230],
    [20011, 16009.9990234375],
  ])("of %i float32 weights", (n, expected) => {
    const recent = Math.floor(0.6 * n);
    const weight = Math.fround((0.5 * (n - recent)) / (0.5 * recent));
    expect(sumFloat32(new Float32Array(n).fill(1).fill(weight, n - recent))).toBe(expected);
  });
});

describe("median", () => {
  it("is found among ties and in any order", () => {
    const median = (x: readonly number[]) =>
      withScratch(kernel, (scratch) => kernel.median(scratch.put(Float64Array.from(x)), x.length));
    expect(median([5])).toBe(5);
    expect(median([4, 1])).toBe(2.5);
    expect(median([2, 2, 2, 1])).toBe(2);
    expect(median([9, 8, 7, 6, 5, 4, 3, 2, 1])).toBe(5);
    expect(median([0, 0, 1, 1, 1, 0, 0, 1])).toBe(0.5);
  });
});
