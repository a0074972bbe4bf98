/** Log odds of the hit-first challenge on both backends: 21-hitfirst §3 and check 2. */
import { describe, expect, it } from "vitest";
import { backends } from "../helpers/backends.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const EPS = 1e-12;
const encode = (...rows: readonly (readonly number[])[]) => Uint16Array.from(rows.flat(), halfCode);
const all = (codes: Uint16Array) => Int32Array.from({ length: codes.length / 3 }, (_, t) => t);

describe.each(backends)("hit-first log odds ($backend)", ({ kernel }) => {
  it("takes ln p - ln(1 - p) of the shares, clipped (check 2)", () => {
    const codes = encode([0.25, 0.5, 0.25], [1, 0, 0], [0.5, 1, 0.5], [-3, 0, 0]);
    const { up, down } = kernel.hitFirstLogits(codes, all(codes), EPS);
    expect(up[0]).toBeCloseTo(-1.0986122886681096, 15);
    expect(down[0]).toBeCloseTo(0, 15);
    expect(up[1]).toBeCloseTo(Math.log(1 - 2 * EPS) - Math.log(2 * EPS), 3);
    expect(down[1]).toBeCloseTo(-27.63102111592755, 12);
    expect(up[2]).toBeCloseTo(-1.0986122886681096, 11);
    expect(down[2]).toBeCloseTo(0, 11);
    expect(up[3]).toBeCloseTo(-Math.LN2, 12); // three equal values once clipped: one third each
  });

  it("gives 0 to rows that are empty or hold a NaN, and clips infinities", () => {
    const nan = 0x7e00;
    const codes = Uint16Array.of(0, 0, 0, 0x8000, 0, 0x8000, nan, 0, 0, 0x3800, nan, 0x3800, 0x7c00, 0xfc00, 0x3c00);
    const { up, down } = kernel.hitFirstLogits(codes, all(codes), EPS);
    expect([...up.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect([...down.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(up[4]).toBeCloseTo(0, 11); // 1 and 1 once clipped
    expect(down[4]).toBeCloseTo(-27.63, 1);
  });

  it("gathers the rows asked for and tells which columns are blank", () => {
    const codes = encode([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0, 0, 0], [0.5, 0.125, 0.375]);
    const some = kernel.hitFirstLogits(codes, Int32Array.of(3, 1), EPS);
    const every = kernel.hitFirstLogits(codes, all(codes), EPS);
    expect([...some.up]).toEqual([every.up[3], every.up[1]]);
    expect([...some.down]).toEqual([every.down[3], every.down[1]]);
    const told = (...rows: number[]) => {
      const { hasUp, hasDown } = kernel.hitFirstLogits(codes, Int32Array.from(rows), EPS);
      return [hasUp, hasDown];
    };
    expect(told(2)).toEqual([false, false]);
    expect(told()).toEqual([false, false]);
    expect(told(0, 2)).toEqual([false, true]); // even odds of up first
    expect(told(0, 1)).toEqual([true, true]);
  });
});

it("agrees between backends, also where vectors recur and collide", () => {
  const draw = lcg(3);
  const codes = Uint16Array.from({ length: 3 * 40_000 }, () => halfCode(Math.floor(draw() * 40) / 40));
  const [wasm, js] = backends.map(({ kernel }) => kernel.hitFirstLogits(codes, all(codes), EPS));
  for (const side of ["up", "down"] as const) {
    let worst = 0;
    for (const [t, value] of wasm[side].entries()) worst = Math.max(worst, Math.abs(value - js[side][t]));
    expect(worst).toBeLessThan(1e-14);
  }
});
