import { sum64 } from "../../numeric/sums.js";
import type {
  BaseFitOptions,
  BinaryKernel,
  HoldOut,
  HoldOutOptions,
  HoldOutWhy,
  RollingAucs,
  RollingOptions,
  WalkForward,
} from "../ops/binary.js";
import type { LogisticFit } from "../ops/linear.js";
import { auc } from "./auc.js";
import { exp } from "./elementary.js";
import { finiteOr0, halfValues, LARGEST_FLOAT32 } from "./half.js";
import { fitLogistic } from "./logistic.js";

/** Up to this many features the reference chooses liblinear, beyond them lbfgs. */
const LIBLINEAR_WIDTH = 4;

/** The rows of one miner that hold a prediction, in order, with their labels and weights. */
class NonzeroRows {
  /** Row numbers. */
  readonly at: Int32Array;
  /** Features, one column per entry of the embedding. */
  readonly columns: readonly Float64Array[];
  readonly labels: Uint8Array;
  readonly weights: Float64Array;

  constructor(codes: Uint16Array, width: number, labels: Uint8Array, weights: Float64Array) {
    const values = halfValues();
    const at = new Int32Array(labels.length);
    let count = 0;
    for (let t = 0; t < labels.length; t++) {
      for (let d = 0; d < width; d++) {
        const value = values[codes[t * width + d]];
        if (value === 0 || Number.isNaN(value)) continue;
        at[count++] = t;
        break;
      }
    }
    this.at = at.subarray(0, count);
    this.labels = new Uint8Array(count);
    this.weights = new Float64Array(count);
    const columns = Array.from({ length: width }, () => new Float64Array(count));
    for (let i = 0; i < count; i++) {
      const t = at[i];
      this.labels[i] = labels[t];
      this.weights[i] = weights[t];
      for (let d = 0; d < width; d++) columns[d][i] = finiteOr0(values[codes[t * width + d]], LARGEST_FLOAT32);
    }
    this.columns = columns;
  }

  /** How many nonzero rows lie before row `end`. */
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

  /** The base model of the nonzero rows `from` to `to` (20 §6). */
  fit(from: number, to: number, options: BaseFitOptions): LogisticFit {
    const width = this.columns.length;
    const count = to - from;
    const values = new Float64Array(width * count);
    for (let d = 0; d < width; d++) values.set(this.columns[d].subarray(from, to), d * count);
    return fitLogistic(
      { values, rows: count, cols: width },
      this.labels.slice(from, to),
      this.weights.slice(from, to),
      {
        solver: width <= LIBLINEAR_WIDTH ? "liblinear" : "lbfgs",
        C: options.C,
        tol: options.tol,
        maxIter: options.maxIter,
        balanced: true,
      },
    );
  }

  /** x·coef + intercept of one nonzero row. */
  decision(row: number, fit: LogisticFit): number {
    let sum = 0;
    for (let d = 0; d < this.columns.length; d++) sum += this.columns[d][row] * fit.coef[d];
    return sum + fit.intercept;
  }
}

function timeWeights(rows: number, halfLifeRows: number): Float64Array {
  const lambda = Math.LN2 / halfLifeRows;
  const weights = new Float64Array(rows);
  for (let t = 0; t < rows; t++) weights[t] = exp(-lambda * (rows - t));
  const mean = sum64(weights) / rows;
  return weights.map((w) => w / mean);
}

