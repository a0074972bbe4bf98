/** 42-profile-2025-10 check 6: whole runs on generator G, held to the reference's numbers. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../../src/kernel/executor.js";
import type { Kernel } from "../../../src/kernel/kernel.js";
import { profile } from "../../../src/profiles/2025-10.js";
import type { Challenge, StackedBucketConstants } from "../../../src/profiles/profile.js";
import { scoreStackedBuckets } from "../../../src/scorers/stackedBuckets.js";
import type { PriceData } from "../../../src/trainingData.js";
import { backends } from "../../helpers/backends.js";
import { type BucketSample, generate, priceData } from "../../helpers/bucketData.js";
import { readingValues, standIn } from "../../helpers/poolData.js";

const challenge = profile.challenges.find(({ kind }) => kind === "lbfgs") as Challenge;
const constants = { ...profile.general, ...profile.kinds.lbfgs?.constants } as StackedBucketConstants;
const [wasm] = backends;

function first(sample: BucketSample, rows: number, miners: number): BucketSample {
  const values = sample.values.slice(0, miners).map((all) => all.subarray(0, 17 * rows));
  return { prices: sample.prices.subarray(0, rows), values };
}

async function score(kernel: Kernel, sample: BucketSample, blocksAhead = 300) {
  const behind = new Map<Uint16Array, ArrayLike<number>>();
  const data: PriceData = priceData(sample, (values) => standIn(values, behind));
  const executor = inlineExecutor(readingValues(kernel, behind));
  const context = { challenge: { ...challenge, blocksAhead }, constants, executor, meta: "cd" } as const;
  const { shares, skipped, diagnostics } = await scoreStackedBuckets(data, context);
  return { shares: [...shares.values()], skipped, ...(diagnostics as unknown as Diagnostics) };
}

interface Diagnostics {
  readonly classifier: { readonly shares: Record<string, number>; readonly windows: readonly PoolWindow[] };
  readonly quantiles: { readonly shares: Record<string, number>; readonly windows: readonly StackWindow[] };
}

interface PoolWindow {
  readonly rows: number;
  readonly counts: number[];
  readonly pool: Record<string, number>;
  readonly parameters: number[];
  readonly loss: number;
}

interface Direction {
  readonly rows: number;
  readonly evaluated: number;
  readonly shares: Record<string, number>;
}

interface StackWindow {
  readonly pos: Direction;
  readonly neg: Direction;
}

function expectShares(actual: Record<string, number>, expected: readonly number[], tolerance: number): void {
  expect(Object.keys(actual)).toEqual(expected.map((_, h) => `hk${h}`));
  expected.forEach((value, h) => {
    const share = actual[`hk${h}`];
    expect(Math.abs(share - value), `hk${h}: ${share} against ${value}`).toBeLessThanOrEqual(tolerance);
  });
}

/** What the last bit of exp and log can move: the classifier by 1.2e-10 in the reference, the quantile path by more. */
const TIGHT = 1e-9;
const LOOSE = 1e-8;

