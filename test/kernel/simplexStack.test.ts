/** Stacking losses against their definitions (42-profile-2025-10 §6), and both backends against each other. */
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../src/kernel/kernel.js";
import type { StackProblem } from "../../src/kernel/ops/simplexStack.js";
import { fitStack } from "../../src/scorers/stackedBuckets/stack.js";
import { backends } from "../helpers/backends.js";
import { distance } from "../helpers/distance.js";
import { lcg } from "../helpers/lcg.js";

const EPS = 1e-12;
const hitWeights = Float64Array.of(1.5, 3, 12);

/** Forecasts that know something of the hits; some rows silent (log odds of 1e-12). */
function problem(kernel: Kernel, miners: number, rows: number, seed: number): StackProblem {
  const draw = lcg(seed);
  const chances = Float64Array.from({ length: rows }, () => draw());
  const hits = Uint8Array.from(chances, (p) =>
    [1, 0.6, 0.2].reduce((bits, k, j) => bits | (draw() < p * k ? 1 << j : 0), 0),
  );
  const logits = new Float64Array(miners * 3 * rows);
  for (let at = 0; at < logits.length; at++) {
    const i = at % rows;
    const q = draw() < 0.1 ? EPS : Math.min(0.98, Math.max(0.02, chances[i] + 0.6 * (draw() - 0.5)));
    logits[at] = kernel.log(q) - kernel.log(1 - q);
  }
  return { logits, hits, weights: Float64Array.from({ length: rows }, () => 0.5 + draw()), eps: EPS };
}

/** By the book, without regard to order. */
function loss(
  { logits, hits, weights }: StackProblem,
  kernel: Kernel,
  shares: number[],
  intercepts: number[],
  c: number[],
) {
  let sum = 0;
  weights.forEach((w, i) => {
    for (let j = 0; j < 3; j++) {
      const x = shares.reduce((z, share, h) => z + share * logits[(3 * h + j) * weights.length + i], intercepts[j]);
      const p = 1 / (1 + kernel.exp(-x));
      const hit = (hits[i] >> j) & 1;
      sum -= w * (hit ? c[j] * kernel.log(Math.max(p, EPS)) : kernel.log(Math.max(1 - p, EPS)));
    }
  });
  return sum;
}

it.each([
  [1, 7],
  [2, 64],
  [5, 1],
  [7, 331],
])("gives the same bits on both backends: %d miners, %d rows", (miners, rows) => {
  const [compiled, plain] = backends.map(({ kernel }) => {
    const given = problem(kernel, miners, rows, 10 * miners);
    const fit = fitStack(kernel, given, miners, 60);
    return { ...fit, removals: kernel.stackRemovals(given, fit.shares, fit.intercepts) };
  });
  expect(distance(compiled, plain)).toBe(0);
});

describe.each(backends)("simplex stack, $backend", ({ kernel }) => {
  const given = problem(kernel, 5, 203, 3);
  const shares = [0.4, 0, 0.3, 0.2, 0.1];
  const intercepts = [0.2, -0.3, -1];
  const [alpha, b] = [shares, intercepts].map((values) => Float64Array.from(values));

  it("has the loss and its gradient", () => {
    kernel.withStackLoss(given, hitWeights, (stack) => {
      const value = stack.value(alpha, b, Number.POSITIVE_INFINITY);
      expect(value / loss(given, kernel, shares, intercepts, [...hitWeights])).toBeCloseTo(1, 12);
      const [slopes, shifts] = [new Float64Array(5), new Float64Array(3)];
      stack.gradient(slopes, shifts);
      const at = (h: number, step: number) => shares.map((share, i) => (i === h ? share + step : share));
      slopes.forEach((slope, h) => {
        const [up, down] = [1e-6, -1e-6].map((step) => loss(given, kernel, at(h, step), intercepts, [...hitWeights]));
        expect(Math.abs((up - down) / 2e-6 - slope)).toBeLessThan(1e-3);
      });
      shifts.forEach((shift, j) => {
        const moved = (step: number) => intercepts.map((value, i) => (i === j ? value + step : value));
        const [up, down] = [1e-6, -1e-6].map((step) => loss(given, kernel, shares, moved(step), [...hitWeights]));
        expect(Math.abs((up - down) / 2e-6 - shift)).toBeLessThan(1e-3);
      });
    });
  });

  it("gives up above a bound, and only above it", () => {
    const draw = lcg(77);
    kernel.withStackLoss(given, hitWeights, (stack) => {
      for (let trial = 0; trial < 200; trial++) {
        const scale = 4 ** Math.floor(draw() * 6) / 16;
        const point = Float64Array.from({ length: 3 }, () => scale * (draw() - 0.5));
        const value = stack.value(alpha, point, Number.POSITIVE_INFINITY);
        expect(Number.isFinite(value)).toBe(true);
        expect(stack.value(alpha, point, value)).toBe(value);
        expect(stack.value(alpha, point, value * 0.999)).toBe(Number.POSITIVE_INFINITY);
      }
    });
  });

  it("clips chances of next to nothing", () => {
    kernel.withStackLoss(given, hitWeights, (stack) => {
      const far = [1e5, -1e5, 800];
      const value = stack.value(alpha, Float64Array.from(far), Number.POSITIVE_INFINITY);
      expect(value / loss(given, kernel, shares, far, [...hitWeights])).toBeCloseTo(1, 12);
    });
  });

  it("weighs each removal, without hit weights", () => {
    const removals = kernel.stackRemovals(given, alpha, b);
    const whole = loss(given, kernel, shares, intercepts, [1, 1, 1]);
    const expected = shares.map((own, h) => {
      if (own === 0) return 0;
      const rest = shares.map((share, i) => (i === h ? 0 : share / (1 - own)));
      return Math.max(0, loss(given, kernel, rest, intercepts, [1, 1, 1]) - whole);
    });
    expected.forEach((value, h) => void expect(removals[h]).toBeCloseTo(value, 9));
    expect(Math.max(...removals)).toBeGreaterThan(0);
  });
});
