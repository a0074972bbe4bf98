/**
 * Complete linkage (Sørensen 1948) by the nearest-neighbour chain (Murtagh 1983), which decides between equal distances as
 * SciPy 1.15.3 does (51-clusters §2.1). Comparisons only: no rounding.
 */

export interface Merge {
  /** Slots 0 .. n−1; the merged cluster goes on in the larger one. */
  readonly slots: readonly [number, number];
  /** Largest distance between members. */
  readonly height: number;
}

/** `distances` is n × n row-major, symmetric and finite. n − 1 merges in the order in which the chain finds them. */
export function completeLinkage(distances: Float64Array, n: number): Merge[] {
  const d = distances.slice();
  const alive = new Set(Array.from({ length: n }, (_, i) => i));
  const chain: number[] = [];
  const merges: Merge[] = [];
  while (merges.length < n - 1) {
    if (chain.length === 0) chain.push(Math.min(...alive));
    const { pair, height } = extend(chain, d, n, alive);
    chain.length -= 2;
    const [gone, kept] = pair;
    merges.push({ slots: pair, height });
    alive.delete(gone);
    for (const i of alive) {
      if (i !== kept) d[i * n + kept] = d[kept * n + i] = Math.max(d[i * n + gone], d[i * n + kept]);
    }
  }
  return merges;
}

/** Follows nearest neighbours until two are each other's; they end the chain. An equal distance does not beat the one before. */
function extend(chain: number[], d: Float64Array, n: number, alive: ReadonlySet<number>) {
  for (;;) {
    const x = chain[chain.length - 1];
    const before = chain.length > 1 ? chain[chain.length - 2] : -1;
    let nearest = before;
    let height = before < 0 ? Number.POSITIVE_INFINITY : d[x * n + before];
    for (const i of alive) {
      if (i === x || !(d[x * n + i] < height)) continue;
      height = d[x * n + i];
      nearest = i;
    }
    if (nearest === before) return { pair: [Math.min(x, before), Math.max(x, before)] as const, height };
    chain.push(nearest);
  }
}
