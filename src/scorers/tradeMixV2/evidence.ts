/** Evidence against chance: how a signal's fit to later returns stands out among circular time shifts (53 §7). */
import type { Kernel } from "../../kernel/kernel.js";
import { EPS } from "./factors.js";

/** Fewer shifts are no null distribution. */
const MIN_SHIFTS = 50;
/** Relative spread below which the shifts differ by rounding alone. */
const ROUNDING = 1e-12;

export interface Evidence {
  readonly t: number;
  readonly p: number;
  /** The signal fits every shift equally but for rounding: t was set to 0, which the reference leaves to chance. */
  readonly degenerate?: boolean;
}

/** Sums y[t + 1] + .. + y[t + horizon] per column as differences of running sums; NaN where they reach beyond the end. */
export function forwardSums(y: Float64Array, columns: number, horizon: number): Float64Array {
  const rows = y.length / columns;
  const running = y.slice();
  for (let i = columns; i < running.length; i++) running[i] += running[i - columns];
  const sums = new Float64Array(y.length).fill(Number.NaN);
  for (let i = 0; i < (rows - horizon) * columns; i++) sums[i] = running[i + horizon * columns] - running[i];
  return sums;
}

/** Labels of the evidence: forward sums from row `warmup` on, 0 elsewhere. */
export function labels(y: Float64Array, columns: number, horizon: number, warmup: number): Float64Array {
  return forwardSums(y, columns, horizon).map((x, i) => (i < warmup * columns || Number.isNaN(x) ? 0 : x));
}

function norm(x: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += x[i] * x[i];
  return Math.sqrt(squares);
}

function moments(x: Float64Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  const mean = sum / x.length;
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] - mean) * (x[i] - mean);
  return { mean, deviation: Math.sqrt(squares / x.length) };
}

/**
 * Standardised fit at shift 0 and its p-value. `sums` are S(k) per label (`shiftSums`), `scales` the product of the norms of
 * signal and label; lists of unlike length end with the shorter one.
 */
export function evidence(
  kernel: Kernel,
  sums: readonly Float64Array[],
  scales: readonly number[],
  weights: readonly number[],
  minShift: number,
): Evidence {
  const rows = sums[0]?.length ?? 0;
  const count = rows - 2 * minShift + 1;
  if (rows < 3 * minShift || count < MIN_SHIFTS) return { t: 0, p: 1 };
  let observed = 0;
  const blended = new Float64Array(count);
  for (let l = 0; l < Math.min(sums.length, weights.length); l++) {
    const shifted = sums[l].subarray(minShift, minShift + count);
    const { mean, deviation } = moments(shifted);
    if (deviation < ROUNDING * scales[l]) return { t: 0, p: 1, degenerate: true };
    const scale = deviation + EPS;
    observed += (weights[l] * (sums[l][0] - mean)) / scale;
    for (let k = 0; k < count; k++) blended[k] += (weights[l] * (shifted[k] - mean)) / scale;
  }
  const { mean, deviation } = moments(blended);
  const t = (observed - mean) / (deviation + EPS);
  let reached = 0;
  for (let k = 0; k < count; k++) if (blended[k] >= observed) reached++;
  const empirical = (1 + reached) / (1 + count);
  if (!(t > 0)) return { t, p: empirical };
  return { t, p: Math.min(empirical, Math.max(0.5 * erfc(kernel, t / Math.SQRT2), 1e-12)) };
}

/** Norms of signals times norms of labels, for `evidence`. */
export function fitScales(signal: Float64Array, labelNorms: readonly number[]): number[] {
  const own = norm(signal);
  return labelNorms.map((length) => own * length);
}

export const labelNorms = (all: readonly Float64Array[]): number[] => all.map(norm);

/** 1/√π. */
const INVERSE_SQRT_PI = 0.5641895835477563;

/**
 * Complementary error function of x ≥ 0: 1 − erf by Kummer's series of positive terms below 2 (DLMF 7.6.2), Legendre's continued
 * fraction above (DLMF 7.9.1), evaluated from its 80th term. Relative error below 1e-13.
 */
export function erfc(kernel: Kernel, x: number): number {
  const gauss = kernel.exp(-x * x) * INVERSE_SQRT_PI;
  if (x < 2) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - gauss * sum;
  }
  let tail = x;
  for (let n = 80; n >= 1; n--) tail = x + n / 2 / tail;
  return gauss / tail;
}
