// Order statistics as numpy 2.2.6 defines them, by selection (Hoare's FIND, 1961). No NaN. The values are rearranged.

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

/** numpy.percentile(values, q), linear interpolation. */
export function percentile(p: usize, n: i32, q: f64): f64 {
  const place = <f64>(n - 1) * (q / 100);
  const i = min<i32>(<i32>floor<f64>(place), n - 1);
  const g = place - <f64>i;
  const a = select(p, n, i);
  if (i + 1 >= n) return a;
  let b = load<f64>(p + ((<usize>(i + 1)) << 3));
  for (let k = i + 2; k < n; k++) b = min<f64>(b, load<f64>(p + ((<usize>k) << 3)));
  return g < 0.5 ? a + (b - a) * g : b - (b - a) * (1 - g);
}
