import { FitError } from "../../errors.js";
import { legacyFirstRandint, Xorshift32 } from "../../numeric/random.js";
import type { Dense, LogisticFit, LogisticOptions } from "../ops/linear.js";
import { classWeights } from "./classWeights.js";
import { exp } from "./elementary.js";

type Working = Float32Array | Float64Array;
type Round = (x: number) => number;

/**
 * SAGA (Defazio, Bach, Lacoste-Julien 2014) for elastic-net logistic regression, step by step as scikit-learn 1.7.2 runs
 * it (10-numerics §4). A Float32Array design keeps the whole state in float32: `round` marks every place where the library
 * stores a float32; other expressions are evaluated in double.
 */
export function saga(x: Dense, y: Uint8Array, weights: Float64Array | null, options: LogisticOptions): LogisticFit {
  const single = x.values instanceof Float32Array;
  const make = (n: number): Working => (single ? new Float32Array(n) : new Float64Array(n));
  const state = new SagaState(x, y, sampleWeights(y, weights, options.balanced, make), options, make);
  const round: Round = single ? Math.fround : (value) => value;
  const sampler = new Xorshift32(legacyFirstRandint(options.seed ?? 42));
  const previous = make(x.cols);
  let iterations = 0;
  let converged = false;
  while (iterations < options.maxIter && !converged) {
    iterations++;
    epoch(state, sampler, round);
    requireFinite(state);
    let largest = 0;
    let change = 0;
    for (let j = 0; j < x.cols; j++) {
      largest = Math.max(largest, Math.abs(state.w[j]));
      change = Math.max(change, Math.abs(round(state.w[j] - previous[j])));
    }
    previous.set(state.w);
    converged = largest === 0 ? change === 0 : round(change / largest) <= options.tol;
  }
  return { coef: Float64Array.from(state.w), intercept: state.intercept, iterations, converged };
}

/** Row weights in the working precision; class masses are summed in double from the rounded weights. */
function sampleWeights(
  y: Uint8Array,
  weights: Float64Array | null,
  balanced: boolean,
  make: (n: number) => Working,
): Working {
  const s = make(y.length).fill(1);
  if (weights !== null) s.set(weights);
  const perClass = classWeights({ y, weights: Float64Array.from(s) }, balanced);
  for (let i = 0; i < s.length; i++) s[i] = s[i] * perClass[y[i]];
  return s;
}

/** Largest squared norm of a row, in the order of NumPy's einsum: 4 float32 or 2 float64 lanes, groups of 4 backwards. */
function largestRowNorm(rows: Working, cols: number, round: Round): number {
  const lanes = rows instanceof Float32Array ? 4 : 2;
  const sums = new Float64Array(lanes);
  let largest = 0;
  for (let start = 0; start < rows.length; start += cols) {
    sums.fill(0);
    const add = (from: number): void => {
      for (let lane = 0; lane < lanes && from + lane < cols; lane++) {
        const value = rows[start + from + lane];
        sums[lane] = round(round(value * value) + sums[lane]);
      }
    };
    let j = 0;
    for (; j + 4 * lanes <= cols; j += 4 * lanes) for (let group = 3; group >= 0; group--) add(j + group * lanes);
    for (; j < cols; j += lanes) add(j);
    const pairs = lanes === 4 ? [round(sums[0] + sums[1]), round(sums[2] + sums[3])] : sums;
    largest = Math.max(largest, round(pairs[0] + pairs[1]));
  }
  return largest;
}

/** What a run carries from sample to sample. */
class SagaState {
  readonly n: number;
  readonly cols: number;
  /** The design, row-major. */
  readonly rows: Working;
  /** Coefficients, divided by the shrinkage scale inside an epoch. */
  readonly w: Working;
  intercept = 0;
  /** Sum of the remembered gradients. */
  readonly gradientSum: Working;
  interceptGradientSum = 0;
  /** Last slope of each row. */
  readonly memory: Working;
  readonly seen: Uint8Array;
  seenCount = 0;
  readonly step: number;
  /** Shrinkage of the coefficients by the L2 penalty, per sample. */
  readonly shrink: number;
  /** Strength of the L1 penalty. */
  readonly beta: number;

