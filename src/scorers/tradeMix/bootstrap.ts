/** Stationary block bootstrap (Politis and Romano 1994): which rows each replicate takes (26 §9.1). */

import type { Kernel } from "../../kernel/kernel.js";
import { Pcg64 } from "../../numeric/random.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import { GeometricSampler } from "../../random/geometric.js";

/** Row indices of each replicate. */
export type Resampling = readonly Uint32Array[];

/** Rows of one replicate: circular runs of geometric length with mean 1/p. */
export function drawRows(generator: Pcg64, sampler: GeometricSampler, count: number, p: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let filled = 0; filled < count; ) {
    const start = generator.integers(count, 1)[0];
    const length = Math.max(1, sampler.geometric(generator, p));
    for (let k = 0; k < length && filled < count; k++) rows[filled++] = (start + k) % count;
  }
  return rows;
}

export function drawResampling(kernel: Kernel, count: number, constants: TradeMixConstants): Resampling {
  const { boot_samples, boot_block_len, rebal_period, seed } = constants;
  const block = Math.max(2, Math.floor(boot_block_len / Math.max(rebal_period, 1)));
  const generator = new Pcg64(seed);
  const sampler = new GeometricSampler(kernel);
  return Array.from({ length: count > 0 ? boot_samples : 0 }, () => drawRows(generator, sampler, count, 1 / block));
}
