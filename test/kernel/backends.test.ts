import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../src/kernel/kernel.js";
import { openJsKernel, openKernel } from "../../src/kernel/load.js";
import { firstDifference } from "../helpers/firstDifference.js";
import { lcg } from "../helpers/lcg.js";

// The two backends were written apart; what they share is the order of operations, so results must agree to the bit.
let wasm: Kernel;
const js = openJsKernel();
beforeAll(async () => {
  wasm = await openKernel();
});

const u = lcg(31);
const column = (length: number, value: () => number) => Float64Array.from({ length }, value);
function walk(length: number): Float64Array {
  let level = 4;
  return column(length, () => {
    level += (u() - 0.5) * 0.01;
    return level;
  });
}
function same(compute: (kernel: Kernel) => ArrayLike<number>): void {
  expect(firstDifference(compute(wasm), compute(js))).toBe("");
}

describe("both backends agree to the bit", () => {
  it.each([
    ["around 0", -1, 1],
    ["over the range", -760, 720],
    ["large", 0, 1e300],
  ])("on exp, log and log1p %s", (_, low, high) => {
    const x = column(20_001, () => low + (high - low) * u());
    same((kernel) => kernel.expAll(x));
    same((kernel) => kernel.logAll(x));
    same((kernel) => x.map((value) => kernel.log1p(value)));
  });

  it("on every binary16 code", () => {
    same((kernel) => kernel.decodeHalf(Uint16Array.from({ length: 65536 }, (_, code) => code)));
    same((kernel) => kernel.decodeHalf(Uint16Array.of(1, 0x8001, 0x7c00, 0xfc00, 0x3c00))); // the scalar remainder
  });

  it("on random integers", () => {
    for (const [seed, bound] of [
      [0, 2],
      [42, 9881],
      [2 ** 40 + 3, 2 ** 31 + 7],
      [9, 4294967295],
    ]) {
      same((kernel) => kernel.randomIntegers(seed, bound, 1001));
    }
  });

  it("on areas under curves", () => {
    for (const n of [2, 30, 1000, 30_000]) {
      const labels = Uint8Array.from({ length: n }, () => (u() < 0.4 ? 1 : 0));
      for (const steps of [3, 200, 1e9]) {
        const scores = column(n, () => Math.floor((u() - 0.5) * steps) / steps);
        same((kernel) => [kernel.auc(labels, scores)]);
      }
    }
  });

  it("on rolling deviations", () => {
    for (const [n, window] of [
      [2, 3],
      [3, 3],
      [50, 1],
      [1001, 7],
      [20_000, 3600],
    ]) {
      const x = walk(n);
      same((kernel) => kernel.rollingStd(x, window));
    }
  });

  it("on first touches", () => {
    const path = walk(3000);
    for (const horizon of [1, 2, 3, 4, 5, 60, 100]) {
      const sigma = column(path.length - horizon, () => (u() < 0.02 ? Number.NaN : (u() - 0.05) * 0.05));
      same((kernel) => kernel.firstTouch(path, sigma, horizon));
    }
  });

  it("on sliding extremes", () => {
    for (const [n, horizon] of [
      [0, 3],
      [3, 3],
      [4, 3],
      [100, 0],
      [1000, 60],
      [1000, 361],
    ]) {
      const x = walk(n);
      same((kernel) => kernel.windowExtremes(x, horizon).max);
      same((kernel) => kernel.windowExtremes(x, horizon).min);
    }
  });

  it("on labels of cross-sections", () => {
    for (const assets of [1, 2, 20, 33, 40]) {
      const rows = 700;
      const forward = Int32Array.from({ length: rows }, (_, t) => (t + 50 < rows && u() > 0.02 ? t + 50 : -1));
      const prices = column(rows * assets, () => (u() < 0.03 ? 0 : 90 + Math.floor(20 * u())));
      same((kernel) => kernel.crossSectionLabels(prices, assets, forward, "ratio"));
      const rates = column(rows * assets, () => (u() < 0.03 ? Number.NaN : Math.floor(8 * u()) * 1e-5));
      same((kernel) => kernel.crossSectionLabels(rates, assets, forward, "difference"));
    }
  });
});
