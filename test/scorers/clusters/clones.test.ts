/** 51-clusters checks 1 to 3, 5 to 7, 9 and 10, and the linkage's tie rule. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../../src/kernel/executor.js";
import { cohortOps } from "../../../src/kernel/js/cohorts.js";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { openJsKernel } from "../../../src/kernel/load.js";
import { profile } from "../../../src/profiles/2026-07.js";
import type { BinaryDailyConstants, BucketCohortConstants } from "../../../src/profiles/profile.js";
import { wholeActivity } from "../../../src/scorers/clusters/activity.js";
import { findCorrelatedCohorts } from "../../../src/scorers/clusters/correlatedCohorts.js";
import { findExactClones } from "../../../src/scorers/clusters/exactClones.js";
import { connectedGroups } from "../../../src/scorers/clusters/groups.js";
import { findJointCohorts } from "../../../src/scorers/clusters/jointCohorts.js";
import { completeLinkage } from "../../../src/scorers/clusters/linkage.js";
import type { Embeddings } from "../../../src/trainingData.js";
import { backends } from "../../helpers/backends.js";
import { generateDaily } from "../../helpers/dailyData.js";
import { halfCode } from "../../helpers/half.js";

const rules = { ...profile.general, ...profile.kinds.binary?.constants } as BinaryDailyConstants;
const bucketRules = { ...profile.general, ...profile.kinds.lbfgs?.constants } as BucketCohortConstants;

type Columns = Readonly<Record<string, readonly number[]>>;
interface Case {
  readonly embeddings: Embeddings;
  readonly kernel: Kernel;
}

/** Values that binary16 holds exactly. */
const halves = (kernel: Kernel, columns: Columns, width = 1): Case => caseOf(kernel, columns, width, halfCode);

/** Any float32 values: codes are places in a table, which the plain operations then read. */
function float32(columns: Columns, width = 1): Case {
  const table = [0];
  const place = new Map([[0, 0]]);
  const encode = (value: number) => {
    const single = Math.fround(value);
    const known = place.get(single);
    if (known !== undefined) return known;
    place.set(single, table.length);
    return table.push(single) - 1;
  };
  const decodeHalf = (codes: Uint16Array) => Float32Array.from(codes, (code) => table[code]);
  return caseOf({ ...openJsKernel(), ...cohortOps({ decodeHalf }) }, columns, width, encode);
}

function caseOf(kernel: Kernel, columns: Columns, width: number, encode: (value: number) => number): Case {
  const hotkeys = Object.keys(columns).sort();
  const codes = hotkeys.map((hotkey) => Uint16Array.from(columns[hotkey], encode));
  return { kernel, embeddings: { hotkeys, columns: codes, width, rows: codes[0].length / width } };
}

const named = ({ hotkeys }: Embeddings, groups: number[][]) => groups.map((group) => group.map((j) => hotkeys[j]));

async function clones({ embeddings, kernel }: Case, overrides: Partial<BinaryDailyConstants> = {}) {
  const executor = inlineExecutor(kernel);
  const activity = await wholeActivity(embeddings, executor);
  return named(embeddings, await findExactClones(embeddings, activity, executor, { ...rules, ...overrides }));
}

async function cohorts({ embeddings, kernel }: Case, overrides: Partial<BinaryDailyConstants> = {}) {
  const executor = inlineExecutor(kernel);
  const activity = await wholeActivity(embeddings, executor);
  return named(embeddings, await findCorrelatedCohorts(embeddings, activity, executor, { ...rules, ...overrides }));
}

/** Upper triangles of seven points' distances in quarters, and their groups at two quarters. */
const TIES: [number[], number[][]][] = [
  [
    [3, 3, 1, 1, 3, 3, 2, 1, 1, 2, 3, 1, 1, 3, 3, 1, 2, 2, 2, 1, 2],
    [
      [0, 3],
      [1, 2, 4],
      [5, 6],
    ],
  ],
  [
    [3, 1, 1, 3, 3, 3, 3, 2, 3, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 2, 2],
    [
      [0, 2],
      [1, 3, 5],
      [4, 6],
    ],
  ],
  [
    [2, 2, 3, 3, 1, 2, 3, 3, 2, 1, 2, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2],
    [
      [0, 5],
      [1, 4],
      [2, 3, 6],
    ],
  ],
  [
    [2, 3, 2, 2, 3, 1, 2, 3, 3, 2, 1, 2, 2, 3, 2, 2, 2, 2, 1, 2, 2],
    [
      [0, 6],
      [1, 2],
      [3, 4, 5],
    ],
  ],
];

