// The median as numpy 2.2.6 defines it, by selection (Hoare's FIND, 1961). No NaN. The values are rearranged.

/** The value of rank k (from 0) among n float64; afterwards ranks below k stand before it. */
export function select(p: usize, n: i32, k: i32): f64 {
  let low = p;
  let high = p + ((<usize>(n - 1)) << 3);
  const target = p + ((<usize>k) << 3);
  while (low < high) {
    const pivot = load<f64>(target);
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<f64>(i) < pivot) i += 8;
      while (pivot < load<f64>(j)) j -= 8;
      if (i > j) break;
      const swapped = load<f64>(i);
      store<f64>(i, load<f64>(j));
      store<f64>(j, swapped);
      i += 8;
      j -= 8;
    }
    if (j < target) low = i;
    if (target < i) high = j;
  }
  return load<f64>(target);
}

/** The middle value, or half the sum of the two middle values. */
export function median(p: usize, n: i32): f64 {
  const upper = select(p, n, n >> 1);
  if (n & 1) return upper;
  let lower = load<f64>(p);
  for (let i = 1; i < n >> 1; i++) lower = max<f64>(lower, load<f64>(p + ((<usize>i) << 3)));
  return (lower + upper) / 2;
}
