/** 50-profile-2026-07 checks 2 to 9: selection by daily AUCs, the band, the bootstrapped meta fit, the clone steps. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../../src/kernel/executor.js";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { profile } from "../../../src/profiles/2026-07.js";
import type { BinaryDailyConstants, Challenge } from "../../../src/profiles/profile.js";
import { multiSalience } from "../../../src/score.js";
import { openHistory } from "../../../src/scorers/binary/history.js";
import { bootstrapFit, singleFit } from "../../../src/scorers/binary/meta.js";
import { rollingWindows, selectByDailyAuc, selectWithBand } from "../../../src/scorers/binary/selection.js";
import type { MetaProblem } from "../../../src/scorers/binary/tasks.js";
import { walkForward } from "../../../src/scorers/binary/walk.js";
import { scoreBinaryDaily } from "../../../src/scorers/binary.js";
import type { ChallengeScore, ScoreContext } from "../../../src/scorers/scorer.js";
import type { AssetData, BinaryData, TrainingData } from "../../../src/trainingData.js";
import { backends } from "../../helpers/backends.js";
import { generateDaily } from "../../helpers/dailyData.js";
import { halfCode } from "../../helpers/half.js";
import { lcg } from "../../helpers/lcg.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETH") as Challenge;
const constants = { ...profile.general, ...profile.kinds.binary?.constants } as BinaryDailyConstants;
/** So short a scan finds no clones: what the scorer says before them. */
const NO_CLONES = { CLUSTER_SCAN_MAX_ROWS: 100 };

function context(
  kernel: Kernel,
  meta: "cd" | "saga",
  overrides: Partial<BinaryDailyConstants> = {},
): ScoreContext<BinaryDailyConstants> {
  return { challenge, constants: { ...constants, ...overrides }, executor: inlineExecutor(kernel), meta };
}

function score(
  kernel: Kernel,
  data: BinaryData,
  meta: "cd" | "saga" = "saga",
  overrides = {},
): Promise<ChallengeScore> {
  return scoreBinaryDaily(data, context(kernel, meta, { ...NO_CLONES, ...overrides }));
}

interface Diagnostics {
  readonly selection: readonly { hotkey: string; auc: number; daily: readonly (number | null)[] }[];
  readonly selected: readonly string[];
  readonly meta: { rows: number; coef: number[]; replicates: { coef: number[]; iterations: number }[] };
}
const told = (result: ChallengeScore) => result.diagnostics as unknown as Diagnostics;