const repeat = (count: number, value: number) => new Array<number>(count).fill(value);
const sixteenths = (text: string) => text.split(" ").map((value) => Number(value) / 16);

describe("exact clones", () => {
  const first = float32({
    m4: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    m3: [0.1005, 0.2005, 0.3005, 0.4005, 0.5005, 0.6005],
    m9: [0.1012, 0.2012, 0.3012, 0.4012, 0.5012, 0.6012],
    m1: [0.6, 0.5, 0.4, 0.3, 0.2, 0.1],
    m0: [0.1, 0.2, 0, 0, 0.5, 0.6],
  });

  it("link in chains (check 1)", async () => {
    const { embeddings, kernel } = first;
    const activity = await wholeActivity(embeddings, inlineExecutor(kernel));
    const means = [0.3500000238418579, 0.3499999940395355, 0.3505000174045563, 0.3499999940395355, 0.35120001435279846];
    expect(activity.map((own) => own.means[0])).toEqual(means); // m0, m1, m3, m4, m9
    const few = { MIN_SUBMISSIONS: 4, MIN_JOINT: 4 };
    expect(await clones(first, few)).toEqual([["m0", "m3", "m4", "m9"]]);
    expect(await clones(first, { ...few, MIN_JOINT: 5 })).toEqual([["m3", "m4", "m9"]]);
    expect(await clones(first)).toEqual([]);
  });

  it("differ by less than a thousandth (check 3)", async () => {
    const pair = (other: number) => float32({ a: repeat(300, 0.5), b: repeat(300, other) });
    expect(await clones(pair(0.5 + 0.001))).toEqual([["a", "b"]]);
    expect(await clones(pair(0.5 + 0.0010001))).toEqual([]);
  });
});

describe.each(backends)("exact clones ($backend)", ({ kernel }) => {
  it("are not compared when their own means differ (check 2)", async () => {
    const a = Array.from({ length: 12 }, (_, t) => (t + 1) / 16);
    const pair = halves(kernel, { a, b: a.map((value, t) => (t < 3 ? 0 : value)) });
    const few = { MIN_SUBMISSIONS: 5, MIN_JOINT: 5 };
    expect(await clones(pair, few)).toEqual([]);
    expect(await clones(pair, { ...few, MEAN_PREFILTER_EPS: 10 })).toEqual([["a", "b"]]);
  });

  it("agree in 99 rows of 100, also in several values (check 3)", async () => {
    const pair = (different: number, rows = 200, width = 1) =>
      halves(
        kernel,
        {
          a: repeat(rows * width, 0.5),
          b: repeat(rows * width, 0.5).map((value, at) =>
            at % width === width - 1 && at < different * width ? 0.75 : value,
          ),
        },
        width,
      );
    for (const width of [1, 2, 3]) {
      expect(await clones(pair(2, 200, width))).toEqual([["a", "b"]]);
      expect(await clones(pair(3, 200, width))).toEqual([]);
      expect(await clones(pair(0, 199, width))).toEqual([]);
      expect(await clones(pair(99, 9900, width))).toEqual([["a", "b"]]);
      expect(await clones(pair(100, 9900, width))).toEqual([]);
    }
  });

  it("may hold a NaN, which makes no cohort (check 10)", async () => {
    const { embeddings } = halves(kernel, { a: repeat(300, 0.25), b: repeat(300, 0.25) });
    embeddings.columns[0][17] = 0x7e00;
    expect(await clones({ embeddings, kernel })).toEqual([["a", "b"]]);
    expect(await cohorts({ embeddings, kernel })).toEqual([]);
  });

  it("are found among the miners of a binary challenge (check 9)", async () => {
    const { embeddings } = generateDaily(15_000);
    expect(await clones({ embeddings, kernel })).toEqual([["5A", "5E"]]);
    expect(await cohorts({ embeddings, kernel })).toEqual([
      ["5A", "5E"],
      ["5B", "5F"],
    ]);
  });
});

