import { describe, expect, it } from "vitest";
import { argsortDescending, argsortDescendingLikeNumpy } from "../../src/kernel/argsort.js";
import { lcg } from "../helpers/lcg.js";

const areas = Float32Array.of(
  ...[0.5, 0.5, 0.52, 0.5, 0.5, 0.6, 0.5, 0.5, 0.48, 0.5, 0.5, 0.52, 0.5, 0.5, 0.5, 0.61, 0.5, 0.5, 0.49, 0.5],
);

describe("argsortDescending", () => {
  it("keeps equal values in their order", () => {
    expect([...argsortDescending(areas)]).toEqual([
      15, 5, 2, 11, 0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 14, 16, 17, 19, 18, 8,
    ]);
  });

  it("puts NaN last", () => {
    expect([...argsortDescending([Number.NaN, 1, Number.NaN, 2])]).toEqual([3, 1, 0, 2]);
  });
});

describe("argsortDescendingLikeNumpy", () => {
  it("moves equal values as the vector sort does", () => {
    const order = [15, 5, 11, 2, 3, 4, 1, 0, 7, 6, 10, 9, 13, 12, 14, 16, 19, 17, 18, 8];
    expect([...argsortDescendingLikeNumpy(areas)]).toEqual(order);
  });

  // First indices and Σ (place + 1) · index of numpy 2.2.6 on a CPU with AVX-512.
  it.each([
    [3, [2, 1, 0], 4],
    [17, [14, 1, 6, 4, 9, 10, 11, 2], 1317],
    [40, [1, 10, 9, 8, 13, 26, 17, 16], 15485],
    [100, [14, 29, 26, 56, 60, 63, 57, 35], 237277],
    [255, [28, 24, 25, 59, 41, 45, 39, 35], 4208077],
    [256, [4, 10, 15, 16, 22, 27, 35, 61], 4433231],
  ])("orders %i tied values as numpy does", (n, first, checksum) => {
    const u = lcg(n);
    const order = argsortDescendingLikeNumpy(Float32Array.from({ length: n }, () => Math.floor(u() * 6) / 6));
    expect([...order.subarray(0, 8)]).toEqual(first);
    expect(order.reduce((total, index, place) => total + (place + 1) * index, 0)).toBe(checksum);
  });

  it("is stable beyond 256 values, and empty for none", () => {
    expect([...argsortDescendingLikeNumpy(new Float32Array(300))]).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(argsortDescendingLikeNumpy(new Float32Array(0))).toHaveLength(0);
  });
});