  constructor(
    x: Dense,
    readonly y: Uint8Array,
    readonly weights: Working,
    options: LogisticOptions,
    make: (n: number) => Working,
  ) {
    const { rows: n, cols } = x;
    const round: Round = x.values instanceof Float32Array ? Math.fround : (value) => value;
    const l1Ratio = options.l1Ratio ?? 0.5;
    this.n = n;
    this.cols = cols;
    this.rows = make(n * cols);
    for (let j = 0; j < cols; j++) for (let i = 0; i < n; i++) this.rows[i * cols + j] = x.values[j * n + i];
    this.w = make(cols);
    this.gradientSum = make(cols);
    this.memory = make(n);
    this.seen = new Uint8Array(n);
    this.fitIntercept = options.fitIntercept ?? true;

    const alpha = ((1 / options.C) * (1 - l1Ratio)) / n;
    this.beta = ((1 / options.C) * l1Ratio) / n;
    const norm = largestRowNorm(this.rows, cols, round);
    const smoothness = round(round(0.25 * round(norm + (this.fitIntercept ? 1 : 0))) + round(alpha));
    const convexity = round(Math.min(2 * n * alpha, smoothness));
    this.step = round(1 / round(round(2 * smoothness) + convexity));
    this.shrink = round(1 - this.step * alpha);
  }

  readonly fitIntercept: boolean;
}

/** Moves every coefficient by the average gradient, then shrinks it towards 0: the update a sample left for later. */
function applyLagged(state: SagaState, gradientStep: number, threshold: number, round: Round): void {
  const { w, gradientSum, beta, cols } = state;
  for (let j = 0; j < cols; j++) {
    let value = round(w[j] - round(gradientStep * gradientSum[j]));
    if (beta > 0) value = Math.max(round(value - threshold), 0) - Math.max(round(-value - threshold), 0);
    w[j] = value;
  }
}

function epoch(state: SagaState, sampler: Xorshift32, round: Round): void {
  const { n, cols, rows, w, gradientSum, memory, seen, y, weights, step, beta } = state;
  let scale = 1;
  // Running sums over the epoch; the step applied is their rounded difference, as in the library.
  let sum = 0;
  let sumBefore = 0;
  let threshold = 0;
  let thresholdBefore = 0;
  for (let t = 0; t < n; t++) {
    const i = sampler.next31() % n;
    if (seen[i] === 0) {
      seen[i] = 1;
      state.seenCount++;
    }
    if (t > 0) applyLagged(state, round(sum - sumBefore), round(threshold - thresholdBefore), round);

    const at = i * cols;
    let product = 0;
    for (let j = 0; j < cols; j++) product = round(product + round(w[j] * rows[at + j]));
    const z = round(round(scale * product) + state.intercept);
    const slope = round(slopeAt(y[i], z) * weights[i]);
    const change = round(slope - memory[i]);
    memory[i] = slope;

    scale = round(scale * state.shrink);
    const count = state.seenCount;
    const correction = 1 - 1 / count;
    for (let j = 0; j < cols; j++) {
      const q = round(rows[at + j] * change);
      w[j] = w[j] - (q * step * correction) / scale;
      gradientSum[j] = gradientSum[j] + q;
    }
    if (state.fitIntercept) {
      state.interceptGradientSum = round(state.interceptGradientSum + change);
      const direct = round(change * (step * correction));
      state.intercept = round(state.intercept - ((step * state.interceptGradientSum) / count + direct));
    }
    sumBefore = sum;
    thresholdBefore = threshold;
    sum = round(sum + step / round(scale * count));
    threshold = round(threshold + (step * beta) / scale);
  }
  applyLagged(state, round(sum - sumBefore), round(threshold - thresholdBefore), round);
  for (let j = 0; j < cols; j++) w[j] = w[j] * scale;
}

/** Derivative of the half-binomial loss, in double. */
function slopeAt(y: number, z: number): number {
  if (!(z > -37)) return exp(z) - y;
  const e = exp(-z);
  return (1 - y - y * e) / (1 + e);
}

function requireFinite(state: SagaState): void {
  if (state.w.every(Number.isFinite) && Number.isFinite(state.intercept)) return;
  throw new FitError("saga: the coefficients overflowed; scale the features or lower C");
}
