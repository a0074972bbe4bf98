/** 52-hitfirst-buckets-2026-07 checks A1 to A3: hit-first with one block of rows left out at a time. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { profile } from "../../src/profiles/2026-07.js";
import type { Challenge, HitFirstBlocksConstants } from "../../src/profiles/profile.js";
import { blocksToLeaveOut, fitColumns, type SideFit, scoreHitFirstBlocks } from "../../src/scorers/hitfirst.js";
import type { PriceData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETHHITFIRST") as Challenge;
const constants = { ...profile.general, ...profile.kinds.hitfirst?.constants } as HitFirstBlocksConstants;

/** Check A2's miners 5A to 5C; more hotkeys copy one of them. */
function generate(copies: Readonly<Record<string, string>> = {}): PriceData {
  const rows = 15_000;
  const draw = lcg(777);
  const prices = new Float64Array(rows);
  let p = 2048;
  for (let t = 0; t < rows; t++) {
    p = Math.max(p + Math.floor(9 * draw()) - 4, 1024);
    prices[t] = p / 16;
  }
  const own = [0.7, 0.3, 0].map(() => new Uint16Array(3 * rows));
  for (let t = 0; t < rows; t++) {
    for (const [j, skill] of [0.7, 0.3, 0].entries()) {
      let a = 8 + Math.floor(16 * draw());
      let d = 8 + Math.floor(16 * draw());
      if (draw() < skill) {
        if (prices[Math.min(t + 100, rows - 1)] > prices[t]) a += 12;
        else d += 12;
      }
      if (j === 1 && t % 5 === 0) continue;
      own[j].set(
        [a, d, 64 - a - d].map((k) => halfCode(k / 64)),
        3 * t,
      );
    }
  }
  const columns: Record<string, Uint16Array> = { "5A": own[0], "5B": own[1], "5C": own[2] };
  for (const [copy, of] of Object.entries(copies)) columns[copy] = columns[of];
  const embeddings = { hotkeys: Object.keys(columns), columns: Object.values(columns), width: 3, rows };
  return { kind: "hitfirst", embeddings, prices, sidx: Int32Array.from({ length: rows }, (_, t) => t) };
}

const score = (kernel: Kernel, data: PriceData, overrides: Partial<HitFirstBlocksConstants> = {}) =>
  scoreHitFirstBlocks(data, {
    challenge,
    constants: { ...constants, ...overrides },
    executor: inlineExecutor(kernel),
    meta: "cd",
  });

const X = [
  [1, 0.5],
  [-0.5, 0.25],
  [0.75, -1],
  [-1.25, 0.5],
  [0.25, 1.5],
  [-0.75, -0.5],
  [1.5, 0],
  [-1, 1],
  [0.5, -0.25],
  [-0.25, -1.5],
  [2, 0.75],
  [-1.5, -0.75],
  [0, 1.25],
];
const Y = Uint8Array.of(1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1);

describe("blocks left out", () => {
  it("are quarters of the rows (check A1)", () => {
    expect(blocksToLeaveOut(Y, 1, 4)).toEqual([
      [0, 3],
      [3, 6],
      [6, 9],
      [9, 13],
    ]);
    expect(blocksToLeaveOut(Y, 1, 1)).toEqual([null]);
    expect(blocksToLeaveOut(Y.subarray(0, 7), 1, 4)).toEqual([null]);
    expect(blocksToLeaveOut(Y.subarray(0, 8), 1, 4).length).toBe(4);
  });

  it("leave both classes behind, or nothing is left out", () => {
    const lonely = Uint8Array.from(Y, (_, i) => (i === 1 ? 1 : 0));
    expect(blocksToLeaveOut(lonely, 1, 4)).toEqual([
      [3, 6],
      [6, 9],
      [9, 13],
    ]);
    expect(blocksToLeaveOut(new Uint8Array(13), 1, 4)).toEqual([null]);
  });
});

