// What a logistic loss has beyond its second-order part at z = 0.
//
// With the label's sign folded into the linear term, a row's loss is ln 2 ± z/2 + z²/8 + q(z) and its slope ±½ + z/4 + r(z):
//
//   r(z) = σ(z) − ½ − z/4 = −z³/48 (1 − z²/10 + …),   q(z) = log(1 + e^z) − ln 2 − z/2 − z²/8 = −z⁴/192 (1 − z²/15 + …)
//
// Margins of base predictions on their log-odds scale are small (0.1, rarely 1), which makes r a thousandth of a slope or
// less: float32 lanes give it to 1e-10 of the slope, at random, so that sums over many rows are good to 1e-13. Larger
// margins, losses, and fits that amplify rounding take float64.

import { Exp } from "../numeric/exp";
import { log } from "../numeric/log";
import { COLUMN, NARROW_COLUMN } from "./blockPasses";
import { lossSeries, slopeSeries } from "./remainderSeries";

/** r = R_SCALE · (its scaled form), below. */
export const R_SCALE: f64 = -1.0 / 48;

/** The largest z² of a block of float32 margins, in four lanes. */
export function largestNarrow(margins: usize): v128 {
  let largest = f32x4.splat(0);
  for (let i: usize = 0; i < NARROW_COLUMN; i += 16) {
    const z = v128.load(margins + i);
    largest = f32x4.pmax(largest, f32x4.mul(z, z));
  }
  return largest;
}

/**
 * m·r(z)/R_SCALE of a block to `out` and its sum into `sum` (a pair), in float32 but for the pair, by a series that suits the
 * largest margin. `taken`: one byte m per row.
 */
export function narrowRemainders(margins: usize, out: usize, taken: usize, sum: usize, series: usize): void {
  const end = series + ((<usize>load<f32>(series)) << 2);
  let slopes = f32x4.splat(0);
  for (let i: usize = 0; i < NARROW_COLUMN; i += 64, taken += 16) {
    const z0 = v128.load(margins + i);
    const z1 = v128.load(margins + i, 16);
    const z2 = v128.load(margins + i, 32);
    const z3 = v128.load(margins + i, 48);
    const v0 = f32x4.mul(z0, z0);
    const v1 = f32x4.mul(z1, z1);
    const v2 = f32x4.mul(z2, z2);
    const v3 = f32x4.mul(z3, z3);
    let c = v128.load32_splat(series, 4);
    let p0 = c;
    let p1 = c;
    let p2 = c;
    let p3 = c;
    for (let at = series; at < end; at += 4) {
      c = v128.load32_splat(at, 8);
      p0 = f32x4.add(f32x4.mul(p0, v0), c);
      p1 = f32x4.add(f32x4.mul(p1, v1), c);
      p2 = f32x4.add(f32x4.mul(p2, v2), c);
      p3 = f32x4.add(f32x4.mul(p3, v3), c);
    }
    const bytes = v128.load(taken);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    const s0 = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)), f32x4.mul(z0, v0)), p0);
    const s1 = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), f32x4.mul(z1, v1)), p1);
    const s2 = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), f32x4.mul(z2, v2)), p2);
    const s3 = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), f32x4.mul(z3, v3)), p3);
    v128.store(out + i, s0);
    v128.store(out + i, s1, 16);
    v128.store(out + i, s2, 32);
    v128.store(out + i, s3, 48);
    slopes = f32x4.add(slopes, f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  const upper = f64x2.promote_low_f32x4(v128.shuffle<i32>(slopes, slopes, 2, 3, 2, 3));
  v128.store(sum, f64x2.add(v128.load(sum), f64x2.add(f64x2.promote_low_f32x4(slopes), upper)));
}

/** The largest z² of a block of float64 margins, in two lanes. */
function largestSquare(margins: usize): v128 {
  let largest = f64x2.splat(0);
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const z = v128.load(margins + i);
    largest = f64x2.pmax(largest, f64x2.mul(z, z));
  }
  return largest;
}

/** m·r(z) of a block to `out`, its sum into `sum` (a pair), and z² into the largest so far (a pair), all in float64. */
export function wideRemainders(margins: usize, out: usize, taken: usize, sum: usize, most: usize): void {
  const largest = largestSquare(margins);
  v128.store(most, f64x2.pmax(v128.load(most), largest));
  const series = slopeSeries(largest);
  if (series) Small.add(margins, out, taken, sum, series, true);
  else anyRemainders(margins, out, taken, sum);
}

