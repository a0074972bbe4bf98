import type { LogisticFit } from "../ops/linear.js";
import type { BaseFits, PooledMiner, PooledWindows } from "../ops/pooled.js";
import { auc } from "./auc.js";
import { Design } from "./design.js";
import { halfValues } from "./half.js";
import { fitWeighted } from "./logistic.js";

/** Label of a sample that does not exist. */
export const MISSING = 255;

/** One miner's nonzero predictions and their labels, in pooled order. */
class Predictions {
  /** Index of each into labels and codes. */
  readonly at: Int32Array;
  readonly codes: Uint16Array;
  readonly labels: Uint8Array;

  constructor(codes: Uint16Array, labels: Uint8Array, assets: number, muted: Uint8Array | null) {
    const values = halfValues();
    const at: number[] = [];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== MISSING && values[codes[i]] !== 0 && muted?.[i % assets] !== 1) at.push(i);
    }
    this.at = Int32Array.from(at);
    this.codes = Uint16Array.from(at, (i) => codes[i]);
    this.labels = Uint8Array.from(at, (i) => labels[i]);
  }

  /** How many belong to pooled indices below `end`. */
  before(end: number): number {
    let low = 0;
    let high = this.at.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at[middle] < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  hasBothLabels(from: number, to: number): boolean {
    const labels = this.labels.subarray(from, to);
    return labels.includes(0) && labels.includes(1);
  }

  distinct(count: number): number {
    return new Set(this.codes.subarray(0, count)).size;
  }

  /**
   * The fit on the first `count` predictions. A binary16 feature takes few values, so equal (value, label) pairs are
   * merged into one row weighing their number; that changes the sums by rounding only.
   */
  fit(count: number, { C, tol, maxIter }: PooledWindows): LogisticFit {
    const counts = new Int32Array(0x20000);
    for (let i = 0; i < count; i++) counts[2 * this.codes[i] + this.labels[i]]++;
    const pairs: number[] = [];
    for (let pair = 0; pair < counts.length; pair++) if (counts[pair] > 0) pairs.push(pair);
    const values = halfValues();
    const column = Float64Array.from(pairs, (pair) => values[pair >> 1]);
    const weights = Float64Array.from(pairs, (pair) => counts[pair]);
    const design = Design.fromDense({ values: column, rows: pairs.length, cols: 1 });
    const y = Uint8Array.from(pairs, (pair) => pair & 1);
    const sample = { design, y, weights, multiplicities: weights };
    return fitWeighted(sample, { solver: "lbfgs", C, tol, maxIter, balanced: false });
  }

  /** AUC of weight·x + intercept over the predictions [from, to). */
  auc(from: number, to: number, { coef, intercept }: LogisticFit): number {
    const values = halfValues();
    const scores = Float64Array.from(this.codes.subarray(from, to), (code) => values[code] * coef[0] + intercept);
    return auc(this.labels.subarray(from, to), scores);
  }
}

class FitTable implements BaseFits {
  readonly weight: Float64Array;
  readonly intercept: Float64Array;
  readonly iterations: Int32Array;
  readonly samples: Int32Array;

  constructor(count: number) {
    this.weight = new Float64Array(count).fill(Number.NaN);
    this.intercept = new Float64Array(count);
    this.iterations = new Int32Array(count);
    this.samples = new Int32Array(count);
  }

  set(i: number, fit: LogisticFit): void {
    this.weight[i] = fit.coef[0];
    this.intercept[i] = fit.intercept;
    this.iterations[i] = fit.iterations;
  }
}

/** Base fits and selection AUCs of one miner (24 §4.5, 25 §4.7). */
export function pooledMiner(
  codes: Uint16Array,
  labels: Uint8Array,
  assets: number,
  muted: Uint8Array | null,
  windows: PooledWindows,
): PooledMiner {
  const predictions = new Predictions(codes, labels, assets, muted);
  const selectionCount = windows.selections.length / 3;
  const selections = new FitTable(selectionCount);
  const aucs = new Float64Array(selectionCount).fill(0.5);
  for (let i = 0; i < selectionCount; i++) {
    const [fitEnd, evalFrom, evalTo] = windows.selections
      .subarray(3 * i, 3 * i + 3)
      .map((row) => predictions.before(row * assets));
    selections.samples[i] = fitEnd;
    if (fitEnd < windows.minFit || evalTo - evalFrom < windows.minEval) continue;
    if (predictions.distinct(fitEnd) < windows.minDistinct) continue;
    if (!predictions.hasBothLabels(0, fitEnd) || !predictions.hasBothLabels(evalFrom, evalTo)) continue;
    const fit = predictions.fit(fitEnd, windows);
    selections.set(i, fit);
    aucs[i] = predictions.auc(evalFrom, evalTo, fit);
  }
  const fits = new FitTable(windows.fits.length);
  windows.fits.forEach((end, i) => {
    const count = predictions.before(end * assets);
    fits.samples[i] = count;
    if (count >= windows.minFit && predictions.hasBothLabels(0, count)) fits.set(i, predictions.fit(count, windows));
  });
  return { auc: aucs, selections, fits };
}
