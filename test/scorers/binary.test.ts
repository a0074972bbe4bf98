/** 20-binary checks 2, 6, 7, 8, 9 and 11: segments, meta fits, whole challenges on generator Q. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { BinaryConstants, Challenge } from "../../src/profiles/profile.js";
import { selectByAuc } from "../../src/scorers/binary/selection.js";
import { walkForwardSegments } from "../../src/scorers/binary/walk.js";
import { scoreBinary } from "../../src/scorers/binary.js";
import type { ChallengeScore } from "../../src/scorers/scorer.js";
import type { BinaryData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { generateBinary } from "../helpers/binaryData.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETH") as Challenge;
const constants = { ...profile.general, ...profile.kinds.binary?.constants } as BinaryConstants;
const NaN_ = Number.NaN;

function score(
  kernel: Kernel,
  data: BinaryData,
  meta: "cd" | "saga",
  overrides: Partial<BinaryConstants> = {},
): Promise<ChallengeScore> {
  const executor = inlineExecutor(kernel);
  return scoreBinary(data, { challenge, constants: { ...constants, ...overrides }, executor, meta });
}

interface Diagnostics {
  readonly rows: number;
  readonly selection: readonly { hotkey: string; auc: number; why?: string; coef?: number[]; intercept?: number }[];
  readonly selected: readonly string[];
  readonly walkForward: readonly { from: number; to: number; iterations: readonly number[] }[];
  readonly meta: { rows: number; firstRow: number; coef: number[]; intercept: number; iterations: number };
}
const told = (result: ChallengeScore) => result.diagnostics as unknown as Diagnostics;

describe("walk-forward segments (check 2)", () => {
  it.each([
    [600, 200, 60, [60, 200, 260, 400, 460, 600]],
    [4061, 4000, 60, [60, 4000, 4060, 4061]],
    [8040, 4000, 60, [60, 4000, 4060, 8000]],
    [100, 50, 60, []],
  ])("of %i rows by %i, lag %i", (end, chunk, lag, expected) => {
    expect(walkForwardSegments(end, chunk, lag).flatMap(({ from, to }) => [from, to])).toEqual(expected);
  });
});

it("selects by AUC, lower columns first among equals", () => {
  const aucs = Float32Array.of(0.5, 0.6, 0.4, 0.6, 0.7, 0.500000001, 0.51);
  expect(selectByAuc(aucs, 50)).toEqual([4, 1, 3, 6]);
  expect(selectByAuc(aucs, 2)).toEqual([4, 1]);
});

/** Check 6's P without its empty first row; labels and weights likewise. */
const P = [
  [1.5, NaN_],
  [-0.5, 0.25],
  [2, 1],
  [-1.25, 0.5],
  [0.75, -1],
  [NaN_, -0.5],
  [-2, -1.5],
  [0.5, 0.125],
];
const metaDesign = {
  values: Float32Array.from([0, 1].flatMap((c) => P.map((row) => row[c] || 0))),
  rows: 8,
  cols: 2,
};

