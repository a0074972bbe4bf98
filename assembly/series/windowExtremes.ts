// Sliding maximum and minimum with three comparisons per value (van Herk 1992; Gil and Werman 1993): a window that spans
// two blocks of its own length is a suffix of one and a prefix of the next.
import { alloc, mark, release } from "../arena";

/** highs[t] and lows[t]: the largest and smallest of x[t .. t + horizon], t = 0 .. n - horizon - 1. */
export function windowExtremes(x: usize, n: i32, horizon: i32, highs: usize, lows: usize): void {
  if (n <= horizon) return;
  const level = mark();
  const suffixes = alloc((<usize>n) << 4); // pairs (largest, smallest) of x[i .. end of i's block)
  blockSuffixes(x, n, horizon + 1, suffixes);
  joinPrefixes(x, n, horizon + 1, suffixes, highs, lows);
  release(level);
}

function blockSuffixes(x: usize, n: i32, window: i32, suffixes: usize): void {
  for (let block = 0; block < n; block += window) {
    let i = min<i32>(block + window, n) - 1;
    let high = load<f64>(x + ((<usize>i) << 3));
    let low = high;
    for (; i >= block; i--) {
      const value = load<f64>(x + ((<usize>i) << 3));
      high = max<f64>(high, value);
      low = min<f64>(low, value);
      store<f64>(suffixes + ((<usize>i) << 4), high);
      store<f64>(suffixes + ((<usize>i) << 4), low, 8);
    }
  }
}

function joinPrefixes(x: usize, n: i32, window: i32, suffixes: usize, highs: usize, lows: usize): void {
  for (let block = 0; block < n; block += window) {
    const end = min<i32>(block + window, n);
    let high = load<f64>(x + ((<usize>block) << 3));
    let low = high;
    for (let i = block; i < end; i++) {
      const value = load<f64>(x + ((<usize>i) << 3));
      high = max<f64>(high, value);
      low = min<f64>(low, value);
      const start = i - window + 1;
      if (start < 0) continue;
      const suffix = suffixes + ((<usize>start) << 4);
      store<f64>(highs + ((<usize>start) << 3), max<f64>(high, load<f64>(suffix)));
      store<f64>(lows + ((<usize>start) << 3), min<f64>(low, load<f64>(suffix, 8)));
    }
  }
}
