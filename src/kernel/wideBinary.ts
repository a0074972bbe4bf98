/**
 * The binary challenges' base models for vectors of more than four values, where the reference turns to lbfgs. No profile
 * has such a challenge; both backends share this route, which needs only a fit, binary16 and an AUC.
 */
import type { BaseFitOptions, BinaryKernel, HoldOut, HoldOutWhy } from "./ops/binary.js";
import type { LinearKernel, LogisticFit } from "./ops/linear.js";
import type { MathKernel } from "./ops/math.js";

/** The widest vector that liblinear fits in the reference. */
export const LIBLINEAR_WIDTH = 4;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

export type WideKernel = Pick<LinearKernel, "fitLogistic"> & Pick<MathKernel, "decodeHalf" | "auc">;

export function wideBinaryOps(kernel: WideKernel): Omit<BinaryKernel, "timeWeights"> {
  return {
    holdOutAuc(codes, width, labels, weights, split, options) {
      const miner = new Miner(kernel, codes, width, labels, weights);
      const before = miner.before(split);
      const none = (why: HoldOutWhy): HoldOut => ({
        auc: Number.NaN,
        why,
        coef: new Float64Array(width),
        intercept: 0,
        iterations: -1,
      });
      if (before === 0) return none("no rows before the split");
      if (before < options.minTrain) return none("too few training rows");
      if (!miner.hasBothClasses(0, before)) return none("one class of training labels");
      const { coef, intercept, iterations } = miner.fit(0, before, options);
      const end = miner.rows.length;
      const fitted = { coef, intercept, iterations };
      if (end - before < options.minEvaluate) return { ...none("too few evaluation rows"), ...fitted };
      if (!miner.hasBothClasses(before, end)) return { ...none("one class of evaluation labels"), ...fitted };
      const auc = kernel.auc(miner.labels.slice(before, end), miner.decisions(before, end, coef, intercept));
      return { auc, why: null, ...fitted };
    },

    walkForward(codes, width, labels, weights, windows, options) {
      const miner = new Miner(kernel, codes, width, labels, weights);
      const count = windows.length / 3;
      const decision = new Float32Array(labels.length).fill(Number.NaN);
      const rows = new Int32Array(count);
      const iterations = new Int32Array(count).fill(-1);
      const coef = new Float64Array(count * width);
      const intercept = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        const [fitEnd, from, to] = windows.subarray(3 * i, 3 * i + 3);
        rows[i] = miner.before(fitEnd);
        if (rows[i] < options.minTrain || !miner.hasBothClasses(0, rows[i])) continue;
        const fit = miner.fit(0, rows[i], options);
        iterations[i] = fit.iterations;
        coef.set(fit.coef, i * width);
        intercept[i] = fit.intercept;
        const [first, end] = [miner.before(from), miner.before(to)];
        const values = miner.decisions(first, end, fit.coef, fit.intercept);
        for (let k = first; k < end; k++) decision[miner.rows[k]] = values[k - first];
      }
      return { decision, rows, iterations, coef, intercept };
    },

    rollingAucs(codes, width, labels, weights, windows, options) {
      const miner = new Miner(kernel, codes, width, labels, weights);
      const count = windows.length / 4;
      const scores = new Float64Array(miner.rows.length).fill(Number.NaN);
      const rows = new Int32Array(count);
      const iterations = new Int32Array(count).fill(-1);
      const coef = new Float64Array(count * width);
      const intercept = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        const [first, end, from, to] = Array.from(windows.subarray(4 * i, 4 * i + 4), (row) => miner.before(row));
        rows[i] = Math.max(0, end - first);
        if (rows[i] < options.minTrain || !miner.hasBothClasses(first, end)) continue;
        const fit = miner.fit(first, end, options);
        iterations[i] = fit.iterations;
        coef.set(fit.coef, i * width);
        intercept[i] = fit.intercept;
        scores.set(miner.decisions(from, to, fit.coef, fit.intercept), from);
      }
      const aucs = Float64Array.from({ length: Math.ceil(labels.length / options.period) }, (_, p) => {
        const [from, to] = [miner.before(p * options.period), miner.before((p + 1) * options.period)];
        const scored = scores.subarray(from, to).filter((score) => !Number.isNaN(score));
        const own = miner.labels.subarray(from, to).filter((_, i) => !Number.isNaN(scores[from + i]));
        return scored.length < options.minScored ? Number.NaN : kernel.auc(own, scored);
      });
      return { aucs, rows, iterations, coef, intercept };
    },
  };
}

/** One miner's nonzero rows, compacted. */
class Miner {
  readonly rows: Int32Array;
  readonly labels: Uint8Array;
  private readonly weights: Float64Array;
  /** Row-major. */
  private readonly values: Float64Array;

  constructor(
    private readonly kernel: WideKernel,
    codes: Uint16Array,
    readonly width: number,
    labels: Uint8Array,
    weights: Float64Array,
  ) {
    const all = kernel.decodeHalf(codes);
    const present: number[] = [];
    for (let t = 0; t < labels.length; t++) {
      if (all.subarray(t * width, (t + 1) * width).some((value) => clean(value) !== 0)) present.push(t);
    }
    this.rows = Int32Array.from(present);
    this.labels = Uint8Array.from(present, (t) => labels[t]);
    this.weights = Float64Array.from(present, (t) => weights[t]);
    this.values = new Float64Array(present.length * width);
    for (const [k, t] of present.entries()) {
      for (let j = 0; j < width; j++) this.values[k * width + j] = clean(all[t * width + j]);
    }
  }

  /** How many nonzero rows lie before row number `row`. */
  before(row: number): number {
    const index = this.rows.findIndex((t) => t >= row);
    return index < 0 ? this.rows.length : index;
  }

  hasBothClasses(from: number, to: number): boolean {
    const labels = this.labels.subarray(from, to);
    return labels.includes(0) && labels.includes(1);
  }

  /** Of the nonzero rows `from` to `to`. */
  fit(from: number, to: number, { C, tol, maxIter }: BaseFitOptions): LogisticFit {
    const { width } = this;
    const rows = to - from;
    const values = new Float64Array(rows * width);
    for (let j = 0; j < width; j++) {
      for (let k = 0; k < rows; k++) values[j * rows + k] = this.values[(from + k) * width + j];
    }
    const options = { solver: "lbfgs", C, tol, maxIter, balanced: true } as const;
    const design = { values, rows, cols: width };
    return this.kernel.fitLogistic(design, this.labels.slice(from, to), this.weights.slice(from, to), options);
  }

  decisions(from: number, to: number, coef: Float64Array, intercept: number): Float64Array {
    const { width, values } = this;
    return Float64Array.from({ length: to - from }, (_, k) => {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += values[(from + k) * width + j] * coef[j];
      return sum + intercept;
    });
  }
}

function clean(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-LARGEST_FLOAT32, Math.min(LARGEST_FLOAT32, value));
}