describe.each(backends)("binary challenge ($backend)", ({ kernel }) => {
  it.each([
    [1, [1.3647855520248413, 0], -0.03410807624459267, 24],
    [10, [4.327420711517334, 0.6388792395591736], -0.5600912570953369, 147],
  ])("follows SAGA in float32, C = %i (check 6)", (C, coef, intercept, epochs) => {
    const y = Uint8Array.of(1, 0, 1, 0, 1, 0, 0, 1);
    const options = { solver: "saga", C, l1Ratio: 0.5, tol: 1e-4, maxIter: 2000, balanced: true, seed: 42 } as const;
    const fit = kernel.fitLogistic(metaDesign, y, kernel.timeWeights(9, 4).slice(1), options);
    expect([...fit.coef]).toEqual(coef);
    expect(fit.intercept).toBe(intercept);
    expect(fit.iterations).toBe(epochs);
  });

  it("scores 600 rows in segments of 200 (check 7)", async () => {
    const data = generateBinary(600);
    expect(data.returns[100]).toBe(0.84375);
    const result = await score(kernel, data, "saga", { CHUNK_SIZE: 200 });
    const { selection, selected, walkForward, meta } = told(result);
    const aucs = [0.9030866393880093, 0.644502757516456, 0.49471892154818986, 0.5535936666073653];
    expect(selection.map(({ auc }) => auc)).toEqual(aucs.map(Math.fround));
    expect(selection[0].coef?.[0]).toBeCloseTo(2.997559189125085, 13);
    expect(selection[0].coef?.[1]).toBeCloseTo(0.48142753047996967, 13);
    expect(selection[0].intercept).toBeCloseTo(-0.007429691343010607, 13);
    expect(selected).toEqual(["hkA", "hkB", "hkD"]);
    expect(walkForward.map(({ iterations }) => iterations.map((count) => count >= 0))).toEqual([
      [false, false, false],
      [true, true, true],
      [true, true, true],
    ]);
    expect(meta).toMatchObject({ rows: 280, firstRow: 260, iterations: 15 });
    expect(meta.coef).toEqual([1.6355035305023193, 0.6898699402809143, 0]);
    expect([...result.shares]).toEqual([
      ["hkA", 0.7033294010838819],
      ["hkB", 0.29667059891611813],
      ["hkD", 0],
    ]);
  });

  it("scores 4700 rows as published (check 8)", async () => {
    const result = await score(kernel, generateBinary(4700), "saga");
    const { selection, meta } = told(result);
    const aucs = [0.8699125900602078, 0.664040552183292, 0.49848931654167256, 0.5598058474735318];
    expect(selection.map(({ auc }) => auc)).toEqual(aucs.map(Math.fround));
    expect(meta).toMatchObject({ rows: 640, firstRow: 4060, iterations: 17 });
    expect(meta.coef).toEqual([1.2293148040771484, 1.1494084596633911, 0.6934513449668884]);
    expect([...result.shares]).toEqual([
      ["hkA", 0.40014483571113313],
      ["hkB", 0.3741351342484364],
      ["hkD", 0.22572003004043048],
    ]);
  });

  it("goes near the meta problem's optimum (check 11), within the reference's own movement", async () => {
    const small = await score(kernel, generateBinary(600), "cd", { CHUNK_SIZE: 200 });
    const large = await score(kernel, generateBinary(4700), "cd");
    const expected = [
      { coef: [1.6354793517398813, 0.6898664865464675, 0], shares: [0.7033294010838819, 0.29667059891611813, 0] },
      {
        coef: [1.2293211327311835, 1.1494149114140764, 0.6936920434590518],
        shares: [0.40014483571113313, 0.3741351342484364, 0.22572003004043048],
      },
    ];
    for (const [k, result] of [small, large].entries()) {
      for (const [j, value] of told(result).meta.coef.entries()) expect(value).toBeCloseTo(expected[k].coef[j], 3);
      const distance = [...result.shares.values()].reduce((sum, v, j) => sum + Math.abs(v - expected[k].shares[j]), 0);
      expect(distance).toBeLessThan(k === 0 ? 3.3e-4 : 2.3e-4);
    }
    expect(told(small).meta.coef[2]).toBe(0);
  });

  it("needs predicted rows (check 9)", async () => {
    const few = await score(kernel, generateBinary(4100), "saga");
    expect(few.shares.size).toBe(0);
    expect(few.skipped).toBe("40 predicted rows, the meta model needs 50");
    const none = await score(kernel, generateBinary(4060), "saga");
    expect(none.shares.size).toBe(0);
    expect(none.skipped).toBe("0 predicted rows, the meta model needs 50");
  });
});

describe("binary challenge", () => {
  const { kernel } = backends[0];

  it("says why nothing was scored", async () => {
    const data = generateBinary(600);
    const why = async (changed: Partial<BinaryData>, overrides: Partial<BinaryConstants> = {}) =>
      (await score(kernel, { ...data, ...changed }, "cd", { CHUNK_SIZE: 200, ...overrides })).skipped;
    expect(await why({})).toBeUndefined();
    expect(await why(generateBinary(499))).toBe("499 rows, at least 500 are needed");
    expect(await why({}, { MAX_INDEX_HISTORY: 400 })).toBe("400 rows, at least 500 are needed");
    expect(await why({ returns: new Float32Array(600).fill(Number.NaN) })).toBe("all labels are equal");
    expect(await why({ embeddings: { ...data.embeddings, hotkeys: [], columns: [] } })).toBe("no miners");
    expect(await why({ embeddings: { ...data.embeddings, width: 3 } })).toContain("3 values");
    expect(await why({ returns: new Float32Array(599) })).toContain("599 returns");
    expect(await why({}, { MIN_BASE_TRAIN: 301 })).toContain("300 rows before the split");
    const silent = data.embeddings.columns.map((codes) => new Uint16Array(codes.length));
    expect(await why({ embeddings: { ...data.embeddings, columns: silent } })).toContain("no miner");
  });

  it("keeps the last rows of a long history", async () => {
    const long = generateBinary(700);
    const cut = await score(kernel, long, "cd", { CHUNK_SIZE: 200, MAX_INDEX_HISTORY: 600 });
    const { embeddings, returns } = long;
    const columns = embeddings.columns.map((codes) => codes.slice(200));
    const last = { ...long, embeddings: { ...embeddings, columns, rows: 600 }, returns: returns.slice(100) };
    expect([...cut.shares]).toEqual([...(await score(kernel, last, "cd", { CHUNK_SIZE: 200 })).shares]);
  });

  it("does not care in which order the miners stand", async () => {
    const data = generateBinary(600);
    const straight = (await score(kernel, data, "cd", { CHUNK_SIZE: 200 })).shares;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
        const hotkeys = order.map((j) => data.embeddings.hotkeys[j]);
        const columns = order.map((j) => data.embeddings.columns[j]);
        const shuffled = { ...data, embeddings: { ...data.embeddings, hotkeys, columns } };
        const { shares } = await score(kernel, shuffled, "cd", { CHUNK_SIZE: 200 });
        expect([...shares.keys()]).toEqual([...straight.keys()]);
        for (const [hotkey, share] of shares) expect(share).toBeCloseTo(straight.get(hotkey) as number, 14);
      }),
      { numRuns: 10 },
    );
  });
});
