import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsKernel } from "../../../src/kernel/js/index.js";

const kernel = jsKernel();

describe("rollingStd", () => {
  it("matches the reference to the last bit", () => {
    const x = Float64Array.of(0.1, 0.4, -0.2, 0.3, 0, 0.25, -0.6, 0.15);
    const expected = [
      0.30000000000000004, 0.32145502536643183, 0.2516611478423583, 0.16072751268321583, 0.4368447474027053,
      0.4645786621588785,
    ];
    expect([...kernel.rollingStd(x, 3)]).toEqual(expected);
    const y = kernel.rollingStd(Float64Array.of(1, 2, 4, 8, 16, 3), 3);
    const expectedY = [1.5275252316519474, 3.0550504633038935, 6.110100926607785, 6.557438524302];
    y.forEach((value, i) => void expect(value).toBeCloseTo(expectedY[i], 14));
  });

  it("is empty when the series is shorter than the window", () => {
    expect(kernel.rollingStd(Float64Array.of(1, 2), 3)).toHaveLength(0);
  });
});

describe("firstTouch", () => {
  it("finds the first bound, both inclusive", () => {
    const prices = Float64Array.of(0, 0.5, 1, -1, -2, 0, 0);
    const touch = (...sigma: number[]) => [...kernel.firstTouch(prices, Float64Array.from(sigma), 3)];
    expect(touch(1, 1.5, 1, 1.5)).toEqual([0, 1, 1, 2]);
    expect(touch(2, Number.NaN, 0, -1)).toEqual([2, 255, 255, 255]);
    expect(touch(Infinity)).toEqual([255]);
  });
});

describe("windowExtremes", () => {
  it("matches a direct search", () => {
    const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 12 }), (list, horizon) => {
        const x = Float64Array.from(list);
        const { max, min } = kernel.windowExtremes(x, horizon);
        const windows = list.slice(horizon).map((_, t) => list.slice(t, t + horizon + 1));
        expect([...max]).toEqual(windows.map((w) => Math.max(...w)));
        expect([...min]).toEqual(windows.map((w) => Math.min(...w)));
      }),
      { seed: 7 },
    );
  });
});

describe("crossSectionLabels", () => {
  it("labels ratios above the median of the valid ones", () => {
    const values = Float64Array.of(100, 50, 10, 0, 110, 52, 11, 5);
    const labels = kernel.crossSectionLabels(values, 4, Int32Array.of(1, -1), "ratio");
    expect([...labels]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
    const spread = Float64Array.of(100, 100, 100, 100, 101, 103, 102, 104);
    expect([...kernel.crossSectionLabels(spread, 4, Int32Array.of(1, -1), "ratio")].slice(0, 4)).toEqual([0, 1, 0, 1]);
  });

  it("labels differences, missing where NaN", () => {
    const values = Float64Array.of(0, Number.NaN, -1, 5, 1, 1, 3, 5);
    const labels = kernel.crossSectionLabels(values, 4, Int32Array.of(1, 0), "difference");
    expect([...labels.subarray(0, 4)]).toEqual([0, 255, 1, 0]);
    expect([...labels.subarray(4)]).toEqual([0, 255, 0, 1]);
  });

  it("gives a single valid asset 0 and an empty row nothing", () => {
    expect([...kernel.crossSectionLabels(Float64Array.of(1, 0, 2, 1), 2, Int32Array.of(1, -1), "ratio")]).toEqual([
      0, 255, 255, 255,
    ]);
    expect([...kernel.crossSectionLabels(Float64Array.of(0, 0, 2, 1), 2, Int32Array.of(1, -1), "ratio")]).toEqual([
      255, 255, 255, 255,
    ]);
  });
});
