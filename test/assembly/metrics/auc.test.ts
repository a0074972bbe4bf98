import { beforeAll, describe, expect, it } from "vitest";
import { FitError, UsageError } from "../../../src/errors.js";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { openKernel } from "../../../src/kernel/load.js";
import { lcg } from "../../helpers/lcg.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});

const auc = (labels: readonly number[], scores: readonly number[]) =>
  kernel.auc(Uint8Array.from(labels), Float64Array.from(scores));

const generators: Record<string, (u: number, v: number) => number> = {
  continuous: (u) => u,
  "fifty values": (u) => Math.floor(u * 50) / 50,
  "mostly zero": (u, v) => (v > 0.5 ? 0 : u - 0.5),
  float32: (u) => Math.fround(u * 3 - 1),
  "signed, huge": (u) => (u - 0.5) * 1e300,
  "tiny range": (u) => 0.49 + 0.02 * u,
  "shared high bits": (u, v) => Math.floor(u * 8) + Math.floor(v * 3) * 2 ** -50,
};
const kinds = Object.keys(generators);

/** The areas are what scikit-learn 1.7.2's roc_auc_score gives for the same samples. */
const areas: readonly (readonly [kind: string, n: number, area: number])[] = [
  ["continuous", 12, 0.53125],
  ["continuous", 37, 0.3393939393939394],
  ["continuous", 300, 0.5814732142857144],
  ["continuous", 5000, 0.6017799263664176],
  ["continuous", 40000, 0.6040368650000001],
  ["fifty values", 12, 0.5714285714285714],
  ["fifty values", 37, 0.6330409356725146],
  ["fifty values", 300, 0.6351129089615931],
  ["fifty values", 5000, 0.5943549403871617],
  ["fifty values", 40000, 0.6042874225310466],
  ["mostly zero", 12, 0.4],
  ["mostly zero", 37, 0.6041666666666666],
  ["mostly zero", 300, 0.5342727596017071],
  ["mostly zero", 5000, 0.5487736970350984],
  ["mostly zero", 40000, 0.5631400514618606],
  ["float32", 12, 0.5555555555555556],
  ["float32", 37, 0.7076023391812866],
  ["float32", 300, 0.5679479755912876],
  ["float32", 5000, 0.609844070300205],
  ["float32", 40000, 0.598895574448632],
  ["signed, huge", 12, 0.6944444444444444],
  ["signed, huge", 37, 0.49404761904761907],
  ["signed, huge", 300, 0.5502252969823859],
  ["signed, huge", 5000, 0.5924131818517119],
  ["signed, huge", 40000, 0.5974831985270374],
  ["tiny range", 12, 0.8125],
  ["tiny range", 37, 0.6987577639751552],
  ["tiny range", 300, 0.5973303670745272],
  ["tiny range", 5000, 0.6031078075242835],
  ["tiny range", 40000, 0.5993494835484039],
  ["shared high bits", 12, 0.38888888888888895],
  ["shared high bits", 37, 0.5954545454545453],
  ["shared high bits", 300, 0.6148594556128804],
  ["shared high bits", 5000, 0.5980750801776574],
  ["shared high bits", 40000, 0.5979525094465004],
];

describe("auc", () => {
  it.each(areas)("of %s scores, n = %i, has scikit-learn's bits", (kind, n, area) => {
    const next = lcg(1000 * kinds.indexOf(kind) + n);
    const scores = new Float64Array(n);
    const labels = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      const u = next();
      scores[i] = generators[kind](u, next());
      labels[i] = next() < 0.35 + 0.3 * u ? 1 : 0;
    }
    expect(kernel.auc(labels, scores)).toBe(area);
  });

  it("gives the specification's values", () => {
    expect(auc([0, 0, 1, 1, 0, 0, 1, 1, 1, 0], [0.3, 0.1, 0.3, 0.7, 0.7, 0.2, 0.3, 0.9, 0.1, 0.3])).toBe(0.64);
    expect(auc([0, 1, 0, 1, 1], [0.1, 0.1, 0.2, 0.3, 0.2])).toBe(0.6666666666666666);
    expect(auc([1, 0, 1, 0, 1], [0.5, 0.5, 0.2, 0.1, 0.9])).toBe(0.75);
    const h = [4, 8, 9, 6, 3, 9, 7, 0, 9, 1, 4, 5, 1, 4];
    expect(auc([...h.map(() => 1), ...h.map(() => 0)], [...h, ...h])).toBe(0.5000000000000001);
  });

  it("rounds areas of one half as scikit-learn does", () => {
    const above = auc([0, 1, 1, 1, 1, 0, 1, 1, 0], [0.25, 0, 0.375, 0.25, 0.625, 0.25, 0.375, 0.25, 0.5]);
    expect(above).toBe(0.5000000000000001);
    const below = auc([1, 0, 1, 0, 0, 0, 0, 1], [0.5, 0.25, 0.125, 0.125, 0.5, 0.125, 0.5, 0.25]);
    expect(below).toBe(0.49999999999999994);
  });

  it("counts -0 and 0 as equal", () => {
    expect(auc([1, 0], [0, -0])).toBe(0.5);
    expect(auc([1, 0], [-0, 0])).toBe(0.5);
  });

  it("is NaN for one class and for nothing", () => {
    expect(auc([1, 1], [1, 2])).toBeNaN();
    expect(auc([0, 0], [1, 2])).toBeNaN();
    expect(auc([], [])).toBeNaN();
  });

  it("refuses scores that are not finite, and other lengths", () => {
    expect(() => auc([0, 1], [1, NaN])).toThrow(FitError);
    expect(() => auc([0, 1], [1, Infinity])).toThrow(FitError);
    expect(() => auc([0, 1, 1], [1, 2])).toThrow(UsageError);
  });
});
