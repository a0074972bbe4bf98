import { sum64 } from "../../numeric/sums.js";
import type { SeriesKernel } from "../ops/series.js";

const NO_LABEL = 255;

/** Rolling sample standard deviation from running sums of the centred series (10-numerics §7). */
export function rollingStd(x: Float64Array, window: number): Float64Array {
  const n = x.length;
  if (n < window) return new Float64Array(0);
  const mean = sum64(x) / n;
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const c = x[i] - mean;
    sums[i + 1] = sums[i] + c;
    squares[i + 1] = squares[i] + c * c;
  }
  const out = new Float64Array(n - window + 1);
  for (let i = 0; i < out.length; i++) {
    const s1 = sums[i + window] - sums[i];
    const s2 = squares[i + window] - squares[i];
    const variance = (s2 - (s1 * s1) / window) / Math.max(window - 1, 1);
    out[i] = Math.sqrt(Math.max(variance, 0));
  }
  return out;
}

/** Which of the bounds ±sigma the path touches first (21 §2). */
export function firstTouch(logPrices: Float64Array, sigma: Float64Array, horizon: number): Uint8Array {
  const touches = new Uint8Array(sigma.length);
  for (let t = 0; t < sigma.length; t++) {
    const bound = sigma[t];
    if (!Number.isFinite(bound) || bound <= 0) {
      touches[t] = NO_LABEL;
      continue;
    }
    const start = logPrices[t];
    touches[t] = 2;
    for (let k = 1; k <= horizon; k++) {
      const move = logPrices[t + k] - start;
      if (move >= bound || move <= -bound) {
        touches[t] = move >= bound ? 0 : 1;
        break;
      }
    }
  }
  return touches;
}

/** Sliding extremes: a queue of rows whose values can still be the extreme of a later window. */
function slidingExtreme(x: Float64Array, horizon: number, beats: (a: number, b: number) => boolean): Float64Array {
  const count = Math.max(0, x.length - horizon);
  const extremes = new Float64Array(count);
  const queue = new Int32Array(x.length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < x.length; i++) {
    while (tail > head && !beats(x[queue[tail - 1]], x[i])) tail--;
    queue[tail++] = i;
    const t = i - horizon;
    if (queue[head] < t) head++;
    if (t >= 0) extremes[t] = x[queue[head]];
  }
  return extremes;
}

/** Largest and smallest value of each stretch x[t .. t + horizon]. */
export function windowExtremes(x: Float64Array, horizon: number): { max: Float64Array; min: Float64Array } {
  return {
    max: slidingExtreme(x, horizon, (a, b) => a > b),
    min: slidingExtreme(x, horizon, (a, b) => a < b),
  };
}

function medianOfSorted(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Labels "above the row's median change" (24 §4.2, 25 §4.3). */
export function crossSectionLabels(
  values: Float64Array,
  assets: number,
  forward: Int32Array,
  change: "ratio" | "difference",
): Uint8Array {
  const labels = new Uint8Array(values.length).fill(NO_LABEL);
  const changes = new Float64Array(assets);
  const present = new Float64Array(assets);
  for (let t = 0; t < forward.length; t++) {
    if (forward[t] < 0) continue;
    let count = 0;
    for (let a = 0; a < assets; a++) {
      const now = values[t * assets + a];
      const later = values[forward[t] * assets + a];
      if (change === "difference") changes[a] = later - now;
      else changes[a] = now > 0 && later > 0 ? later / now - 1 : Number.NaN;
      if (!Number.isNaN(changes[a])) present[count++] = changes[a];
    }
    if (count === 0) continue;
    const median = medianOfSorted(present.subarray(0, count).sort());
    for (let a = 0; a < assets; a++) {
      if (!Number.isNaN(changes[a])) labels[t * assets + a] = changes[a] > median ? 1 : 0;
    }
  }
  return labels;
}

export function seriesOps(): SeriesKernel {
  return {
    rollingStd,
    firstTouch,
    windowExtremes,
    crossSectionLabels,
  };
}
