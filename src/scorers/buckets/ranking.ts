/** Ends of both paths and their blend (22-lbfgs-buckets §4 step 8, §5 step 6; 30-aggregate §3.1). */
import type { Kernel } from "../../kernel/kernel.js";

export type Shares = ReadonlyMap<string, number>;

const CLASSIFIER_SHARE = 0.75;
const QUANTILE_SHARE = 0.25;
const MIN_SPREAD = 0.01;
const DECAY_RANKS = 50 / 3;
const MIN_SHARE = 1e-6;

/** The `top` largest values (ties: earlier first) over their sum, in the order given, positive ones only. */
export function topShares(hotkeys: readonly string[], values: Float64Array, top: number): Map<string, number> {
  const kept = descending(values).slice(0, top);
  const sum = kept.reduce((total, j) => total + values[j], 0);
  const shares = new Map<string, number>();
  if (!(sum > 0)) return shares;
  for (const j of kept.sort((a, b) => a - b)) if (values[j] > 0) shares.set(hotkeys[j], values[j] / sum);
  return shares;
}

/** Positions by descending value, equal ones in order. */
function descending(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length }, (_, j) => j).sort((a, b) => values[b] - values[a]);
}

/** No more than noise between the shares? True for a single hotkey too, whose largest and smallest share are one. */
export function isUniform(shares: Shares): boolean {
  const values = [...shares.values()];
  const sum = values.reduce((a, b) => a + b, 0);
  if (values.length === 0 || sum <= 0) return true;
  return (Math.max(...values) - Math.min(...values)) / (sum / values.length) < MIN_SPREAD;
}

/** Positive shares by rank, each times e^(−rank/τ), over their sum; then those above 1e-6, not brought back to sum 1. */
export function decayByRank(kernel: Kernel, shares: Shares): Map<string, number> {
  const entries = [...shares].filter(([, share]) => share > 0).sort((a, b) => b[1] - a[1]);
  const decayed = entries.map(([, share], rank) => share * kernel.exp(-rank / DECAY_RANKS));
  const sum = decayed.reduce((a, b) => a + b, 0);
  const result = new Map<string, number>();
  entries.forEach(([hotkey], rank) => {
    const share = decayed[rank] / sum;
    if (share > MIN_SHARE) result.set(hotkey, share);
  });
  return result;
}

/** Three parts classifier, one part quantiles, after dropping uniform paths and rank decay; in the order of `hotkeys`. */
export function blendPaths(
  kernel: Kernel,
  hotkeys: readonly string[],
  classifier: Shares,
  quantiles: Shares,
): Map<string, number> {
  const [c, q] = [classifier, quantiles].map((shares) =>
    isUniform(shares) ? new Map<string, number>() : decayByRank(kernel, shares),
  );
  const blended = new Map<string, number>();
  let sum = 0;
  for (const hotkey of hotkeys) {
    const share = CLASSIFIER_SHARE * (c.get(hotkey) ?? 0) + QUANTILE_SHARE * (q.get(hotkey) ?? 0);
    if (!(share > 0)) continue;
    blended.set(hotkey, share);
    sum += share;
  }
  for (const [hotkey, share] of blended) blended.set(hotkey, share / sum);
  return blended;
}
