import { describe, expect, it } from "vitest";
import { rocAuc, UsageError } from "../../src/linear.js";

const y = [0, 0, 1, 1, 0, 0, 1, 1, 1, 0];
const scores = [0.3, 0.1, 0.3, 0.7, 0.7, 0.2, 0.3, 0.9, 0.1, 0.3];

describe("rocAuc", () => {
  it("gives scikit-learn's doubles", () => {
    expect(rocAuc(y, scores)).toBe(0.64);
    const h = [4, 8, 9, 6, 3, 9, 7, 0, 9, 1, 4, 5, 1, 4];
    expect(
      rocAuc(
        [...h, ...h].map((_, i) => i < 14),
        [...h, ...h],
      ),
    ).toBe(0.5000000000000001);
    expect(rocAuc([0, 1, 0, 1, 1], [0.1, 0.1, 0.2, 0.3, 0.2])).toBe(0.6666666666666666);
    expect(rocAuc([1, 0, 1, 0, 1], [0.5, 0.5, 0.2, 0.1, 0.9])).toBe(0.75);
  });

  it("counts weights", () => {
    expect(rocAuc(y, scores, [0.1, 0.7, 1.3, 0.2, 2.1, 0, 0.9, 0.4, 1.7, 0.3])).toBe(0.29756944444444444);
    expect(rocAuc(y, scores, [1, 2, 0, 1, 3, 1, 0, 1, 2, 1])).toBe(0.515625);
    expect(rocAuc(y, scores, new Float32Array(10).fill(1))).toBe(0.64);
  });

  it("is NaN when a label is absent, by rows or by weight", () => {
    expect(rocAuc([1, 1], [0, 1])).toBeNaN();
    expect(rocAuc([], [])).toBeNaN();
    expect(rocAuc(y, scores, y)).toBeNaN();
  });

  it("refuses what it cannot rank", () => {
    expect(() => rocAuc([0, 1], [0, Number.NaN])).toThrow(/score 1 is NaN/);
    expect(() => rocAuc([0, 1], [0])).toThrow(UsageError);
    expect(() => rocAuc([0, 2], [0, 1])).toThrow(/label 1/);
    expect(() => rocAuc([0, 1], [0, 1], [1, Number.NaN])).toThrow(/sampleWeight 1/);
  });
});