/** Remainders by a polynomial of z²: slopes and losses differ by a factor of z, and slopes are kept. */
class Small {
  @inline
  static add(margins: usize, out: usize, taken: usize, sum: usize, series: usize, slopes: bool): void {
    const end = series + ((<usize>load<f64>(series)) << 3);
    let total = v128.load(sum);
    for (let i: usize = 0; i < COLUMN; i += 64, taken += 8) {
      const z0 = v128.load(margins + i);
      const z1 = v128.load(margins + i, 16);
      const z2 = v128.load(margins + i, 32);
      const z3 = v128.load(margins + i, 48);
      const v0 = f64x2.mul(z0, z0);
      const v1 = f64x2.mul(z1, z1);
      const v2 = f64x2.mul(z2, z2);
      const v3 = f64x2.mul(z3, z3);
      let c = v128.load64_splat(series, 8);
      let p0 = c;
      let p1 = c;
      let p2 = c;
      let p3 = c;
      for (let at = series; at < end; at += 8) {
        c = v128.load64_splat(at, 16);
        p0 = f64x2.add(f64x2.mul(p0, v0), c);
        p1 = f64x2.add(f64x2.mul(p1, v1), c);
        p2 = f64x2.add(f64x2.mul(p2, v2), c);
        p3 = f64x2.add(f64x2.mul(p3, v3), c);
      }
      const counts = i16x8.extend_low_i8x16_u(v128.load64_zero(taken));
      const low = i32x4.extend_low_i16x8_u(counts);
      const high = i32x4.extend_high_i16x8_u(counts);
      const s0 = f64x2.mul(f64x2.mul(f64x2.convert_low_i32x4_s(low), f64x2.mul(slopes ? z0 : v0, v0)), p0);
      const s1 = f64x2.mul(
        f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i64>(low, low, 1, 1)), f64x2.mul(slopes ? z1 : v1, v1)),
        p1,
      );
      const s2 = f64x2.mul(f64x2.mul(f64x2.convert_low_i32x4_s(high), f64x2.mul(slopes ? z2 : v2, v2)), p2);
      const s3 = f64x2.mul(
        f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i64>(high, high, 1, 1)), f64x2.mul(slopes ? z3 : v3, v3)),
        p3,
      );
      if (slopes) {
        v128.store(out + i, s0);
        v128.store(out + i, s1, 16);
        v128.store(out + i, s2, 32);
        v128.store(out + i, s3, 48);
      }
      total = f64x2.add(total, f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
    }
    v128.store(sum, total);
  }
}

/** By the exponential. */
function anyRemainders(margins: usize, out: usize, taken: usize, sum: usize): void {
  const zero = f64x2.splat(0);
  const minus = f64x2.splat(-0.0);
  const one = f64x2.splat(1);
  let slopes = v128.load(sum);
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const m = pairOf(load<u16>(taken + (i >> 3)));
    const z = v128.load(margins + i);
    const t = Exp.pair(v128.or(z, minus));
    const sigmoid = f64x2.div(v128.bitselect(one, t, f64x2.ge(z, zero)), f64x2.add(one, t));
    const linear = f64x2.add(f64x2.splat(0.5), f64x2.mul(f64x2.splat(0.25), z));
    const s = f64x2.mul(m, f64x2.sub(sigmoid, linear));
    v128.store(out + i, s);
    slopes = f64x2.add(slopes, s);
  }
  v128.store(sum, slopes);
}

/** Two multiplicities, a byte each, as float64. */
function pairOf(bytes: u32): v128 {
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes))));
}

/** Adds Σ m·q(z) of a block of float64 margins to `sum` (a pair). */
export function wideLosses(margins: usize, taken: usize, sum: usize): void {
  const series = lossSeries(largestSquare(margins));
  if (series) Small.add(margins, 0, taken, sum, series, false);
  else anyLosses(margins, taken, sum);
}

/** By exponentials and one logarithm of a product: q = |z|/2 − z²/8 + log((1 + e^-|z|)/2). */
function anyLosses(margins: usize, taken: usize, sum: usize): void {
  const half = f64x2.splat(0.5);
  const one = f64x2.splat(1);
  let losses = v128.load(sum);
  let products = one;
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const bytes = load<u16>(taken + (i >> 3));
    if (bytes == 0) continue;
    let m = pairOf(bytes);
    const size = f64x2.abs(v128.load(margins + i));
    const p = f64x2.mul(half, f64x2.add(one, Exp.pair(f64x2.neg(size))));
    const rest = f64x2.mul(size, f64x2.sub(half, f64x2.mul(f64x2.splat(0.125), size)));
    losses = f64x2.add(losses, f64x2.mul(m, rest));
    // p^m; a factor is above ½, so that a row taken 255 times cannot underflow a product above SMALL_PRODUCT
    let more = f64x2.ge(m, one);
    while (v128.any_true(more)) {
      products = f64x2.mul(products, v128.bitselect(p, one, more));
      m = f64x2.sub(m, one);
      more = f64x2.ge(m, one);
    }
    if (v128.any_true(f64x2.lt(products, f64x2.splat(1e-200)))) {
      losses = f64x2.add(losses, logs(products));
      products = one;
    }
  }
  v128.store(sum, f64x2.add(losses, logs(products)));
}

function logs(x: v128): v128 {
  return f64x2.replace_lane(f64x2.splat(log(f64x2.extract_lane(x, 0))), 1, log(f64x2.extract_lane(x, 1)));
}
