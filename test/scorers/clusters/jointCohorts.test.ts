/** 51-clusters check 4 and edges; 52-hitfirst-buckets-2026-07 checks B1 to B5. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../../src/kernel/executor.js";
import { profile } from "../../../src/profiles/2026-07.js";
import type { BucketCohortConstants, Challenge } from "../../../src/profiles/profile.js";
import { reduceToRepresentatives } from "../../../src/scorers/buckets/reduced.js";
import { scoreBucketCohorts } from "../../../src/scorers/buckets.js";
import { findJointCohorts, jointCorrelation } from "../../../src/scorers/clusters/jointCohorts.js";
import type { Json } from "../../../src/scorers/scorer.js";
import type { Embeddings, PriceData } from "../../../src/trainingData.js";
import { backends } from "../../helpers/backends.js";
import { halfCode } from "../../helpers/half.js";
import { lcg } from "../../helpers/lcg.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETHLBFGS") as Challenge;
const constants = { ...profile.general, ...profile.kinds.lbfgs?.constants } as BucketCohortConstants;

/** Rows of four miners' three values, in sixteenths. */
const TABLE = [
  "4,4,1 4,4,1 4,4,1 5,3,2",
  "6,2,1 7,2,1 2,6,1 2,5,2",
  "3,5,1 0,0,0 5,3,1 6,4,2",
  "5,3,1 5,3,1 3,5,1 3,4,2",
  "2,6,1 1,6,1 6,2,1 5,3,2",
  "6,3,1 6,2,1 3,6,1 3,6,2",
  "4,5,1 4,5,1 5,4,1 0,0,0",
  "3,4,1 4,4,1 0,0,0 0,0,0",
].map((row) => row.split(" ").map((cell) => cell.split(",").map((value) => halfCode(Number(value) / 16))));
/** The columns in the order of their hotkeys k0 to k3. */
const ORDER = [3, 1, 0, 2];
const small = { ...constants, LBFGS_MIN_JOINT: 5, LBFGS_MIN_SUBMISSIONS: 6, LBFGS_BUCKET_DIMS: 2 };

function tableEmbeddings(): Embeddings {
  const columns = ORDER.map((j) => Uint16Array.from(TABLE.flatMap((row) => row[j])));
  return { hotkeys: ["k0", "k1", "k2", "k3"], columns, width: 3, rows: TABLE.length };
}

/** Data set Q of 52 check B2: four miners, the last an occasionally silent copy of the second. */
function dataSetQ(rows = 14000): PriceData {
  const draw = lcg(2024);
  const prices = new Float64Array(rows);
  let p = 4096;
  for (let t = 0; t < rows; t++) {
    p += Math.floor(9 * draw()) - 4;
    prices[t] = p / 16;
  }
  const columns = [0, 1, 2, 3].map(() => new Uint16Array(rows * 17));
  for (let t = 0; t < rows; t++) {
    const rises = prices[Math.min(t + 60, rows - 1)] > prices[t];
    for (let j = 0; j < 3; j++) {
      const row = columns[j].subarray(t * 17, (t + 1) * 17);
      for (let k = 0; k < 5; k++) row[k] = halfCode((1 + Math.floor(8 * draw())) / 64);
      let k = 16 + Math.floor(32 * draw());
      if (draw() < [0.8, 0.4, 0][j]) k += rises ? 12 : -12;
      row.fill(halfCode(k / 64), 5);
    }
    if (t % 11 !== 0) columns[3].set(columns[1].subarray(t * 17, (t + 1) * 17), t * 17);
  }
  const embeddings = { hotkeys: ["5A", "5B", "5C", "5D"], columns, width: 17, rows };
  return { kind: "lbfgs", embeddings, prices, sidx: Int32Array.from({ length: rows }, (_, t) => t) };
}