describe.each(backends)("one window, on the $backend backend", ({ kernel }) => {
  const sample = first(generate(9500, 9000), 9500, 5);

  it("meets the reference at every step", async () => {
    const { classifier, quantiles, shares } = await score(kernel, sample);
    const [window] = classifier.windows;
    expect(classifier.windows).toHaveLength(1);
    expect(window.rows).toBe(1381);
    expectShares(
      window.pool,
      [0.3572248263631633, 0.25124460502773927, 0.25124460502773927, 0.14028596358135806, 0],
      1e-13,
    );
    const parameters = [-1.0801466701, -0.4282791074, 1.5084257775, 1.6834115079, -0.188905682];
    parameters.forEach((value, i) => void expect(window.parameters[i]).toBeCloseTo(value, 8));
    expect(window.loss).toBeCloseTo(1692.5393400277464, 9);
    expectShares(
      classifier.shares,
      [0.3493916089029314, 0.19650545639063063, 0.19650545639063063, 0.2575974783158074, 0],
      TIGHT,
    );

    const [{ pos, neg }] = quantiles.windows;
    expect([pos.rows, pos.evaluated, neg.rows, neg.evaluated]).toEqual([429, 180, 242, 134]);
    expectShares(
      pos.shares,
      [0, 0.3574185818790861, 0.3574185818790861, 0.08316446377177099, 0.20199837247005673],
      LOOSE,
    );
    expectShares(quantiles.shares, [2.305668044578921e-5, 0, 0, 0.0005546461639405064, 0.9994222971556137], LOOSE);
    const combined = [
      0.1747073327916886, 0.09825272819531532, 0.09825272819531532, 0.12907606223987397, 0.49971114857780685,
    ];
    combined.forEach((value, h) => void expect(Math.abs(shares[h] - value)).toBeLessThan(LOOSE));
  });
});

it("pays a miner that never sent anything for its silence", async () => {
  const { classifier, quantiles } = await score(wasm.kernel, generate(9500, 9000));
  expect(classifier.shares.hk5).toBe(0);
  expectShares({ ...quantiles.shares }, [0, 0, 0, 0, 0.29632017983944664, 0.7036798201605533], LOOSE);
});

describe("two windows", () => {
  const sample = generate(10300, 9000);

  it("adds them up", async () => {
    const { classifier, quantiles, shares } = await score(wasm.kernel, first(sample, 10300, 5));
    expectShares(
      classifier.shares,
      [0.3325081509291986, 0.1954177352745974, 0.1954177352745974, 0.251213451671112, 0.02544292685049465],
      TIGHT,
    );
    expectShares(
      quantiles.shares,
      [0, 0.059298913255121107, 0.059298913255121107, 0.34968870511863676, 0.5317134683711211],
      LOOSE,
    );
    const combined = [
      0.1662540754645993, 0.12735832426485927, 0.12735832426485927, 0.3004510783948744, 0.2785781976108079,
    ];
    combined.forEach((value, h) => void expect(Math.abs(shares[h] - value)).toBeLessThan(LOOSE));
  });

  it("scores silence most with six miners", async () => {
    const { quantiles } = await score(wasm.kernel, sample);
    expectShares(quantiles.shares, [0, 0, 0, 0, 0.06175194933963069, 0.9382480506603693], LOOSE);
  });

  it("begins at 8701 rows", async () => {
    const { classifier, quantiles, shares } = await score(wasm.kernel, first(sample, 8701, 5));
    const expected = [0.2819925490813548, 0.25000000000000006, 0.25000000000000006, 0.21800745091864504, 0];
    expectShares(classifier.shares, expected, TIGHT);
    expectShares(quantiles.shares, [0.2, 0.2, 0.2, 0.2, 0.2], 1e-15);
    expect(shares).toHaveLength(4);
    expected.slice(0, 4).forEach((value, h) => void expect(shares[h]).toBeCloseTo(value, 9));
  });

  it.each([8700, 7261, 7260, 7200, 7000])("scores nothing at %d rows", async (rows) => {
    const { shares, skipped } = await score(wasm.kernel, first(sample, rows, 5));
    expect(shares).toHaveLength(0);
    expect(skipped).toMatch(new RegExp(`^${rows} rows`));
  });
});

it("looks six hours ahead", async () => {
  const { classifier, quantiles } = await score(wasm.kernel, first(generate(12500, 9000, 360), 12500, 5), 1800);
  expectShares(
    classifier.shares,
    [0.3179030935251771, 0.17670967106064803, 0.17670967106064803, 0.17067893155954916, 0.15799863279397774],
    TIGHT,
  );
  expectShares(
    quantiles.shares,
    [0.18142050417363828, 0.10116715289682236, 0.10116715289682236, 0.5316451861333962, 0.08460000389932065],
    LOOSE,
  );
});
