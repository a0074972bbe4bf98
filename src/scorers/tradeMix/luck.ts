/**
 * Stage A, the luck filter (26 §4 and §9.1): how likely it is that a miner's own trading has a positive Sharpe ratio.
 * Only the rebalancing rows matter here, 719 of 43,200, so nothing of it is worth a kernel operation.
 */
import type { Kernel } from "../../kernel/kernel.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import type { Resampling } from "./bootstrap.js";

/** Rebalancing rows 0, period, 2·period, .. that have a forward return. */
export function rebalancingRows(rows: number, horizon: number, period: number): number[] {
  const grid: number[] = [];
  for (let t = 0; t < rows - horizon; t += period) grid.push(t);
  return grid;
}

/** Positions of one miner on the given rows: rows × assets float32, clipped to [-1, 1]. */
export function positionsOn(kernel: Kernel, codes: Uint16Array, assets: number, rows: readonly number[]): Float32Array {
  const picked = new Uint16Array(rows.length * assets);
  for (const [r, t] of rows.entries()) {
    for (let a = 0; a < assets; a++) picked[r * assets + a] = codes[t * assets + a];
  }
  const positions = kernel.decodeHalf(picked);
  for (let i = 0; i < positions.length; i++) positions[i] = Math.min(1, Math.max(-1, positions[i]));
  return positions;
}

/** Profit of one miner in one asset at each rebalancing, fees paid on every change of position; it starts flat. */
export function gridProfits(
  positions: Float32Array,
  assets: number,
  asset: number,
  returns: Float64Array,
  fee: number,
): Float64Array {
  const profits = new Float64Array(returns.length);
  let previous = 0;
  for (let r = 0; r < profits.length; r++) {
    const position = positions[r * assets + asset];
    profits[r] = position * returns[r] - fee * Math.abs(position - previous);
    previous = position;
  }
  return profits;
}

/** Rebalancings per day, as the reference counts them: whole ones, at least one. */
export function perDay(constants: TradeMixConstants): number {
  return Math.max(1, Math.floor(constants.bars_per_day / Math.max(constants.rebal_period, 1)));
}

/** Mean over standard deviation (ddof 1) of profits, or of those at `rows`, not annualised. */
export function sharpe(profits: Float64Array, rows?: ArrayLike<number>): number {
  const n = profits.length;
  let sum = 0;
  for (let r = 0; r < n; r++) sum += profits[rows ? rows[r] : r];
  const mean = sum / n;
  let squares = 0;
  for (let r = 0; r < n; r++) {
    const deviation = profits[rows ? rows[r] : r] - mean;
    squares += deviation * deviation;
  }
  return mean / (Math.sqrt(squares / (n - 1)) + 1e-12);
}

/** The five-term rational approximation of erf (Abramowitz and Stegun 7.1.26), error up to 1.5e-7, wanted as it is. */
export function roughErf(kernel: Kernel, x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = (((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592;
  return Math.sign(x) * (1 - polynomial * t * kernel.exp(-x * x));
}

/** Probability of skill: normal posterior of the daily Sharpe ratio under a prior with mean 0 (26 §4). */
export function shrunkSharpe(kernel: Kernel, profits: Float64Array, constants: TradeMixConstants): number {
  if (profits.length < 10) return 0.5;
  const daily = perDay(constants);
  const ratio = sharpe(profits) * Math.sqrt(daily);
  const days = profits.length / daily;
  const variance = 1 / (1 / (constants.prior_sharpe_std * constants.prior_sharpe_std) + days);
  const z = (variance * (ratio * days)) / Math.sqrt(variance);
  const skill = 0.5 * (1 + roughErf(kernel, z / Math.SQRT2));
  return Number.isFinite(skill) ? skill : 0.5;
}

/** Share of block resamplings of the centred profits whose Sharpe ratio stays below the miner's own (26 §9.1). */
export function bootstrapSkill(profits: Float64Array, resampling: Resampling): number {
  if (profits.length < 15) return 0.5;
  let sum = 0;
  for (const profit of profits) sum += profit;
  const mean = sum / profits.length;
  const centred = profits.map((profit) => profit - mean);
  // The common factor √d of both sides is left out, as is sound for a comparison of the two.
  const own = sharpe(profits);
  let count = 0;
  for (const rows of resampling) if (sharpe(centred, rows) >= own) count++;
  return 1 - count / resampling.length;
}