function holdOutAuc(
  codes: Uint16Array,
  width: number,
  labels: Uint8Array,
  weights: Float64Array,
  split: number,
  options: HoldOutOptions,
): HoldOut {
  const rows = new NonzeroRows(codes, width, labels, weights);
  const train = rows.before(split);
  const evaluate = rows.at.length - train;
  const without = (why: HoldOutWhy, fit: LogisticFit | null): HoldOut => ({
    auc: Number.NaN,
    why,
    coef: fit?.coef ?? new Float64Array(width),
    intercept: fit?.intercept ?? 0,
    iterations: fit?.iterations ?? -1,
  });
  if (train === 0) return without("no rows before the split", null);
  if (train < options.minTrain) return without("too few training rows", null);
  if (!rows.hasBothLabels(0, train)) return without("one class of training labels", null);
  const fit = rows.fit(0, train, options);
  if (evaluate < options.minEvaluate) return without("too few evaluation rows", fit);
  if (!rows.hasBothLabels(train, rows.at.length)) return without("one class of evaluation labels", fit);
  const scores = Float64Array.from({ length: evaluate }, (_, i) => rows.decision(train + i, fit));
  const { coef, intercept, iterations } = fit;
  return { auc: auc(rows.labels.subarray(train), scores), why: null, coef, intercept, iterations };
}

function walkForward(
  codes: Uint16Array,
  width: number,
  labels: Uint8Array,
  weights: Float64Array,
  windows: Int32Array,
  options: BaseFitOptions,
): WalkForward {
  const nonzero = new NonzeroRows(codes, width, labels, weights);
  const count = windows.length / 3;
  const decision = new Float32Array(labels.length).fill(Number.NaN);
  const rows = new Int32Array(count);
  const iterations = new Int32Array(count).fill(-1);
  const coef = new Float64Array(count * width);
  const intercept = new Float64Array(count);
  for (let window = 0; window < count; window++) {
    const [fitEnd, from, to] = windows.subarray(3 * window, 3 * window + 3);
    const train = nonzero.before(fitEnd);
    rows[window] = train;
    if (train < options.minTrain || !nonzero.hasBothLabels(0, train)) continue;
    const fit = nonzero.fit(0, train, options);
    coef.set(fit.coef, window * width);
    intercept[window] = fit.intercept;
    iterations[window] = fit.iterations;
    const end = nonzero.before(to);
    for (let i = nonzero.before(from); i < end; i++) decision[nonzero.at[i]] = nonzero.decision(i, fit);
  }
  return { decision, rows, iterations, coef, intercept };
}

function rollingAucs(
  codes: Uint16Array,
  width: number,
  labels: Uint8Array,
  weights: Float64Array,
  windows: Int32Array,
  options: RollingOptions,
): RollingAucs {
  const nonzero = new NonzeroRows(codes, width, labels, weights);
  const count = windows.length / 4;
  const scores = new Float64Array(nonzero.at.length).fill(Number.NaN);
  const rows = new Int32Array(count);
  const iterations = new Int32Array(count).fill(-1);
  const coef = new Float64Array(count * width);
  const intercept = new Float64Array(count);
  for (let window = 0; window < count; window++) {
    const [first, train, from, to] = Array.from(windows.subarray(4 * window, 4 * window + 4), (row) =>
      nonzero.before(row),
    );
    rows[window] = Math.max(0, train - first);
    if (rows[window] < options.minTrain || !nonzero.hasBothLabels(first, train)) continue;
    const fit = nonzero.fit(first, train, options);
    coef.set(fit.coef, window * width);
    intercept[window] = fit.intercept;
    iterations[window] = fit.iterations;
    for (let i = from; i < to; i++) scores[i] = nonzero.decision(i, fit);
  }
  const aucs = new Float64Array(Math.ceil(labels.length / options.period));
  for (let period = 0; period < aucs.length; period++) {
    const [from, to] = [nonzero.before(period * options.period), nonzero.before((period + 1) * options.period)];
    const scored = scores.subarray(from, to).filter((score) => !Number.isNaN(score));
    const own = nonzero.labels.subarray(from, to).filter((_, i) => !Number.isNaN(scores[from + i]));
    aucs[period] = scored.length < options.minScored ? Number.NaN : auc(own, scored);
  }
  return { aucs, rows, iterations, coef, intercept };
}

export function binaryOps(): BinaryKernel {
  return { timeWeights, holdOutAuc, walkForward, rollingAucs };
}
