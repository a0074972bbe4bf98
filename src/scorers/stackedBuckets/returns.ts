/** What the price did over the horizon after each row, in units of its deviation (42-profile-2025-10 §2, §6 step 3). */
import type { Kernel } from "../../kernel/kernel.js";

export const MULTIPLIERS = [0.5, 1, 2] as const;
const MISSING = 255;

export interface ReturnBuckets {
  /** 0 to 4 for each of the first rows − horizon rows, 255 where there is no deviation yet. */
  readonly labels: Uint8Array;
  /** Deviation of the returns that begin in the `window` rows up to and including the row; NaN before the window is full. */
  readonly sigma: Float64Array;
}

/** Undefined when rows ≤ horizon + window. `logPrices`: ln(price + eps). */
export function returnBuckets(
  logPrices: Float64Array,
  horizon: number,
  window: number,
  eps: number,
): ReturnBuckets | undefined {
  if (!(logPrices.length > horizon + window)) return undefined;
  const returns = Float64Array.from(
    { length: logPrices.length - horizon },
    (_, t) => logPrices[t + horizon] - logPrices[t],
  );
  const sigma = new Float64Array(returns.length).fill(Number.NaN);
  sigma.set(rollingDeviation(returns, window), window - 1);
  const labels = new Uint8Array(returns.length).fill(MISSING);
  for (let t = 0; t < labels.length; t++) {
    if (Number.isFinite(sigma[t])) labels[t] = bucketOf(returns[t] / (sigma[t] + eps));
  }
  return { labels, sigma };
}

function bucketOf(z: number): number {
  if (z <= -2) return 0;
  if (z < -1) return 1;
  if (z <= 1) return 2;
  return z < 2 ? 3 : 4;
}

/** Sample deviation of every window, from running sums of the values as they are: later values cannot change a bit of it. */
export function rollingDeviation(x: Float64Array, window: number): Float64Array {
  const sums = new Float64Array(x.length + 1);
  const squares = new Float64Array(x.length + 1);
  for (let i = 0; i < x.length; i++) {
    sums[i + 1] = sums[i] + x[i];
    squares[i + 1] = squares[i] + x[i] * x[i];
  }
  return Float64Array.from({ length: Math.max(0, x.length - window + 1) }, (_, i) => {
    const s1 = sums[i + window] - sums[i];
    const s2 = squares[i + window] - squares[i];
    return Math.sqrt(Math.max((s2 - (s1 * s1) / window) / Math.max(window - 1, 1), 0));
  });
}

/**
 * Bit j is set where the path within the horizon, seen from the price one row earlier, moves against the row's bucket by
 * MULTIPLIERS[j] deviations; 0 in row 0 and where the bucket is the middle one or missing.
 */
export function pathHits(
  kernel: Kernel,
  logPrices: Float64Array,
  { labels, sigma }: ReturnBuckets,
  horizon: number,
): Uint8Array {
  const { max, min } = kernel.windowExtremes(logPrices, horizon);
  const hits = new Uint8Array(labels.length);
  for (let t = 1; t < hits.length; t++) {
    if (labels[t] === 2 || labels[t] === MISSING) continue;
    const before = logPrices[t - 1];
    MULTIPLIERS.forEach((m, j) => {
      const hit = labels[t] > 2 ? min[t] - before <= -m * sigma[t] : max[t] - before >= m * sigma[t];
      if (hit) hits[t] |= 1 << j;
    });
  }
  return hits;
}
