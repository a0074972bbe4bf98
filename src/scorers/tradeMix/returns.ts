/** Forward log returns over rows (26 §3). */
import type { Kernel } from "../../kernel/kernel.js";

/** One array per asset: ln(p[t + horizon] / p[t]), NaN where either price is not positive or the row is too late. */
export function forwardReturns(kernel: Kernel, prices: Float64Array, assets: number, horizon: number): Float64Array[] {
  const rows = prices.length / assets;
  const last = horizon > 0 && horizon < rows ? rows - horizon : 0;
  return Array.from({ length: assets }, (_, asset) => {
    const ratios = new Float64Array(rows).fill(Number.NaN);
    for (let t = 0; t < last; t++) {
      const now = prices[t * assets + asset];
      const later = prices[(t + horizon) * assets + asset];
      if (now > 0 && later > 0) ratios[t] = later / now;
    }
    return kernel.logAll(ratios);
  });
}
