import { describe, expect, it } from "vitest";
import { jsKernel } from "../../../src/kernel/js/index.js";
import type { PooledColumns, PooledWindows } from "../../../src/kernel/ops/pooled.js";
import { halfCode } from "../../helpers/half.js";
import { lcg } from "../../helpers/lcg.js";

const kernel = jsKernel();
const ASSETS = 33;

/** The input of 24 §7 check 3: 540 rows, four miners. */
function crossSection() {
  const rows = 540;
  const draw = lcg(777);
  const price = Float64Array.from({ length: ASSETS }, (_, a) => 100 + a);
  const prices = new Float64Array(rows * ASSETS);
  for (let i = 0; i < prices.length; i++) {
    price[i % ASSETS] *= 1 + 0.01 * (draw() - 0.5);
    prices[i] = price[i % ASSETS];
  }
  const gain = [8, 4, 0, 2];
  const noise = [0.5, 0.5, 0.5, 0.02];
  const codes = gain.map(() => new Uint16Array(rows * ASSETS));
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < 4; j++) {
      for (let a = 0; a < ASSETS; a++) {
        const change = t < 530 ? prices[(t + 10) * ASSETS + a] / prices[t * ASSETS + a] - 1 : 0;
        const value = gain[j] * change + noise[j] * (draw() - 0.5);
        const absent = (j === 1 && a % 3 === 0) || (j === 3 && t < 170);
        if (!absent) codes[j][t * ASSETS + a] = halfCode(value);
      }
    }
  }
  for (let t = 0; t < rows; t++) {
    if (t >= 100 && t < 130) prices[t * ASSETS + 5] = 0;
    prices[t * ASSETS + 7] = 0;
  }
  const forward = Int32Array.from({ length: rows }, (_, t) => (t < 530 ? t + 10 : -1));
  return { codes, labels: kernel.crossSectionLabels(prices, ASSETS, forward, "ratio") };
}

describe("segment 2 of 24 §7 check 3", () => {
  const { codes, labels } = crossSection();
  const windows: PooledWindows = {
    selections: Int32Array.of(150, 210, 360),
    fits: Int32Array.of(60, 360),
    minFit: 50,
    minEval: 20,
    minDistinct: 1,
    C: 0.5,
    tol: 1e-4,
    maxIter: 200,
  };

  it("selects and fits each miner", () => {
    const miners = codes.map((code) => kernel.pooledMiner(code, labels, ASSETS, null, windows));
    expect(miners[0].selections.samples[0]).toBe(4760);
    expect(miners[0].selections.weight[0]).toBeCloseTo(4.2034893210500215, 12);
    expect(miners[0].selections.intercept[0]).toBeCloseTo(-0.041721389919104825, 12);
    expect(miners[0].selections.iterations[0]).toBe(5);
    const aucs = [0.6902428819444445, 0.6053931972789115, 0.5029040798611111];
    aucs.forEach((value, j) => void expect(miners[j].auc[0]).toBeCloseTo(value, 14));
    expect(miners[3].auc[0]).toBe(0.5);
    expect(miners[3].selections.weight[0]).toBeNaN();
    expect(miners[0].fits.samples[0]).toBe(1920);
    expect(miners[0].fits.weight[0]).toBeCloseTo(3.831765250226581, 12);
    expect(miners[0].fits.intercept[0]).toBeCloseTo(0.007860993403958039, 12);
    expect(miners[3].fits.weight[0]).toBeNaN();
  });

  const columns: PooledColumns = (() => {
    const ranges = Int32Array.of(60, 210, 210, 360);
    const miners = codes
      .slice(0, 3)
      .map((code) => kernel.pooledMiner(code, labels, ASSETS, null, { ...windows, fits: Int32Array.of(60, 210) }));
    const perRange = (read: (miner: (typeof miners)[number]) => Float64Array): Float64Array =>
      Float64Array.from([0, 1].flatMap((b) => miners.map((miner) => read(miner)[b])));
    return {
      labels,
      assets: ASSETS,
      columns: codes.slice(0, 3),
      muted: [null, null, null],
      ranges,
      weight: perRange((miner) => miner.fits.weight),
      intercept: perRange((miner) => miner.fits.intercept),
    };
  })();

  it("builds the meta design of the one-piece history", () => {
    // 24 §4.5(e): chunks of at least 2000 rows, so one sub-segment (0, 60, 360) with the fit on rows before 60.
    const first = { ...columns, ranges: Int32Array.of(60, 360), weight: columns.weight.subarray(0, 3) };
    const { x, y } = kernel.pooledDesign({ ...first, intercept: columns.intercept.subarray(0, 3) });
    expect([x.rows, x.cols]).toEqual([9560, 3]);
    expect(y.reduce((sum, label) => sum + label, 0)).toBe(4760);
    expect(Float64Array.from(x.values).reduce((sum, value) => sum + value, 0)).toBeCloseTo(67.77102550386701, 9);
  });

  it("bootstraps and ranks as the reference", () => {
    const meta = { ...columns, ranges: Int32Array.of(60, 360), weight: columns.weight.subarray(0, 3) };
    const history = { ...meta, intercept: columns.intercept.subarray(0, 3) };
    const lbfgs = { solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 100, balanced: true } as const;
    const { rows, ones, fits } = kernel.pooledBootstrap(history, {
      ...lbfgs,
      from: 0,
      to: 20,
      block: 120,
      bootstrapSeed: 23799,
    });
    expect([rows, ones]).toEqual([9560, 4760]);
    [1.2085816171196844, 1.1280774153483555, -0.002807328807258186].forEach((w, k) => {
      expect(fits.coef[k]).toBeCloseTo(w, 12);
    });
    expect(fits.intercept[0]).toBeCloseTo(-0.006081862276288989, 12);
    expect(fits.iterations[0]).toBe(7);
    const mean = [0, 1, 2].map((k) => fits.coef.reduce((sum, w, i) => sum + (i % 3 === k ? w : 0), 0) / 20);
    [1.2388740642747977, 1.145444203310588, 0.0009825274922507829].forEach((w, k) => {
      expect(mean[k]).toBeCloseTo(w, 12);
    });

    // Validation rows [360, 450) are predicted by the fits on all rows before 360.
    const full = codes.slice(0, 3).map((code) => kernel.pooledMiner(code, labels, ASSETS, null, windows).fits);
    const validation: PooledColumns = {
      ...history,
      ranges: Int32Array.of(360, 450),
      weight: Float64Array.from(full, (fit) => fit.weight[1]),
      intercept: Float64Array.from(full, (fit) => fit.intercept[1]),
    };
    const ranked = kernel.pooledAuc(validation, Float64Array.from(mean), -0.016913506764017778);
    expect(ranked.samples).toBe(2880);
    expect(ranked.auc).toBeCloseTo(0.7102956211419753, 13);
  });

  it("computes nothing on fewer than two blocks", () => {
    const few = { ...columns, ranges: Int32Array.of(60, 66, 66, 66) };
    const { rows, fits } = kernel.pooledBootstrap(few, {
      ...{ solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 100, balanced: true },
      ...{ from: 0, to: 3, block: 120, bootstrapSeed: 1 },
    });
    expect(rows).toBeLessThan(240);
    expect([...fits.kept].some((kept) => kept === 1)).toBe(false);
  });
});