function expectShares(result: ChallengeScore, expected: Record<string, number>, digits = 14): void {
  expect([...result.shares.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [hotkey, share] of Object.entries(expected)) {
    expect(result.shares.get(hotkey), hotkey).toBeCloseTo(share, digits);
  }
}

const data15000 = generateDaily(15_000);

it("generates data set B", () => {
  expect(data15000.returns.filter((value) => value > 0).length).toBe(7444);
  const row = data15000.embeddings.columns.flatMap((codes) => [codes[0], codes[1]]);
  const expected = [0.15625, 0.84375, 0, 0, 0.296875, 0.703125, 0.515625, 0.484375, 0.15625, 0.84375, 0, 0];
  expect(row).toEqual(expected.map(halfCode));
});

describe("refits", () => {
  const boundaries = (rows: number, overrides = {}) =>
    [...rollingWindows(rows, { ...constants, ...overrides })].filter((_, i) => i % 4 === 2);

  it("begin half-way and follow every five days (checks 2, 5, 8)", () => {
    expect(boundaries(15_000)).toEqual([7500, 14_700]);
    expect(boundaries(10_160)).toEqual([5080]);
    expect(boundaries(60_000)).toEqual([21_600, 28_800, 36_000, 43_200, 50_400, 57_600]);
    expect([...rollingWindows(60_000, constants)].slice(-8)).toEqual([
      ...[7200, 50_340, 50_400, 57_600],
      ...[14_400, 57_540, 57_600, 60_000],
    ]);
    expect(boundaries(15_000, { SEL_REFIT_DAYS: 5.9 })).toEqual([7500, 14_700]);
    expect(boundaries(15_000, { SEL_REFIT_DAYS: 0.9 })).toEqual([]);
  });
});

describe("band below the last rank", () => {
  const aucs = Float32Array.of(0.6, 0.52, 0.7, 0.595, 0.5, 0.6, 0.5975, 0.4);
  const band = (TOP_K: number, SEL_AUC_MARGIN: number, SEL_BAND_MAX_EXTRA: number) =>
    selectWithBand(aucs, { TOP_K, SEL_AUC_MARGIN, SEL_BAND_MAX_EXTRA });

  it("adds near-equals up to a number", () => {
    expect(band(2, 0, 15)).toEqual([2, 0]);
    expect(band(2, 0.004, 15)).toEqual([2, 0, 5, 6]);
    expect(band(2, 0.1, 15)).toEqual([2, 0, 5, 6, 3, 1]);
    expect(band(2, 0.1, 2)).toEqual([2, 0, 5, 6]);
    expect(band(50, 0.1, 2)).toEqual([2, 0, 5, 6, 3, 1]);
    expect(band(0, 0.1, 2)).toEqual([]);
  });
});

/** Check 6: rows of generator L(99); every tenth row is without prediction and dropped. */
function bootstrapProblem(all: number): MetaProblem {
  const draw = lcg(99);
  const rows: { x: number[]; y: number; weight: number }[] = [];
  for (let t = 0; t < all; t++) {
    const up = draw() < 0.5;
    const x = [3, 1, 0].map((skill) => (Math.floor(17 * draw()) - 8 + (up ? skill : -skill)) / 8);
    if (t % 3 === 0) x[2] = 0;
    if (t % 10 !== 0) rows.push({ x, y: up ? 1 : 0, weight: 0.5 + t / 300 });
  }
  return {
    design: {
      values: Float32Array.from([0, 1, 2].flatMap((c) => rows.map(({ x }) => x[c]))),
      rows: rows.length,
      cols: 3,
    },
    labels: Uint8Array.from(rows, ({ y }) => y),
    weights: Float64Array.from(rows, ({ weight }) => weight),
  };
}

describe.each(backends)("binary challenge by daily AUCs ($backend)", ({ kernel }) => {
  it("ranks by decayed out-of-sample AUCs (check 2)", async () => {
    const setting = context(kernel, "saga");
    const history = openHistory(data15000, setting);
    if (typeof history === "string") throw new Error(history);
    const { selected, notes } = await selectByDailyAuc(history, setting);
    const aucs = [0.7754303216934204, 0.6607488393783569, 0.5682169198989868, 0.5116996765136719];
    const selection = notes as unknown as Diagnostics["selection"];
    expect(selection.map(({ auc }) => auc)).toEqual([...aucs, aucs[0], 0.6602831482887268]);
    expect(selected).toEqual([0, 4, 1, 5, 2, 3]);
    const last = [0.6796845177258678, 0.6492826826683857, 0.6573563227260101, 0.6666312587513882];
    last.push(0.6458598590951532, 0.6646772052343288);
    for (const [d, auc] of last.entries()) expect(selection[5].daily[5 + d]).toBeCloseTo(auc, 15);
    expect(selection[5].daily.slice(0, 5)).toEqual([null, null, null, null, null]);

    const { decisions } = await walkForward(history, selected, setting.constants, setting.executor);
    const row = [1.661240577697754, 1.661240577697754, 0.41722366213798523, 0.44514185190200806];
    row.push(-0.23432010412216187, 0.021447578445076942);
    expect(decisions.map((column) => column[4060])).toEqual(row);
    expect(decisions[4][8060]).toBeNaN();
  });

  it("bootstraps the meta fit as published (checks 3 and 4)", async () => {
    const result = await score(kernel, data15000);
    const { meta } = told(result);
    expect(meta.rows).toBe(10_820);
    expect(meta.replicates.length).toBe(8);
    const sizes = (r: number) => meta.replicates[r].coef.map(Math.abs);
    const first = [0.5200703740119934, 0.5200703740119934, 1.2607728242874146, 0.2791930139064789];
    expect(sizes(0)).toEqual([...first, 1.1032912731170654, 0.3717896640300751]);
    const eighth = [0.5402844548225403, 0.5402844548225403, 0.896762490272522, 0.13850459456443787];
    expect(sizes(7)).toEqual([...eighth, 1.147332787513733, 0.6819158792495728]);
    const all = [0.5266062170267105, 0.5266062170267105, 1.2258887887001038, 0.2640787996351719];
    expect(meta.coef).toEqual([...all, 1.0634196251630783, 0.09294741600751877]);
    expectShares(result, {
      "5A": 0.14234342960893934,
      "5E": 0.14234342960893934,
      "5B": 0.33136185798936413,
      "5F": 0.07138138672065023,
      "5C": 0.2874458972661302,
      "5D": 0.025123998805976825,
    });
    expect([...result.shares.keys()]).toEqual(["5A", "5E", "5B", "5F", "5C", "5D"]);
  });

  it("lets clones count as one and cohorts share (check 9, 51 check 9)", async () => {
    const result = await score(kernel, data15000, "saga", { CLUSTER_SCAN_MAX_ROWS: constants.CLUSTER_SCAN_MAX_ROWS });
    expect(result.diagnostics).toMatchObject({ clones: [["5A", "5E"]], cohorts: [["5B", "5F"]] });
    expectShares(result, {
      "5A": 0.2846868592178787,
      "5B": 0.20137162235500716,
      "5C": 0.2874458972661302,
      "5D": 0.025123998805976825,
      "5F": 0.20137162235500716,
    });
  });

  it("bootstraps in blocks, or fits once (check 6)", async () => {
    const problem = bootstrapProblem(300);
    expect([...problem.design.values.slice(0, 1)]).toEqual([0.625]);
    expect([...problem.labels.slice(0, 5)]).toEqual([1, 0, 1, 0, 0]);
    const { sizes, notes } = await bootstrapFit(problem, context(kernel, "saga"));
    const replicates = notes.replicates as unknown as Diagnostics["meta"]["replicates"];
    expect(replicates[0].coef.map(Math.abs)).toEqual([2.058414936065674, 0.7176352739334106, 0.10455556958913803]);
    expect(replicates[0].iterations).toBe(16);
    expect(replicates[1].coef.map(Math.abs)).toEqual([2.1817872524261475, 0.956493079662323, 0]);
    expect([...sizes]).toEqual([2.153593063354492, 0.7782842963933945, 0.06088640354573727]);

    const optimum = await bootstrapFit(problem, context(kernel, "cd"));
    const exact = [2.1535819920564747, 0.7783880100601548, 0.060895226220706];
    for (const [j, size] of exact.entries()) expect(optimum.sizes[j]).toBeCloseTo(size, 4);

    const single = await singleFit(problem, context(kernel, "saga"));
    expect(single.notes.iterations).toBe(14);
    expect(single.notes.coef).toEqual([2.246328115463257, 0.6455610990524292, -0.06308016180992126]);
    const short = bootstrapProblem(265);
    expect(short.labels.length).toBe(238);
    expect(await bootstrapFit(short, context(kernel, "saga"))).toEqual(await singleFit(short, context(kernel, "saga")));
    const long = context(kernel, "saga", { LAG: 75 });
    const same = context(kernel, "saga", { META_BOOTSTRAP_BLOCK: 150 });
    expect(await bootstrapFit(problem, long)).toEqual(await bootstrapFit(problem, same));
    const once = context(kernel, "saga", { META_BOOTSTRAP_N: 1 });
    expect(await bootstrapFit(problem, once)).toEqual(single);
  });

  it("stays near the reference's steps at the optimum (check 4)", async () => {
    const steps = (await score(kernel, data15000, "saga")).shares;
    const optimum = (await score(kernel, data15000, "cd")).shares;
    const distance = [...steps].reduce((sum, [hotkey, share]) => sum + Math.abs(share - (optimum.get(hotkey) ?? 0)), 0);
    expect(distance).toBeLessThan(6e-4); // with a copy among the miners; other seeds move the reference by 2.5e-4
    expect(distance).toBeGreaterThan(0);
  });
});

describe("binary challenge by daily AUCs", () => {
  const { kernel } = backends[0];

  it.each([
    [10_159, {}],
    [11_362, {}],
    [11_599, {}],
  ])("does not score %d rows (check 5)", async (rows, expected) => {
    expectShares(await score(kernel, generateDaily(rows)), expected);
  });

  it.each([
    [
      10_160,
      {
        "5A": 0.2244422656078273,
        "5E": 0.2244422656078273,
        "5B": 0.4058284274622702,
        "5F": 0.1452870413220752,
        "5D": 0,
      },
    ],
    [
      11_361,
      {
        "5A": 0.21447579861299107,
        "5E": 0.21447579861299107,
        "5F": 0.32099020000818546,
        "5B": 0.25005820276583235,
        "5D": 0,
      },
    ],
    [
      11_600,
      {
        "5A": 0.24087912339721299,
        "5E": 0.24087912339721299,
        "5F": 0.12871176327209133,
        "5B": 0.3647398488297522,
        "5D": 0.024790141103730512,
      },
    ],
  ] as const)("scores %d rows (check 5)", async (rows, expected) => {
    expectShares(await score(kernel, generateDaily(rows)), expected);
  });

  it("widens the selection by near-equals (check 7)", async () => {
    const banded = { TOP_K: 2, SEL_AUC_MARGIN: 0.2, SEL_BAND_MAX_EXTRA: 1 };
    const three = { "5A": 0.2535520489679174, "5E": 0.2535520489679174, "5B": 0.49289590206416517 };
    expectShares(await score(kernel, data15000, "saga", banded), three);
    const four = {
      "5A": 0.20875912542922415,
      "5E": 0.20875912542922415,
      "5B": 0.4875896313823469,
      "5F": 0.09489211775920481,
    };
    expectShares(await score(kernel, data15000, "saga", { ...banded, SEL_BAND_MAX_EXTRA: 15 }), four);
    expectShares(await score(kernel, data15000, "saga", { TOP_K: 3 }), four);
    expectShares(await score(kernel, data15000, "saga", { TOP_K: 2, SEL_AUC_MARGIN: 0 }), { "5A": 0.5, "5E": 0.5 });
  });

  it("is part of the whole, with what nobody earned (check 9)", async () => {
    const shares = [
      0.2846868592178787, 0.20137162235500716, 0.2874458972661302, 0.025123998805976825, 0.20137162235500716,
    ];
    const eth: [string, TrainingData] = ["ETH", data15000];
    const alone = await multiSalience([eth], { profile: "2026-07", meta: "saga" });
    expect(Object.keys(alone.salience)).toEqual(["5A", "5B", "5C", "5D", "5F"]);
    for (const [j, share] of Object.values(alone.salience).entries()) expect(share).toBeCloseTo(shares[j], 14);

    const columns = ["5A", "5B"].map(() => new Uint16Array(20 * 4));
    const warmup: AssetData = {
      kind: "trade_mix",
      embeddings: { hotkeys: ["5A", "5B"], columns, width: 4, rows: 20 },
      values: new Float64Array(20 * 4).fill(1),
      sidx: Int32Array.from({ length: 20 }, (_, t) => t),
    };
    const both = await multiSalience([eth, ["TRADEMIX", warmup]], { profile: "2026-07", meta: "saga" });
    const expected = [0.07853430599113893, 0.05555079237379507, 0.07929541993548418, 0.006930758291303951];
    expected.push(0.05555079237379507, 0.7241379310344828);
    expect(Object.keys(both.salience)).toEqual(["5A", "5B", "5C", "5D", "5F", "__burn__"]);
    for (const [j, share] of Object.values(both.salience).entries()) expect(share).toBeCloseTo(expected[j], 14);
    const burnt = await multiSalience([["TRADEMIX", warmup]], { profile: "2026-07" });
    expect(burnt.salience).toEqual({ __burn__: 1 });
  });
});

it("has the weights of its date (check 1)", () => {
  const weights = new Map(profile.challenges.map(({ ticker, weight }) => [ticker, weight]));
  expect(weights.get("TRADEMIX")).toBe(2.6250000000000004);
  expect([...weights.values()].reduce((sum, weight) => sum + weight, 0)).toBe(26.25);
});
