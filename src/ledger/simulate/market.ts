/** Synthetic markets: prices of a factor model with clustered volatility, funding rates that wander about a mean. */
import { type Random, roughExp } from "./random.js";

/** Paths of several assets, rows × assets, row-major. */
export interface Paths {
  readonly rows: number;
  readonly assets: number;
  /** Rounded to about seven digits. */
  readonly prices: Float64Array;
  /** Running sums of the returns that made the prices: their logarithms up to a constant, before rounding. */
  readonly logs: Float64Array;
}

/**
 * Every `period` rows the last third is calm, which parts breakouts into episodes; slow drifts of each asset make
 * forecasts persist for hours. `volatility` is a row's standard deviation of returns.
 */
export function pricePaths(random: Random, rows: number, assets: number, volatility: number): Paths {
  const prices = new Float64Array(rows * assets);
  const logs = new Float64Array(rows * assets);
  const level = new Float64Array(assets);
  const grid = new Float64Array(assets);
  const log = new Float64Array(assets);
  const drift = new Float64Array(assets);
  const beta = new Float64Array(assets);
  const own = new Float64Array(assets);
  for (let i = 0; i < assets; i++) {
    const place = random.uniform();
    level[i] = 0.5 + 3000 * place * place;
    grid[i] = sevenDigits(level[i]!);
    const share = 0.4 + 0.5 * random.uniform();
    beta[i] = share;
    own[i] = Math.sqrt(1 - share * share);
  }
  const period = calmPeriod(rows);
  let logVolatility = 0;
  for (let t = 0; t < rows; t++) {
    logVolatility = 0.999 * logVolatility + 0.02 * random.normal();
    const calm = t % period >= (2 * period) / 3;
    const scale = volatility * roughExp(logVolatility) * (calm ? 0.03 : 1);
    const market = (random.normal() + random.normal()) * Math.SQRT1_2;
    for (let i = 0, at = t * assets; i < assets; i++, at++) {
      const noise = (random.normal() + random.normal()) * Math.SQRT1_2;
      drift[i] = 0.998 * drift[i]! + 0.0632 * random.normal();
      const r = scale * (beta[i]! * market + own[i]! * noise + 0.03 * drift[i]!);
      log[i] = log[i]! + r;
      level[i] = level[i]! * (1 + r + 0.5 * r * r);
      logs[at] = log[i]!;
      prices[at] = Math.round(level[i]! * grid[i]!) / grid[i]!;
    }
  }
  return { rows, assets, prices, logs };
}

/** Rows from one calm stretch to the next: at most 9,000, fewer in a short ledger so that it has several. */
function calmPeriod(rows: number): number {
  return Math.min(9000, Math.max(300, Math.floor(rows / 5)));
}

/** Power of ten that leaves about seven digits of a price. */
function sevenDigits(price: number): number {
  let grid = 1e7;
  for (let left = price; left >= 1; left /= 10) grid /= 10;
  return grid;
}

/** Hourly funding rates, rows × assets, rounded to eight decimals; between hours they stand still. */
export function fundingRates(random: Random, rows: number, assets: number): Float64Array {
  const rates = new Float64Array(rows * assets);
  const walk = new Float64Array(assets);
  for (let t = 0; t < rows; t++) {
    const hour = t % 60 === 0;
    for (let i = 0; i < assets; i++) {
      walk[i] = 0.9995 * walk[i]! + 2e-6 * random.normal();
      rates[t * assets + i] = hour ? Math.round((walk[i]! + 1e-4) * 1e8) / 1e8 : rates[(t - 1) * assets + i]!;
    }
  }
  return rates;
}

/**
 * What the miners forecast: a path's change over the next `ahead` rows, as z-scores over all rows; the last rows, whose
 * future is unknown, are 0 before scaling.
 */
export class Target {
  private readonly mean: Float64Array;
  private readonly scale: Float64Array;
  private readonly change: Float64Array;

  constructor(
    private readonly path: Float64Array,
    private readonly rows: number,
    private readonly stride: number,
    /** Columns of the path. */
    private readonly columns: readonly number[],
    private readonly ahead: number,
    /** Less the row's mean over the columns: a forecast of who does better than the others. */
    private readonly relative = false,
    private readonly absolute = false,
  ) {
    const n = columns.length;
    this.mean = new Float64Array(n);
    this.scale = new Float64Array(n).fill(1);
    this.change = new Float64Array(n);
    const sum = new Float64Array(n);
    const squares = new Float64Array(n);
    for (let t = 0; t < rows; t++) {
      this.raw(t);
      for (let i = 0; i < n; i++) {
        sum[i]! += this.change[i]!;
        squares[i]! += this.change[i]! * this.change[i]!;
      }
    }
    for (let i = 0; i < n; i++) {
      const mean = sum[i]! / rows;
      this.mean[i] = mean;
      const variance = squares[i]! / rows - mean * mean;
      if (variance > 0) this.scale[i] = 1 / Math.sqrt(variance);
    }
  }

  /** z-scores of row t, valid until the next call. */
  at(t: number): Float64Array {
    this.raw(t);
    const { change, mean, scale } = this;
    for (let i = 0; i < change.length; i++) change[i] = (change[i]! - mean[i]!) * scale[i]!;
    return change;
  }

  private raw(t: number): void {
    const { path, stride, columns, ahead, change } = this;
    const n = columns.length;
    if (t + ahead >= this.rows) {
      change.fill(0);
      return;
    }
    let total = 0;
    for (let i = 0; i < n; i++) {
      const now = t * stride + columns[i]!;
      let difference = path[now + ahead * stride]! - path[now]!;
      if (this.absolute) difference = Math.abs(difference);
      change[i] = difference;
      total += difference;
    }
    if (!this.relative) return;
    const mean = total / n;
    for (let i = 0; i < n; i++) change[i] = change[i]! - mean;
  }
}
