import { describe, expect, it } from "vitest";
import { logit } from "../../../src/kernel/js/hitFirst.js";
import { jsKernel } from "../../../src/kernel/js/index.js";
import { halfCode } from "../../helpers/half.js";

const kernel = jsKernel();
const EPS = 1e-12;

describe("logit", () => {
  it("clips to [eps, 1 − eps]", () => {
    const expected = [-27.63102111592755, -27.63102111592755, -1.0986122886681096, 0, 27.63104323789236];
    [0, 1e-12, 0.25, 0.5, 1].forEach((p, i) => void expect(logit(p, EPS)).toBeCloseTo(expected[i], 13));
  });
});

describe("hitFirstLogits", () => {
  const logits = (...rows: number[][]) => {
    const codes = Uint16Array.from(rows.flat(), (v) =>
      Number.isNaN(v) ? 0x7e00 : v === Infinity ? 0x7c00 : halfCode(v),
    );
    return kernel.hitFirstLogits(codes, Int32Array.from(rows.keys()), EPS);
  };

  it("normalises and takes log odds", () => {
    const { up, down, hasUp, hasDown } = logits([0.25, 0.25, 0.5], [0.5, 0.25, 0], [0, 0, 0]);
    expect(up[0]).toBeCloseTo(-Math.log(3), 14);
    expect(down[0]).toBeCloseTo(-Math.log(3), 14);
    expect(up[1]).toBeCloseTo(Math.log(2), 11);
    expect([up[2], down[2]]).toEqual([0, 0]);
    expect([hasUp, hasDown]).toEqual([true, true]);
  });

  it("gives the features of 21 §7 check 3", () => {
    const { up } = logits([0.34765625, 0.6611328125, 0.25]);
    const p = 0.34765625 / (0.34765625 + 0.6611328125 + 0.25);
    expect(up[0]).toBeCloseTo(Math.log(p / (1 - p)), 14);
  });

  it("treats rows with NaN as absent and clips infinities", () => {
    const { up, down } = logits([Number.NaN, 0.5, 0.5], [Infinity, 0, 0], [-0, 0, -0]);
    expect([up[0], down[0], up[2], down[2]]).toEqual([0, 0, 0, 0]);
    expect(up[1]).toBe(logit((1 - EPS) / (1 - EPS + EPS + EPS), EPS));
    expect(logits([0, 0, 0], [Number.NaN, 1, 1]).hasUp).toBe(false);
  });

  it("reads only the rows asked for", () => {
    const codes = Uint16Array.from([0.1, 0.2, 0.7, 0.5, 0.4, 0.1, 0.3, 0.3, 0.4], halfCode);
    const all = kernel.hitFirstLogits(codes, Int32Array.of(0, 1, 2), EPS);
    const some = kernel.hitFirstLogits(codes, Int32Array.of(2, 0), EPS);
    expect([...some.up]).toEqual([all.up[2], all.up[0]]);
  });
});
