/** The market factor and what it leaves of each asset, estimated from earlier rows only (53 §3 and §4). */
import type { Kernel } from "../../kernel/kernel.js";
import type { TradeMixV2Constants } from "../../profiles/profile.js";

/** Added to deviations and variances; large enough to show in the eighth digit. */
export const EPS = 1e-12;

export interface Factors {
  /** rows × assets: weights of the market portfolio, and each asset's exposure to it. */
  readonly weights: Float64Array;
  readonly betas: Float64Array;
  /** Market return per row. */
  readonly market: Float64Array;
  /** rows × assets: returns less exposure times the market's. */
  readonly residuals: Float64Array;
}

/** rows × assets; the first row's returns are 0. */
function logReturns(kernel: Kernel, prices: Float64Array, assets: number): Float64Array {
  const logs = kernel.logAll(prices);
  return logs.map((x, i) => (i < assets ? 0 : x - logs[i - assets]));
}

/** Mean and variance (ddof 0) of one column over rows from .. to − 1. */
function columnMoments(
  values: Float64Array,
  assets: number,
  asset: number,
  from: number,
  to: number,
): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t * assets + asset];
  const mean = sum / (to - from);
  let squares = 0;
  for (let t = from; t < to; t++) {
    const d = values[t * assets + asset] - mean;
    squares += d * d;
  }
  return { mean, variance: squares / (to - from) };
}

/** Weights in inverse proportion to the volatility of the last rows before `t`. */
function inverseVolatility(returns: Float64Array, assets: number, t: number, window: number): number[] {
  const inverse = Array.from({ length: assets }, (_, a) => {
    return 1 / (Math.sqrt(columnMoments(returns, assets, a, Math.max(0, t - window), t).variance) + EPS);
  });
  const total = inverse.reduce((sum, x) => sum + x, 0);
  return inverse.map((x) => x / total);
}

/** Shrunk exposures; the covariance divides by n − 1 and the variance by n, as in the reference. */
function shrunkBetas(
  returns: Float64Array,
  weights: readonly number[],
  t: number,
  constants: TradeMixV2Constants,
): number[] {
  const assets = weights.length;
  const from = Math.max(0, t - constants.beta_window_hours);
  const market = new Float64Array(t - from);
  for (let i = 0; i < market.length; i++) {
    for (let a = 0; a < assets; a++) market[i] += returns[(from + i) * assets + a] * weights[a];
  }
  const own = columnMoments(market, 1, 0, 0, market.length);
  const variance = own.variance + EPS;
  return weights.map((_, a) => {
    const { mean } = columnMoments(returns, assets, a, from, t);
    let products = 0;
    for (let i = 0; i < market.length; i++) {
      products += (returns[(from + i) * assets + a] - mean) * (market[i] - own.mean);
    }
    const beta = products / (market.length - 1) / variance;
    return (1 - constants.beta_shrink) * beta + constants.beta_shrink;
  });
}

export function factorStructure(
  kernel: Kernel,
  prices: Float64Array,
  assets: number,
  constants: TradeMixV2Constants,
): Factors {
  const rows = prices.length / assets;
  const returns = logReturns(kernel, prices, assets);
  const weights = new Float64Array(rows * assets);
  const betas = new Float64Array(rows * assets);
  const market = new Float64Array(rows);
  let weight: number[] = Array(assets).fill(1 / assets);
  let beta: number[] = Array(assets).fill(1);
  for (let t = 0; t < rows; t++) {
    if (t >= constants.warmup_hours && t % constants.refresh_hours === 0) {
      weight = inverseVolatility(returns, assets, t, constants.vol_window_hours);
      beta = shrunkBetas(returns, weight, t, constants);
    }
    weights.set(weight, t * assets);
    betas.set(beta, t * assets);
    for (let a = 0; a < assets; a++) market[t] += returns[t * assets + a] * weight[a];
  }
  const residuals = returns.map((r, i) => r - betas[i] * market[Math.floor(i / assets)]);
  return { weights, betas, market, residuals };
}

export interface Book {
  /** Market part of the positions, per row. */
  readonly market: Float64Array;
  /** rows × assets: what is left, the relative-value part. */
  readonly relative: Float64Array;
}

/** Splits one miner's positions by the weights and exposures of the same row. */
export function splitPositions(positions: Float64Array, { weights, betas }: Factors, assets: number): Book {
  const market = new Float64Array(positions.length / assets);
  const relative = new Float64Array(positions.length);
  for (let t = 0; t < market.length; t++) {
    const from = t * assets;
    for (let i = from; i < from + assets; i++) market[t] += weights[i] * positions[i];
    for (let i = from; i < from + assets; i++) relative[i] = positions[i] - market[t] * betas[i];
  }
  return { market, relative };
}
