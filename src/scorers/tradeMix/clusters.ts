/** Stage B (26 §5): near-identical miners are merged; the most skilful one of each cluster stands for it. */

export interface Cluster {
  /** Index among the miners compared. */
  readonly representative: number;
  /** Starts with the representative, the others ascending. */
  readonly members: readonly number[];
}

/** Indices by descending key; ties keep their order. */
export function descending(keys: ArrayLike<number>): number[] {
  return Array.from(keys, (_, i) => i).sort((i, j) => keys[j] - keys[i]);
}

/**
 * Greedy leader clustering: by descending skill, each miner without a cluster opens one and takes every miner without a
 * cluster whose similarity to it is at least `threshold` (as float32). `similarity` is K × K.
 */
export function leaderClusters(similarity: Float32Array, skill: ArrayLike<number>, threshold: number): Cluster[] {
  const count = skill.length;
  const least = Math.fround(threshold);
  const taken = new Uint8Array(count);
  const clusters: Cluster[] = [];
  for (const leader of descending(skill)) {
    if (taken[leader]) continue;
    taken[leader] = 1;
    const members = [leader];
    for (let k = 0; k < count; k++) {
      if (taken[k] || !(similarity[leader * count + k] >= least)) continue;
      taken[k] = 1;
      members.push(k);
    }
    clusters.push({ representative: leader, members });
  }
  return clusters;
}
