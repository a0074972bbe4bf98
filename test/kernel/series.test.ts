import { beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../src/errors.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { openKernel } from "../../src/kernel/load.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

describe("rollingStd", () => {
  it("has numpy's bits", () => {
    const x = Float64Array.of(0.1, 0.4, -0.2, 0.3, 0, 0.25, -0.6, 0.15);
    expect(Array.from(kernel.rollingStd(x, 3))).toEqual([
      0.30000000000000004, 0.32145502536643183, 0.2516611478423583, 0.16072751268321583, 0.4368447474027053,
      0.4645786621588785,
    ]);
    expect(Array.from(kernel.rollingStd(Float64Array.of(1, 2, 4, 8, 16, 3), 3))).toEqual([
      1.5275252316519474, 3.0550504633038935, 6.110100926607785, 6.557438524302,
    ]);
  });

  it("gives the sigmas of the bucket challenges", () => {
    const prices = [100, 101, 99, 100.5, 103, 102, 104, 101, 98, 99, 100, 107, 108, 100, 95, 96.5];
    const logs = kernel.logAll(Float64Array.from(prices, (price) => price + 1e-12));
    const sigmas = (horizon: number, window: number) =>
      kernel.rollingStd(
        logs.slice(horizon).map((later, t) => later - logs[t]),
        window,
      );
    const one = sigmas(1, 4);
    expect(one[0]).toBeCloseTo(0.019239626337566644, 15);
    expect(one[6]).toBeCloseTo(0.02298894519086866, 15);
    const two = sigmas(2, 5);
    expect(two[0]).toBeCloseTo(0.019530294317897684, 15);
    expect(two[7]).toBeCloseTo(0.0629013529683591, 15);
  });

  it("is empty when the series is shorter than the window, and 0 where it is flat", () => {
    expect(kernel.rollingStd(Float64Array.of(1, 2), 3)).toHaveLength(0);
    expect(Array.from(kernel.rollingStd(Float64Array.of(2, 2, 2), 2))).toEqual([0, 0]);
  });
});

describe("refusals", () => {
  it("name the lengths that do not fit", () => {
    const three = Float64Array.of(1, 2, 3);
    expect(() => kernel.firstTouch(three, three, 1)).toThrow(UsageError);
    expect(() => kernel.crossSectionLabels(three, 2, Int32Array.of(-1), "ratio")).toThrow(/3 values/);
    expect(() => kernel.crossSectionLabels(three, 3, Int32Array.of(1), "ratio")).toThrow(/row past/);
  });
});
