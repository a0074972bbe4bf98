/** From attributions to shares (26 §7). */
import { type Cluster, descending } from "./clusters.js";

/**
 * Shares per column, or null when nobody earned one. Clusters and skill are indexed by column, `columns` counts all
 * hotkeys; with more than `topK` of them only the largest topK values stay.
 */
export function tradeMixShares(
  columns: number,
  clusters: readonly Cluster[],
  attribution: ArrayLike<number>,
  skill: ArrayLike<number>,
  topK: number,
): Float64Array | null {
  const shares = new Float64Array(columns);
  for (const [c, { members }] of clusters.entries()) {
    if (!(attribution[c] > 0)) continue;
    for (const j of members) shares[j] = shares[j] + (attribution[c] / members.length) * skill[j];
  }
  let total = sum(shares);
  if (total <= 0) return null;
  if (columns > topK) {
    for (const j of descending(shares).slice(topK)) shares[j] = 0;
    total = sum(shares) || 1;
  }
  return shares.map((share) => share / total);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
