// The pooled classifier's loss, gradient and forecasts (42-profile-2025-10 §4), two rows per vector: sums run over even and odd
// rows of a block apart, and blocks follow one another. Planes are padded to whole pairs with rows of weight 0.

import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";

/** Sums of one block: five of the residuals, one of residual · pool, one of the weighted ln p. */
const SUMS: i32 = 7;
const LEAST_EXPONENT: f64 = -708;

class Softmax {
  /** Exponentials of five logits minus the largest, at `out` (five vectors); returns their sum. */
  @inline
  static exponentials(pool: usize, stride: usize, base: usize, slope: v128, out: usize): v128 {
    const u0 = f64x2.add(v128.load64_splat(base), f64x2.mul(slope, v128.load(pool)));
    const u1 = f64x2.add(v128.load64_splat(base, 8), f64x2.mul(slope, v128.load(pool + stride)));
    const u2 = f64x2.add(v128.load64_splat(base, 16), f64x2.mul(slope, v128.load(pool + stride * 2)));
    const u3 = f64x2.add(v128.load64_splat(base, 24), f64x2.mul(slope, v128.load(pool + stride * 3)));
    const u4 = f64x2.add(v128.load64_splat(base, 32), f64x2.mul(slope, v128.load(pool + stride * 4)));
    const largest = f64x2.max(f64x2.max(f64x2.max(u0, u1), f64x2.max(u2, u3)), u4);
    const least = f64x2.splat(LEAST_EXPONENT);
    const e0 = Exp.pair(f64x2.max(f64x2.sub(u0, largest), least));
    const e1 = Exp.pair(f64x2.max(f64x2.sub(u1, largest), least));
    const e2 = Exp.pair(f64x2.max(f64x2.sub(u2, largest), least));
    const e3 = Exp.pair(f64x2.max(f64x2.sub(u3, largest), least));
    const e4 = Exp.pair(f64x2.max(f64x2.sub(u4, largest), least));
    v128.store(out, e0);
    v128.store(out, e1, 16);
    v128.store(out, e2, 32);
    v128.store(out, e3, 48);
    v128.store(out, e4, 64);
    return f64x2.add(f64x2.add(f64x2.add(f64x2.add(e0, e1), e2), e3), e4);
  }
}

/** Writes the softmax of `pairs` pairs of rows. `base`: five constants; `scratch`: 80 bytes. */
export function poolForecast(
  pool: usize,
  stride: usize,
  pairs: i32,
  base: usize,
  slope: f64,
  scratch: usize,
  out: usize,
): void {
  const a = f64x2.splat(slope);
  for (let i = 0; i < pairs; i++, pool += 16, out += 16) {
    const sum = Softmax.exponentials(pool, stride, base, a, scratch);
    for (let k: usize = 0; k < 5; k++) v128.store(out + stride * k, f64x2.div(v128.load(scratch + (k << 4)), sum));
  }
}

/** Adds the sums of one block to `sums` (seven float64). `scratch`: 192 bytes; a label above 4 belongs to a padding row. */
export function poolLossBlock(
  pool: usize,
  stride: usize,
  labels: usize,
  weights: usize,
  pairs: i32,
  base: usize,
  slope: f64,
  eps: f64,
  scratch: usize,
  sums: usize,
): void {
  const a = f64x2.splat(slope);
  const lanes = scratch + 80;
  memory.fill(lanes, 0, 16 * SUMS);
  for (let i = 0; i < pairs; i++, pool += 16, labels += 2, weights += 16) {
    const sum = Softmax.exponentials(pool, stride, base, a, scratch);
    const even = <i64>load<u8>(labels);
    const odd = <i64>load<u8>(labels, 1);
    const label = i64x2.replace_lane(i64x2.splat(even), 1, odd);
    const w = v128.load(weights);
    let own = f64x2.splat(1);
    let product = f64x2.splat(0);
    for (let k: usize = 0; k < 5; k++) {
      const p = f64x2.div(v128.load(scratch + (k << 4)), sum);
      const isOwn = i64x2.eq(label, i64x2.splat(<i64>k));
      own = v128.bitselect(p, own, isOwn);
      const residual = f64x2.mul(f64x2.sub(p, v128.and(f64x2.splat(1), isOwn)), w);
      const at = lanes + (k << 4);
      v128.store(at, f64x2.add(v128.load(at), residual));
      product = f64x2.add(product, f64x2.mul(residual, v128.load(pool + stride * k)));
    }
    v128.store(lanes, f64x2.add(v128.load(lanes, 80), product), 80);
    // own − own keeps a NaN, which the logarithm of lanes would turn into a number
    const loss = f64x2.add(Log.pair(f64x2.max(own, f64x2.splat(eps))), f64x2.sub(own, own));
    v128.store(lanes, f64x2.add(v128.load(lanes, 96), f64x2.mul(w, loss)), 96);
  }
  for (let k: usize = 0; k < <usize>SUMS; k++) {
    const pair = v128.load(lanes + (k << 4));
    const at = sums + (k << 3);
    store<f64>(at, load<f64>(at) + (f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)));
  }
}