describe.each(backends)("correlated cohorts ($backend)", ({ kernel }) => {
  it("have no chains and know no sign (check 6)", async () => {
    const columns = {
      x3: sixteenths("4 6 9 3 8 2 4 8"),
      x1: sixteenths("3 7 9 3 9 3 5 8"),
      x2: sixteenths("4 8 8 2 8 3 6 8"),
      x5: sixteenths("7 3 1 7 1 7 5 2"),
      x4: sixteenths("4 6 0 3 8 0 4 8"),
    };
    const few = { COHORT_MIN_SUBMISSIONS: 4 };
    expect(await cohorts(halves(kernel, columns), few)).toEqual([["x1", "x3", "x5"]]);
    expect(await cohorts(halves(kernel, columns), { ...few, COHORT_TAU: 0.965 })).toEqual([["x1", "x5"]]);
    expect(await cohorts(halves(kernel, columns), { ...few, COHORT_TAU: 0.89 })).toEqual([["x1", "x2", "x3", "x5"]]);
    expect(await cohorts(halves(kernel, columns), { COHORT_MIN_SUBMISSIONS: 9 })).toEqual([]);
  });
});

describe("constant forecasts", () => {
  it("correlate where the mean's rounding leaves something (check 7)", async () => {
    const table = { a: 0.1, b: 0.7, c: 0.3, d: 0.5 };
    const constant = float32(
      Object.fromEntries(Object.entries(table).map(([key, value]) => [key, repeat(1000, value)])),
    );
    const [a, b, c, d] = constant.embeddings.columns.map((codes) => constant.kernel.meanOfHalves(codes));
    expect([a, b, c, d]).toEqual([0.10000001639127731, 0.6999998688697815, Math.fround(0.3), 0.5]);
    expect(await cohorts(constant)).toEqual([["a", "b"]]);
    expect(await clones(constant)).toEqual([]);
  });

  it("make bucket cohorts by the angle of their rounding (check 5)", async () => {
    const buckets = {
      m0: [0.2, 0.2, 0.2, 0.2, 0.2],
      m1: [0.1, 0.2, 0.4, 0.2, 0.1],
      m2: [0.05, 0.25, 0.4, 0.2, 0.1],
      m3: [0.25, 0.125, 0.25, 0.125, 0.25],
    };
    const columns = Object.entries(buckets).map(([key, own]) => {
      const row = [...own, ...repeat(12, 0.5)];
      return [key, Array.from({ length: 12_000 * 17 }, (_, at) => row[at % 17])];
    });
    const { embeddings, kernel } = float32(Object.fromEntries(columns), 17);
    const found = (overrides: Partial<BucketCohortConstants>) =>
      findJointCohorts(embeddings, inlineExecutor(kernel), { ...bucketRules, ...overrides });
    expect(await found({})).toEqual([[1, 2]]);
    expect(await found({ LBFGS_MEAN_PREFILTER: 10 })).toEqual([[0, 1, 2]]);
  });
});

describe("complete linkage", () => {
  const groups = (upper: readonly number[], n: number, cut: number) => {
    const distances = new Float64Array(n * n);
    let at = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) distances[i * n + j] = distances[j * n + i] = upper[at++];
    }
    const merges = completeLinkage(distances, n).filter(({ height }) => height <= cut);
    return connectedGroups(
      n,
      merges.map(({ slots }) => slots),
    );
  };

  it("merges by the largest distance", () => {
    expect(groups([1, 3, 9, 2, 8, 7], 4, 2.5)).toEqual([[0, 1]]);
    expect(groups([1, 3, 9, 2, 8, 7], 4, 3)).toEqual([[0, 1, 2]]);
    expect(groups([], 1, 1)).toEqual([]);
  });

  // SciPy 1.15.3's linkage and fcluster; merging the first of the nearest pairs over and over gives other groups
  it.each(TIES)("decides ties as SciPy does", (upper, expected) => {
    expect(
      groups(
        upper.map((quarters) => quarters / 4),
        7,
        0.5,
      ),
    ).toEqual(expected);
  });
});
