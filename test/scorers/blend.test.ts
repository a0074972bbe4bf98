/** 22-lbfgs-buckets check 6, 30-aggregate checks 1 to 3. */
import { describe, expect, it } from "vitest";
import { openKernel } from "../../src/kernel/load.js";
import { blendPaths } from "../../src/scorers/buckets/ranking.js";

const kernel = await openKernel();

type Table = Record<string, number>;

function blend(classifier: Table, quantiles: Table): Table {
  const hotkeys = [...new Set([...Object.keys(classifier), ...Object.keys(quantiles)])].sort();
  const [c, q] = [classifier, quantiles].map((table) => new Map(Object.entries(table)));
  return Object.fromEntries(blendPaths(kernel, hotkeys, c, q));
}

function expectShares(actual: Table, expected: Table) {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [hotkey, share] of Object.entries(expected)) expect(actual[hotkey]).toBeCloseTo(share, 14);
}

describe("the blend of both paths", () => {
  const abc = { a: 0.5, b: 0.3, c: 0.2 };

  it.each<[string, Table, Table, Table]>([
    [
      "two paths",
      abc,
      { a: 0.1, b: 0.2, d: 0.7 },
      { a: 0.41335417321622275, b: 0.2689404993929842, c: 0.13859381370823065, d: 0.17911151368256234 },
    ],
    ["the classifier alone", abc, {}, { a: 0.5208802953480286, b: 0.2943279530409972, c: 0.18479175161097422 }],
    [
      "uniform quantiles",
      abc,
      { a: 0.3333, b: 0.3333, d: 0.3334 },
      { a: 0.5208802953480286, b: 0.2943279530409972, c: 0.18479175161097422 },
    ],
    [
      "ties in map order",
      { b: 0.4, a: 0.4, c: 0.2 },
      {},
      { a: 0.39483261810743714, b: 0.41924770367466385, c: 0.1859196782178991 },
    ],
    ["a classifier of one", { a: 1 }, { a: 0.6, b: 0.4 }, { a: 0.6143098482138082, b: 0.38569015178619187 }],
    ["two paths without spread", { a: 0.5, b: 0.5 }, { a: 1 }, {}],
    ["a share below 1e-6", { a: 0.9999995, b: 5e-7 }, {}, { a: 1 }],
    [
      "hotkeys of either path",
      { x: 0.5, y: 0.3, z: 0.2 },
      { y: 0.6, w: 0.4 },
      { w: 0.09642253794654797, x: 0.3906602215110214, y: 0.37432342683419995, z: 0.13859381370823065 },
    ],
    ["x dropped", { x: 1 }, { y: 0.6, w: 0.4 }, { w: 0.38569015178619187, y: 0.6143098482138082 }],
    ["nothing left", { x: 0.5, y: 0.5 }, { y: 1 }, {}],
  ])("%s", (_, classifier, quantiles, expected) => {
    expectShares(blend(classifier, quantiles), expected);
  });

  it("has no cut at rank 50", () => {
    const names = Array.from({ length: 60 }, (_, i) => `k${String(i).padStart(2, "0")}`);
    const shares = blend(Object.fromEntries(names.map((name, i) => [name, 1 / (i + 1)])), {});
    expect(Object.keys(shares)).toHaveLength(60);
    expect(shares.k00).toBeCloseTo(0.3319198547554232, 14);
    expect(shares.k01).toBeCloseTo(0.15629517360054634, 14);
    expect(shares.k49).toBeCloseTo(0.0003509437000874571, 14);
    expect(shares.k59).toBeCloseTo(0.00016050165518490726, 14);
  });

  it("ranks larger shares first and keeps small ones", () => {
    const names = Array.from({ length: 170 }, (_, i) => `k${String(i).padStart(3, "0")}`);
    const shares = blend(Object.fromEntries(names.map((name, i) => [name, i < 150 ? 1 : 2])), {});
    expect(Object.keys(shares)).toHaveLength(170);
    expect(shares.k150).toBeCloseTo(0.06856197578246798, 14);
    expect(shares.k151).toBeCloseTo(0.0645692371443905, 14);
    expect(shares.k000).toBeCloseTo(0.010325235131471962, 14);
    expect(shares.k149).toBeCloseTo(1.353029551743962e-6, 18);
  });
});
