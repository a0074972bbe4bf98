import { describe, expect, it } from "vitest";
import { fitPowerLaw } from "../../bench/scaling/fit.js";
import { plotSvg, ticks } from "../../bench/scaling/plot.js";

describe("fitPowerLaw", () => {
  it.each([
    [1, 2],
    [1.3, 0.01],
    [-0.5, 40],
  ])("finds the exponent %d and factor %d", (exponent, factor) => {
    const x = [3, 10, 20, 70];
    const law = fitPowerLaw(
      x,
      x.map((value) => factor * value ** exponent),
    );
    expect(law.exponent).toBeCloseTo(exponent, 12);
    expect(law.factor).toBeCloseTo(factor, 12);
    expect(law.lastExponent).toBeCloseTo(exponent, 12);
  });

  it("takes the least squares, and the last step apart", () => {
    const law = fitPowerLaw([1, 2, 4], [1, 1, 4]);
    expect(law.exponent).toBeCloseTo(1, 12);
    expect(law.factor).toBeCloseTo(4 ** (1 / 3) / 2, 12);
    expect(law.lastExponent).toBeCloseTo(2, 12);
  });

  it.each([
    [[1], [1], /two points/],
    [[1, 2], [1], /two points/],
    [[1, 2], [0, 1], /above 0/],
    [[2, 2], [1, 3], /two different x/],
  ])("refuses %j, %j", (x, y, message) => expect(() => fitPowerLaw(x, y)).toThrow(message));
});

describe("plotSvg", () => {
  const x = [1000, 2000, 4000];
  const y = [0.5, 1, 2];
  const line = { name: "load <all>", color: "#000", y, law: fitPowerLaw(x, y) };
  const svg = plotSvg([
    { title: "A", xLabel: "rows", x, lines: [line] },
    { title: "B", xLabel: "miners", x, lines: [line, line] },
  ]);

  it("draws every point where its logarithms say", () => {
    const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, cx, cy]) => [+cx!, +cy!]);
    expect(circles).toHaveLength(9);
    const [a, b, c] = circles as [number[], number[], number[]];
    expect(b[0]! - a[0]!).toBeCloseTo(c[0]! - b[0]!, 0);
    expect(a[1]! - b[1]!).toBeCloseTo(b[1]! - c[1]!, 0);
    expect(a[1]!).toBeGreaterThan(c[1]!);
  });

  it("is text without markup from names or numbers that are none", () => {
    expect(svg).toContain("load &lt;all&gt;: exponent 1.00");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<g /g)).toHaveLength(2);
  });

  it("labels 1, 2 and 5 times powers of ten", () => {
    expect(ticks(0.04, 3)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2]);
    expect(ticks(1, 10)).toEqual([1, 2, 5, 10]);
  });
});