describe("labelCounts and constantColumns", () => {
  it("counts labels before each row", () => {
    const counts = kernel.labelCounts(Uint8Array.of(0, 1, 255, 1, 1, 0), 2);
    expect([...counts.zeros]).toEqual([0, 1, 1, 2]);
    expect([...counts.ones]).toEqual([0, 1, 2, 3]);
  });

  it("marks assets that hardly move on the masked rows", () => {
    const codes = Uint16Array.from([0.25, 0.5, 0, 0.25, 0.5, 0, 0.25, -0.5, 7e-5, 1, 1, 1], halfCode);
    expect([...kernel.constantColumns(codes, 3, Uint8Array.of(1, 1, 1, 0), 1e-4)]).toEqual([1, 0, 1]);
    expect([...kernel.constantColumns(codes, 3, Uint8Array.of(1, 1, 1, 1), 1e-4)]).toEqual([0, 0, 0]);
  });
});

describe("pooledMiner", () => {
  it("leaves out muted assets, missing labels and absent predictions", () => {
    const codes = Uint16Array.from({ length: 40 }, (_, i) => halfCode(0.1 + (i % 7) / 10));
    const labels = Uint8Array.from(codes, (_, i) => (i === 3 ? 255 : (i >> 1) % 2));
    codes[0] = 0x8000;
    const windows = { selections: new Int32Array(), fits: Int32Array.of(20), C: 0.5, tol: 1e-4, maxIter: 100 };
    const limits = { minFit: 2, minEval: 2, minDistinct: 1 };
    const samples = (muted: Uint8Array | null) =>
      kernel.pooledMiner(codes, labels, 2, muted, { ...windows, ...limits }).fits.samples[0];
    expect(samples(null)).toBe(38);
    expect(samples(Uint8Array.of(0, 1))).toBe(19);
  });

  it("keeps 0.5 below the number of distinct values", () => {
    const codes = Uint16Array.from({ length: 80 }, (_, i) => halfCode(i % 2 === 0 ? 0.5 : -0.5));
    const labels = Uint8Array.from(codes, (_, i) => ((i >> 2) + i) % 2);
    const options = { fits: new Int32Array(), minFit: 5, minEval: 5, C: 0.5, tol: 1e-4, maxIter: 100 };
    const selections = Int32Array.of(40, 40, 80);
    const auc = (minDistinct: number) =>
      kernel.pooledMiner(codes, labels, 1, null, { ...options, selections, minDistinct }).selections.weight[0];
    expect(auc(3)).toBeNaN();
    expect(auc(2)).not.toBeNaN();
  });
});
