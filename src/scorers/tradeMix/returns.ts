/** Forward log returns over rows (26 §3). */
import type { Kernel } from "../../kernel/kernel.js";

/** One array per asset: ln(p[t + horizon] / p[t]), NaN where either price is not positive or the row is too late. */
export function forwardReturns(kernel: Kernel, prices: Float64Array, assets: number, horizon: number): Float64Array[] {
  const rows = prices.length / assets;
  const last = horizon > 0 && horizon < rows ? rows - horizon : 0;
  return Array.from({ length: assets }, (_, asset) => {
    return kernel.logAll(priceRatios(prices, assets, asset, horizon, last));
  });
}

function priceRatios(prices: Float64Array, assets: number, asset: number, horizon: number, last: number): Float64Array {
  const ratios = new Float64Array(prices.length / assets).fill(Number.NaN);
  const ahead = horizon * assets;
  for (let t = 0, i = asset; t < last; t++, i += assets) {
    const now = prices[i];
    const later = prices[i + ahead];
    if (now > 0 && later > 0) ratios[t] = later / now;
  }
  return ratios;
}
