import { describe, expect, it } from "vitest";
import { AREAS } from "../../bench/micro/areas/index.js";
import { largestDistance } from "../../bench/micro/distance.js";
import { type Foreign, type Measured, measureCase } from "../../bench/micro/measure.js";
import { microTable } from "../../bench/micro/table.js";
import { openJsKernel, openKernel } from "../../src/kernel/load.js";

describe("largestDistance", () => {
  it.each([
    [[1, 2], [1, 2], 0],
    [[Number.NaN, 4], [Number.NaN, 4], 0],
    [[1, 2.5], [1, 2], 0.25],
    [[1], [1, 2], Number.POSITIVE_INFINITY],
    [[Number.NaN, 1], [0, 1], Number.POSITIVE_INFINITY],
    [[Number.POSITIVE_INFINITY, 3], [Number.POSITIVE_INFINITY, 4], 0.25],
  ])("of %j and %j is %d", (a, b, expected) => expect(largestDistance(a, b)).toBe(expected));
});

describe("the benched ways", async () => {
  const kernels = { wasm: await openKernel(), js: openJsKernel() };
  it.each(Object.entries(AREAS))("do the same work in %s", (_name, area) => {
    for (const { name, tolerance, ways } of area(kernels, 0.001)) {
      expect(ways.length, name).toBeGreaterThan(1);
      const expected = ways[0]!.run();
      expect(expected.values.length, name).toBeGreaterThan(0);
      for (const way of ways) {
        const { values, converged = true } = way.run();
        expect(largestDistance(values, expected.values), `${name}: ${way.name}`).toBeLessThanOrEqual(tolerance);
        expect(converged, `${name}: ${way.name}`).toBe(true);
      }
    }
  });
});

describe("measureCase", () => {
  const way = (name: string, value: number, converged = true) => ({
    name,
    run: () => ({ values: [value], converged }),
  });
  const python: Foreign = { min: 1, median: 2, runs: 3, outcome: { values: [4.4] } };

  it("times every way and holds its answer to the first one's", async () => {
    const ways = [way("wasm", 4), way("js", 5), way("slow", 4, false)];
    const found = await measureCase({ name: "c", tolerance: 0, ways }, { time: 1, iterations: 3 }, python);
    expect(found.map(({ name }) => name)).toEqual(["wasm", "js", "slow", "python"]);
    expect(found.map(({ distance }) => distance)).toEqual([0, 0.25, 0, expect.closeTo(0.1, 12)]);
    expect(found.map(({ converged }) => converged)).toEqual([true, true, false, true]);
    for (const { runs, min, median } of found) {
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(median).toBeGreaterThanOrEqual(min);
    }
  });

  it("passes on what a way throws", async () => {
    const fail = (): never => {
      throw new Error("no such fit");
    };
    const ways = [way("wasm", 1), { name: "js", run: fail }];
    await expect(measureCase({ name: "c", tolerance: 0, ways }, { time: 1, iterations: 1 })).rejects.toThrow(
      "no such fit",
    );
  });
});

describe("microTable", () => {
  const measured = (name: string, median: number, changes: Partial<Measured> = {}): Measured => ({
    name,
    min: median / 2,
    median,
    runs: 5,
    distance: 0,
    converged: true,
    ...changes,
  });

  it("gives ratios to the first way, and words where a time would mislead", () => {
    const ways = [
      measured("wasm", 2),
      measured("js", 9, { distance: 1e-12 }),
      measured("python", 1, { distance: 1e-3 }),
      measured("ml-matrix", 1, { converged: false }),
    ];
    const lines = microTable([{ name: "fit", tolerance: 1e-9, ways }]).split("\n");
    expect(lines[0]).toMatch(/^case way +min ms +median ms +ratio +distance$/);
    expect(lines[1]).toMatch(/^fit +wasm +1\.00 +2\.00 +1\.00$/);
    expect(lines[2]).toMatch(/^ +js +4\.50 +9\.00 +4\.50 +1\.0e-12$/);
    expect(lines[3]).toMatch(/^ +python +differs +1\.0e-3$/);
    expect(lines[4]).toMatch(/^ +ml-matrix +not converged +0\.0e\+0$/);
  });
});