describe.each(backends)("hit-first by blocks left out ($backend)", ({ kernel }) => {
  it("fits without each quarter (check A1)", () => {
    const features = [0, 1].map((c) => Float64Array.from(X, (row) => row[c]));
    const fits = fitColumns(kernel, features, Y, blocksToLeaveOut(Y, 1, 4));
    const expected = [
      [0.868764126934154, 0.48269941147407874, -0.029116484379370606],
      [1.0921989879972178, 0.7919183074808877, 0.2180216090534521],
      [1.2913423088239682, 0.18738083355402144, -0.17515947861842693],
      [0.9145728230185093, -0.3007167194744182, 0.08803800564757021],
    ];
    for (const [i, [x, z, intercept]] of expected.entries()) {
      expect(fits[i].coef[0]).toBeCloseTo(x, 12);
      expect(fits[i].coef[1]).toBeCloseTo(z, 12);
      expect(fits[i].intercept).toBeCloseTo(intercept, 12);
      expect(fits[i].iterations).toBe(5);
    }
    const [whole] = fitColumns(kernel, features, Y, [null]);
    expect(whole.coef[0]).toBeCloseTo(1.1477255658610923, 12);
    expect(whole.coef[1]).toBeCloseTo(0.3019272907087558, 12);
    const seven = features.map((column) => column.subarray(0, 7));
    const [short] = fitColumns(kernel, seven, Y.subarray(0, 7), [null]);
    expect(short.coef[0]).toBeCloseTo(1.239137232261599, 12);
    expect(Math.abs(short.coef[1])).toBeCloseTo(0.5026937762099627, 12);
    const lonely = Uint8Array.from(Y, (_, i) => (i === 1 ? 1 : 0));
    const three = fitColumns(kernel, features, lonely, blocksToLeaveOut(lonely, 1, 4));
    const mean = (j: number) => three.reduce((sum, { coef }) => sum + Math.abs(coef[j]), 0) / 3;
    expect(mean(0)).toBeCloseTo(0.6676128481981748, 12);
    expect(mean(1)).toBeCloseTo(0.21875560465540367, 12);
  });

  it("averages sizes, not coefficients (check A2)", async () => {
    const data = generate();
    expect([0, 1, 2, 3, 4, 14_999].map((t) => data.prices[t])).toEqual([
      128, 128.125, 128.3125, 128.25, 128.125, 131.375,
    ]);
    const result = await score(kernel, data);
    expect(result.diagnostics).toMatchObject({ validRows: 7701, touchedUp: 1863, touchedDown: 2799 });
    const fits = result.diagnostics.fits as unknown as SideFit[];
    expect(fits.map(({ side, leftOut }) => [side, leftOut?.[0]])).toEqual(
      ["up", "down"].flatMap((side) => [0, 1925, 3850, 5775].map((from) => [side, from])),
    );
    const mean = (side: string, j: number) =>
      fits.filter((fit) => fit.side === side).reduce((sum, { coef }) => sum + Math.abs(coef[j]), 0) / 4;
    const up = [1.3772557493534419, 0.2783623509712586, 0.01476508207917537];
    const down = [1.0527016129335607, 0.24653215416219093, 0.03588902660407571];
    for (const j of [0, 1, 2]) {
      expect(mean("up", j)).toBeCloseTo(up[j], 12);
      expect(mean("down", j)).toBeCloseTo(down[j], 12);
    }
    expect(result.shares.get("5A")).toBeCloseTo(0.8085019233390999, 12);
    expect(result.shares.get("5B")).toBeCloseTo(0.1746443059194697, 12);
    expect(result.shares.get("5C")).toBeCloseTo(0.016853770741430494, 12);
    const once = await score(kernel, data, { HITFIRST_LBO_BLOCKS: 1 });
    expect(once.shares.get("5C")).toBeCloseTo(0.009599623856095623, 12);
  });

  it("gives a copy's share to the first of both (check A3)", async () => {
    const data = generate({ "5D": "5B" });
    const before = (await score(kernel, data, { CLUSTER_SCAN_MAX_ROWS: 100 })).shares;
    expect(before.get("5A")).toBeCloseTo(0.8083712713405831, 11);
    expect(before.get("5B")).toBeCloseTo(0.08735341076463048, 11);
    expect(before.get("5D")).toBeCloseTo(0.08735341076463048, 11);
    const { shares } = await score(kernel, data);
    expect([...shares.keys()]).toEqual(["5A", "5B", "5C"]);
    expect(shares.get("5A")).toBeCloseTo(0.808371271340583, 11);
    expect(shares.get("5B")).toBeCloseTo(0.17470682152926095, 11);
    expect(shares.get("5C")).toBeCloseTo(0.01692190713015616, 11);
  });
});
