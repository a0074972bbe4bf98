/** What the fitted meta models read (26 §9.2): positions, how they spread over the groups, and the market's regime. */
import type { Kernel } from "../../kernel/kernel.js";

const WINDOWS = [60, 240, 720];
const HIGH = Math.fround(0.1);
const LOW = Math.fround(-0.1);

export interface Features {
  /** Positions, column g·assets + a. */
  readonly positions: readonly Float32Array[];
  /** Positions, five summaries per asset, regime. */
  readonly all: readonly Float32Array[];
  /** Rolling means and standard deviations of the assets per window, then the spread of positions per asset. */
  readonly regime: readonly Float32Array[];
}

/** Rolling mean and standard deviation of log returns, per window the means of all assets, then their deviations. */
export function rollingMoments(kernel: Kernel, prices: Float64Array, assets: number): Float32Array[] {
  const rows = prices.length / assets;
  const logs = kernel.logAll(prices.map((price) => (price > 0 ? price : 1)));
  const columns: Float32Array[] = [];
  for (const window of WINDOWS) {
    const means: Float32Array[] = [];
    const deviations: Float32Array[] = [];
    for (let a = 0; a < assets; a++) {
      const { sum, squares } = cumulative(logs, assets, a);
      const mean = new Float32Array(rows);
      const deviation = new Float32Array(rows);
      for (let t = window; t < rows; t++) {
        const average = (sum[t] - sum[t - window]) / window;
        mean[t] = average;
        deviation[t] = Math.sqrt(Math.max((squares[t] - squares[t - window]) / window - average * average, 0));
      }
      means.push(mean);
      deviations.push(deviation);
    }
    columns.push(...means, ...deviations);
  }
  return columns;
}

/** Running sums of one asset's log returns and of their squares; the first return is 0. */
function cumulative(
  logs: Float64Array,
  assets: number,
  asset: number,
): { readonly sum: Float64Array; readonly squares: Float64Array } {
  const rows = logs.length / assets;
  const sum = new Float64Array(rows);
  const squares = new Float64Array(rows);
  for (let t = 1; t < rows; t++) {
    const change = logs[t * assets + asset] - logs[(t - 1) * assets + asset];
    sum[t] = sum[t - 1] + change;
    squares[t] = squares[t - 1] + change * change;
  }
  return { sum, squares };
}

export function makeFeatures(
  positions: readonly Float32Array[],
  assets: number,
  moments: readonly Float32Array[],
): Features {
  const summaries = Array.from({ length: assets }, (_, a) =>
    summarise(
      positions.filter((column, i) => i % assets === a && column.some((x) => x !== 0)),
      positions[0].length,
    ),
  );
  const regime = [...moments, ...summaries.map(([, deviation]) => deviation!)];
  return { positions, regime, all: [...positions, ...summaries.flat(), ...regime] };
}

/** Mean, standard deviation, interquartile range, share above 0.1 and share below −0.1 over the columns, row by row. */
function summarise(columns: readonly Float32Array[], rows: number): Float32Array[] {
  const [mean, deviation, range, above, below] = Array.from({ length: 5 }, () => new Float32Array(rows)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const n = columns.length;
  const values = new Float32Array(n);
  for (let t = 0; n > 0 && t < rows; t++) {
    let sum = 0;
    let high = 0;
    let low = 0;
    for (let g = 0; g < n; g++) {
      const x = columns[g][t];
      values[g] = x;
      sum = Math.fround(sum + x);
      if (x > HIGH) high++;
      if (x < LOW) low++;
    }
    const average = Math.fround(sum / n);
    let squares = 0;
    for (let g = 0; g < n; g++) {
      const d = Math.fround(values[g] - average);
      squares = Math.fround(squares + Math.fround(d * d));
    }
    values.sort();
    mean[t] = average;
    deviation[t] = Math.sqrt(Math.fround(squares / n));
    range[t] = quantile(values, 0.75) - quantile(values, 0.25);
    above[t] = high / n;
    below[t] = low / n;
  }
  return [mean, deviation, range, above, below];
}

/** NumPy's linear quantile of sorted float32 values; every step rounds to float32. */
function quantile(sorted: Float32Array, q: number): number {
  const last = sorted.length - 1;
  const at = Math.fround(last * q);
  const below = Math.floor(at);
  const t = Math.fround(at - below);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, last)];
  const gap = Math.fround(high - low);
  if (t >= 0.5) return Math.fround(high - Math.fround(gap * Math.fround(1 - t)));
  return Math.fround(low + Math.fround(gap * t));
}
