/** Orders of scores as NumPy 2.2.6 finds them. */

/** NumPy's vector sort handles up to this many values in one network. */
const NETWORK = 256;

/** Indices by descending value, equal values in their own order, NaN last: `np.argsort(-values, kind="stable")`. */
export function argsortDescending(values: ArrayLike<number>): Int32Array {
  const key = (i: number) => (Number.isNaN(values[i]) ? Number.NEGATIVE_INFINITY : values[i]);
  return Int32Array.from(values, (_, i) => i).sort((i, j) => {
    const [a, b] = [key(i), key(j)];
    return a === b ? i - j : b > a ? 1 : -1;
  });
}

/**
 * `np.argsort(-values)` with the default kind, as CPUs with AVX2 or AVX-512 answer it for up to 256 float32 values without
 * NaN: a bitonic network (Batcher 1968), in which equal values change places. Beyond 256 NumPy's own answer depends on the
 * CPU; then the stable order is given.
 */
export function argsortDescendingLikeNumpy(values: Float32Array): Int32Array {
  const n = values.length;
  if (n > NETWORK) return argsortDescending(values);
  let places = 1;
  while (places < n) places *= 2;
  const keys = new Float32Array(places).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < n; i++) keys[i] = -values[i];
  const order = Int32Array.from(keys, (_, i) => i);

  const compare = (i: number, j: number) => {
    if (!(keys[i] > keys[j])) return;
    [keys[i], keys[j]] = [keys[j], keys[i]];
    [order[i], order[j]] = [order[j], order[i]];
  };
  for (let block = 2; block <= places; block *= 2) {
    for (let start = 0; start < places; start += block) {
      for (let i = 0; i < block / 2; i++) compare(start + i, start + block - 1 - i);
    }
    for (let distance = block / 4; distance >= 1; distance /= 2) {
      for (let i = 0; i < places; i++) if ((i & distance) === 0) compare(i, i + distance);
    }
  }
  return order.subarray(0, n);
}
