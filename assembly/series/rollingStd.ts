// Rolling sample standard deviation from running sums of the centred series (10-numerics §7): each value is a difference
// of two running sums, which is what fixes its bits.
import { alloc, mark, release } from "../arena";
import { sum } from "../numeric/sum";

/** out[i] = deviation of x[i .. i + window), i = 0 .. n - window; nothing when n < window. */
export function rollingStd(x: usize, n: i32, window: i32, out: usize): void {
  if (n < window) return;
  const level = mark();
  const sums = alloc((<usize>n + 1) << 4); // pairs (Σ c, Σ c²) over x[0 .. i)
  runningSums(x, n, sum(x, n) / <f64>n, sums);
  const ahead = (<usize>window) << 4;
  const width = f64x2.splat(<f64>window);
  const degrees = f64x2.splat(<f64>max<i32>(window - 1, 1));
  let i = 0;
  for (; i + 2 <= n - window + 1; i += 2) {
    const p = sums + ((<usize>i) << 4);
    const first = f64x2.sub(v128.load(p + ahead), v128.load(p));
    const second = f64x2.sub(v128.load(p + ahead, 16), v128.load(p, 16));
    const s1 = v128.shuffle<f64>(first, second, 0, 2);
    const s2 = v128.shuffle<f64>(first, second, 1, 3);
    const variance = f64x2.div(f64x2.sub(s2, f64x2.div(f64x2.mul(s1, s1), width)), degrees);
    v128.store(out + ((<usize>i) << 3), f64x2.sqrt(f64x2.max(variance, f64x2.splat(0))));
  }
  if (i <= n - window) {
    const p = sums + ((<usize>i) << 4);
    const s1 = load<f64>(p + ahead) - load<f64>(p);
    const s2 = load<f64>(p + ahead, 8) - load<f64>(p, 8);
    const variance = (s2 - (s1 * s1) / <f64>window) / <f64>max<i32>(window - 1, 1);
    store<f64>(out + ((<usize>i) << 3), sqrt<f64>(max<f64>(variance, 0)));
  }
  release(level);
}

function runningSums(x: usize, n: i32, mean: f64, sums: usize): void {
  let total = f64x2.splat(0);
  v128.store(sums, total);
  for (let i = 0; i < n; i++) {
    const c = load<f64>(x + ((<usize>i) << 3)) - mean;
    total = f64x2.add(total, f64x2.replace_lane(f64x2.splat(c), 1, c * c));
    v128.store(sums + ((<usize>(i + 1)) << 4), total);
  }
}
