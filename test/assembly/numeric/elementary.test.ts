import { beforeAll, describe, expect, it } from "vitest";
import { type KernelExports, withScratch } from "../../../src/kernel/wasm/memory.js";
import { firstDifference } from "../../helpers/firstDifference.js";
import { openExports } from "../../helpers/kernelExports.js";
import { lcg } from "../../helpers/lcg.js";
import { expValues, log1pValues, logValues } from "./references.js";

let kernel: KernelExports;
beforeAll(async () => {
  kernel = await openExports();
});

/** The array form of a function: two lanes wherever it can. */
function inLanes(name: string, x: Float64Array): Float64Array {
  return withScratch(kernel, (scratch) => {
    const pointer = scratch.put(x);
    kernel[name](pointer, pointer, x.length);
    return scratch.float64(pointer, x.length);
  });
}

/** Distance between neighbouring doubles at |x|. */
function ulp(x: number): number {
  const bits = new BigInt64Array(Float64Array.of(Math.abs(x)).buffer);
  const next = new Float64Array(BigInt64Array.of(bits[0] + 1n).buffer)[0];
  return next - Math.abs(x);
}

describe.each([
  { name: "exp", values: expValues, bound: 0.7 },
  { name: "log", values: logValues, bound: 0.8 },
  { name: "log1p", values: log1pValues, bound: 0.8 },
])("$name", ({ name, values, bound }) => {
  it(`stays below ${bound} ULP of high-precision values`, () => {
    let worst = 0;
    for (const [x, nearest, rest] of values) {
      worst = Math.max(worst, Math.abs((kernel[name](x) - nearest) / ulp(nearest) - rest));
    }
    expect(worst).toBeLessThan(bound);
    expect(worst).toBeGreaterThan(0.3); // the references are not the function's own results
  });
});

describe("lanes", () => {
  const u = lcg(2718);
  const wide = (low: number, high: number) => Float64Array.from({ length: 40_001 }, () => low + (high - low) * u());
  it.each([
    ["exp", wide(-1, 1)],
    ["exp", wide(-760, 760)],
    ["log", wide(0.5, 2)],
    ["log", wide(0, 1e300)],
    ["log", wide(-1, 1e-307)],
    ["log1p", wide(0, 1)],
    ["log1p", wide(-1.1, 3)],
    ["log1p", wide(0, 1e-12)],
  ])("of %s have the scalar routine's bits", (name, x) => {
    const scalars = x.map((value) => kernel[name](value));
    expect(firstDifference(inLanes(`${name}Array`, x), scalars)).toBe("");
  });
});

describe("edges", () => {
  it("of exp", () => {
    const x = [
      -Infinity,
      -745.1332191019412,
      -745.1332191019411,
      -745.13,
      -720,
      709.782712893384,
      709.7827128933841,
      Infinity,
      NaN,
    ];
    const e = [0, 0, 5e-324, 5e-324, 2.0322308024e-313, 1.7976931348622732e308, Infinity, Infinity, NaN];
    expect(x.map((value) => kernel.exp(value))).toEqual(e);
    expect(kernel.exp(-0)).toBe(1);
  });

  it("of log", () => {
    const x = [0, -0, -1, 1, 5e-324, 1.7976931348623157e308, Infinity, NaN];
    const e = [-Infinity, -Infinity, NaN, 0, -744.4400719213812, 709.782712893384, Infinity, NaN];
    expect(x.map((value) => kernel.log(value))).toEqual(e);
  });

  it("of log1p", () => {
    const x = [-1, -2, 0, 5e-324, 1e-300, Infinity, NaN];
    expect(x.map((value) => kernel.log1p(value))).toEqual([-Infinity, NaN, 0, 5e-324, 1e-300, Infinity, NaN]);
  });
});