describe.each(backends)("joint cohorts, $backend", ({ kernel }) => {
  const executor = inlineExecutor(kernel);

  it("averages active rows (check 4)", () => {
    const { columns, width } = tableEmbeddings();
    const found = columns.map((codes) => kernel.activeMeans(codes, width, 2, 50_000));
    expect(found.map(({ count }) => count)).toEqual([6, 7, 8, 7]);
    const means = found.map((one) => [...one.means]);
    expect(means[2]).toEqual([0.2578125, 0.25]);
    expect(means[1]).toEqual([0.2767857, 0.23214285].map((x) => expect.closeTo(x, 7)));
    expect(means[3]).toEqual([0.25, 0.26785713].map((x) => expect.closeTo(x, 7)));
    expect(means[0]).toEqual([0.25, 0.26041666].map((x) => expect.closeTo(x, 7)));
    const signed = kernel.activeMeans(Uint16Array.of(0x8000, 0, 0x7e00, 0, 0, 0), 2, 1, 2);
    expect([...signed.active]).toEqual([0, 1, 0]); // −0 is silence, NaN is not
  });

  it("sums pairs (check 4)", () => {
    const { columns, width } = tableEmbeddings();
    const found = ORDER.map((_, at) => kernel.activeMeans(columns[at], width, 2, 50_000));
    const sums = kernel.jointSums(
      columns,
      found.map(({ active }) => active),
      found.map(({ means }) => means),
      width,
    );
    const at = (column: number) => ORDER.indexOf(column);
    const pair = (i: number, j: number) => at(i) * 4 + at(j);
    expect(sums.dots[pair(0, 1)]).toBeCloseTo(0.1088169647846371, 14);
    expect(sums.energies[pair(0, 1)]).toBeCloseTo(0.09613037109375, 14);
    expect(sums.energies[pair(1, 0)]).toBeCloseTo(0.13727678917348385, 14);
    const expected: [number, number, number, number][] = [
      [0, 1, 7, 0.9472568232452808],
      [0, 2, 7, 0.9404826081087496],
      [0, 3, 6, 0.7821573983280924],
      [1, 2, 6, 0.9449468319303163],
      [1, 3, 5, 0.8407444651889483],
      [2, 3, 6, 0.825028286579905],
    ];
    for (const [i, j, joint, correlation] of expected) {
      expect(sums.joint[pair(i, j)]).toBe(joint);
      expect(jointCorrelation(sums, 4, at(i), at(j))).toBeCloseTo(correlation, 14);
    }
  });

  it("links in chains and asks for rows in common (check 4, B1)", async () => {
    const embeddings = tableEmbeddings();
    expect(await findJointCohorts(embeddings, executor, small)).toEqual([[0, 1, 2, 3]]);
    expect(await findJointCohorts(embeddings, executor, { ...small, LBFGS_MIN_JOINT: 7 })).toEqual([[1, 2, 3]]);
    expect(await findJointCohorts(embeddings, executor, { ...small, LBFGS_MIN_JOINT: 9 })).toEqual([]);
    const reduced = await reduceToRepresentatives(embeddings, executor, small);
    expect(reduced.embeddings).toMatchObject({ hotkeys: ["k0"], columns: [embeddings.columns[0]] });
    expect([...reduced.representativeOf.values()]).toEqual(["k0", "k0", "k0", "k0"]);
  });

  it("finds no cohort in a short history (B7)", async () => {
    const { embeddings } = dataSetQ(10_079);
    expect((await reduceToRepresentatives(embeddings, executor, constants)).embeddings).toBe(embeddings);
  });

  it("scores a cohort as one miner (B2 to B5)", async () => {
    const data = dataSetQ();
    expect([0, 1, 2, 3, 13_999].map((t) => data.prices[t])).toEqual([255.75, 255.9375, 256.0625, 256.125, 263.25]);
    const score = await scoreBucketCohorts(data, { challenge, constants, executor, meta: "cd" });
    const { representatives, classifier, quantiles } = score.diagnostics as Record<string, Record<string, Json>>;
    expect(representatives).toEqual({ "5A": "5A", "5B": "5B", "5C": "5C", "5D": "5B" });
    expect(classifier.shares).toEqual({});
    const fits = quantiles.fits as Record<string, Json>[];
    expect(fits.map(({ bucket, multiplier, rows, hits }) => [bucket, multiplier, rows, hits])).toEqual([
      [1, 0.5, 755, 131],
      [1, 1, 755, 10],
      [3, 0.5, 932, 128],
      [3, 1, 932, 7],
      [4, 0.5, 122, 8],
    ]);
    expectShares(normalised([0.08780538884065518, 0.1926442819920791, 0.16708359097539105]), fits[0].weights);
    expectShares(normalised([0.14600620824498617, 0.5387862330437427, 0.8689705720726315]), fits[4].weights);
    const half = 0.1641623044470964;
    const expected = { "5A": 0.17857978527157478, "5B": half, "5D": half, "5C": 0.4930956058342325 };
    expect(Object.keys(quantiles.shares as object)).toEqual(["5A", "5B", "5D", "5C"]);
    expectShares(expected, quantiles.shares);
    const blended = {
      "5A": 0.17815793235107225,
      "5B": 0.15423702450381532,
      "5C": 0.5223500837018545,
      "5D": 0.14525495944325797,
    };
    expect([...score.shares.keys()]).toEqual(Object.keys(blended));
    expectShares(blended, Object.fromEntries(score.shares));
  });
});

function normalised(sizes: readonly number[]): Record<string, number> {
  const sum = sizes.reduce((a, b) => a + b);
  return Object.fromEntries(sizes.map((size, j) => [["5A", "5B", "5C"][j], size / sum]));
}

function expectShares(expected: Record<string, number>, actual: Json) {
  for (const [hotkey, share] of Object.entries(expected)) {
    expect((actual as Record<string, number>)[hotkey]).toBeCloseTo(share, 13);
  }
}
