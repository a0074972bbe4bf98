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
import { Lanes } from "../numeric/lanes";
import { log } from "../numeric/log";
import { COLUMN, NARROW_COLUMN } from "./blockPasses";

/** r = R_SCALE · (its scaled form), below. */
export const R_SCALE: f64 = -1.0 / 48;

/** Places in SINGLE. */
const enum At {
  ONE,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
}
/** Coefficients in v = z² ≤ 1, by least squares, each rounded before the next: relative error 5e-11. */
const SINGLE = memory.data<f32>(
  [
    1, -0.10000000149011612, 0.010119064711034298, -0.0010251852218061686, 0.00010388694499852136,
    -1.0382293112343177e-5, 8.43161387820146e-7,
  ],
  16,
);

/** Places in DOUBLE. */
const enum Of {
  ONE,
  HALF,
  QUARTER,
  EIGHTH,
  SMALL_PRODUCT,
  R0,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  Q0,
  Q1,
  Q2,
  Q3,
  Q4,
  Q5,
  Q6,
  Q7,
}
/** Coefficients of r/z³ and q/z⁴ in v = z² ≤ 1, by least squares: relative errors 1e-14 and 9e-14. */
const DOUBLE = memory.data<f64>(
  [
    1, 0.5, 0.25, 0.125, 1e-200, -0.020833333333333332, 0.002083333333329458, -0.00021081349187617525,
    2.135691975260945e-5, -2.1638590293628694e-6, 2.191890322505126e-7, -2.2103580549681865e-8, 2.1263711834694087e-9,
    -1.5066141742489754e-10, -0.005208333333333333, 0.0003472222222148823, -2.6351686231909668e-5,
    2.1356892295314496e-6, -1.8030845526900224e-7, 1.562416554789361e-8, -1.33923371736295e-9, 8.992225925266748e-11,
  ],
  16,
);

/** p v + coefficient, a step of Horner's scheme. */
class Horner {
  @inline
  static single(p: v128, v: v128, index: i32): v128 {
    return f32x4.add(f32x4.mul(p, v), Horner.coefficient(index));
  }

  @inline
  static coefficient(index: i32): v128 {
    return v128.load32_splat(SINGLE + ((<usize>index) << 2));
  }

  @inline
  static double(p: v128, v: v128, c: v128): v128 {
    return f64x2.add(f64x2.mul(p, v), c);
  }
}

/**
 * m·r(z)/R_SCALE of a block to `out`, its sum into `sum` (a pair), and z² into the largest so far (four lanes), all in float32
 * but the pair. False, with both as they were, when a margin is larger than 1. `taken`: one byte m per row.
 */
export function narrowRemainders(margins: usize, out: usize, taken: usize, sum: usize, most: usize): bool {
  const zero = f32x4.splat(0);
  let slopes = zero;
  let largest = zero;
  for (let i: usize = 0; i < NARROW_COLUMN; i += 16) {
    const bytes = load<u32>(taken + (i >> 2));
    if (bytes == 0) {
      v128.store(out + i, zero);
      continue;
    }
    const z = v128.load(margins + i);
    const v = f32x4.mul(z, z);
    largest = f32x4.pmax(largest, v);
    let p = Horner.single(Horner.coefficient(At.R6), v, At.R5);
    p = Horner.single(p, v, At.R4);
    p = Horner.single(p, v, At.R3);
    p = Horner.single(p, v, At.R2);
    p = Horner.single(p, v, At.R1);
    p = Horner.single(p, v, At.ONE);
    const m = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes))));
    const s = f32x4.mul(f32x4.mul(f32x4.mul(m, z), v), p);
    v128.store(out + i, s);
    slopes = f32x4.add(slopes, s);
  }
  if (!v128.all_true<i32>(f32x4.le(largest, Horner.coefficient(At.ONE)))) return false;
  v128.store(most, f32x4.pmax(v128.load(most), largest));
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(slopes, slopes, 2, 3, 2, 3));
  v128.store(sum, f64x2.add(v128.load(sum), f64x2.add(f64x2.promote_low_f32x4(slopes), high)));
  return true;
}

/** m·r(z) of a block to `out`, its sum into `sum` (a pair), and z² into the largest so far (a pair), all in float64. */
export function wideRemainders(margins: usize, out: usize, taken: usize, sum: usize, most: usize): void {
  if (!smallRemainders(margins, out, taken, sum, most)) anyRemainders(margins, out, taken, sum, most);
}

/** By polynomials; false, with both sums as they were, when a margin is larger than 1. */
function smallRemainders(margins: usize, out: usize, taken: usize, sum: usize, most: usize): bool {
  const zero = f64x2.splat(0);
  let slopes = v128.load(sum);
  let largest = zero;
  for (let i: usize = 0; i < COLUMN; i += 32) {
    const bytes = load<u32>(taken + (i >> 3));
    const to = out + i;
    if (bytes == 0) {
      v128.store(to, zero);
      v128.store(to, zero, 16);
      continue;
    }
    const za = v128.load(margins + i);
    const zb = v128.load(margins + i, 16);
    const va = f64x2.mul(za, za);
    const vb = f64x2.mul(zb, zb);
    largest = f64x2.pmax(largest, f64x2.pmax(va, vb));
    let c = Lanes.of(DOUBLE, Of.R8);
    let d = Lanes.of(DOUBLE, Of.R7);
    let pa = Horner.double(c, va, d);
    let pb = Horner.double(c, vb, d);
    c = Lanes.of(DOUBLE, Of.R6);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.R5);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.R4);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.R3);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.R2);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.R1);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.R0);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    const counts = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
    const ma = f64x2.convert_low_i32x4_s(counts);
    const mb = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(counts, counts, 2, 3, 2, 3));
    const sa = f64x2.mul(f64x2.mul(f64x2.mul(ma, za), va), pa);
    const sb = f64x2.mul(f64x2.mul(f64x2.mul(mb, zb), vb), pb);
    v128.store(to, sa);
    v128.store(to, sb, 16);
    slopes = f64x2.add(slopes, f64x2.add(sa, sb));
  }
  if (!v128.all_true<i64>(f64x2.le(largest, Lanes.of(DOUBLE, Of.ONE)))) return false;
  v128.store(sum, slopes);
  v128.store(most, f64x2.pmax(v128.load(most), largest));
  return true;
}

/** By the exponential. */
function anyRemainders(margins: usize, out: usize, taken: usize, sum: usize, most: usize): void {
  const zero = f64x2.splat(0);
  const minus = f64x2.splat(-0.0);
  const one = Lanes.of(DOUBLE, Of.ONE);
  let slopes = v128.load(sum);
  let largest = v128.load(most);
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const m = pairOf(load<u16>(taken + (i >> 3)));
    const z = v128.load(margins + i);
    largest = f64x2.pmax(largest, f64x2.mul(z, z));
    const t = Exp.pair(v128.or(z, minus));
    const sigmoid = f64x2.div(v128.bitselect(one, t, f64x2.ge(z, zero)), f64x2.add(one, t));
    const linear = f64x2.add(Lanes.of(DOUBLE, Of.HALF), f64x2.mul(Lanes.of(DOUBLE, Of.QUARTER), z));
    const s = f64x2.mul(m, f64x2.sub(sigmoid, linear));
    v128.store(out + i, s);
    slopes = f64x2.add(slopes, s);
  }
  v128.store(sum, slopes);
  v128.store(most, largest);
}

/** Two multiplicities, a byte each, as float64. */
function pairOf(bytes: u32): v128 {
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes))));
}

/** Adds Σ m·q(z) of a block of float64 margins to `sum` (a pair). */
export function wideLosses(margins: usize, taken: usize, sum: usize): void {
  if (!smallLosses(margins, taken, sum)) anyLosses(margins, taken, sum);
}

/** By polynomials; false, with the sum as it was, when a margin is larger than 1. */
function smallLosses(margins: usize, taken: usize, sum: usize): bool {
  let losses = v128.load(sum);
  let largest = f64x2.splat(0);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    const bytes = load<u32>(taken + (i >> 3));
    if (bytes == 0) continue;
    const za = v128.load(margins + i);
    const zb = v128.load(margins + i, 16);
    const va = f64x2.mul(za, za);
    const vb = f64x2.mul(zb, zb);
    largest = f64x2.pmax(largest, f64x2.pmax(va, vb));
    let c = Lanes.of(DOUBLE, Of.Q7);
    let d = Lanes.of(DOUBLE, Of.Q6);
    let pa = Horner.double(c, va, d);
    let pb = Horner.double(c, vb, d);
    c = Lanes.of(DOUBLE, Of.Q5);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.Q4);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.Q3);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.Q2);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.Q1);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    c = Lanes.of(DOUBLE, Of.Q0);
    pa = Horner.double(pa, va, c);
    pb = Horner.double(pb, vb, c);
    const counts = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
    const ma = f64x2.convert_low_i32x4_s(counts);
    const mb = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(counts, counts, 2, 3, 2, 3));
    const qa = f64x2.mul(f64x2.mul(f64x2.mul(ma, va), va), pa);
    const qb = f64x2.mul(f64x2.mul(f64x2.mul(mb, vb), vb), pb);
    losses = f64x2.add(losses, f64x2.add(qa, qb));
  }
  if (!v128.all_true<i64>(f64x2.le(largest, Lanes.of(DOUBLE, Of.ONE)))) return false;
  v128.store(sum, losses);
  return true;
}

/** By exponentials and one logarithm of a product: q = |z|/2 − z²/8 + log((1 + e^-|z|)/2). */
function anyLosses(margins: usize, taken: usize, sum: usize): void {
  const half = Lanes.of(DOUBLE, Of.HALF);
  const one = Lanes.of(DOUBLE, Of.ONE);
  let losses = v128.load(sum);
  let products = one;
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const bytes = load<u16>(taken + (i >> 3));
    if (bytes == 0) continue;
    let m = pairOf(bytes);
    const size = f64x2.abs(v128.load(margins + i));
    const p = f64x2.mul(half, f64x2.add(one, Exp.pair(f64x2.neg(size))));
    const rest = f64x2.mul(size, f64x2.sub(half, f64x2.mul(Lanes.of(DOUBLE, Of.EIGHTH), size)));
    losses = f64x2.add(losses, f64x2.mul(m, rest));
    // p^m; a factor is above ½, so that a row taken 255 times cannot underflow a product above SMALL_PRODUCT
    let more = f64x2.ge(m, one);
    while (v128.any_true(more)) {
      products = f64x2.mul(products, v128.bitselect(p, one, more));
      m = f64x2.sub(m, one);
      more = f64x2.ge(m, one);
    }
    if (v128.any_true(f64x2.lt(products, Lanes.of(DOUBLE, Of.SMALL_PRODUCT)))) {
      losses = f64x2.add(losses, logs(products));
      products = one;
    }
  }
  v128.store(sum, f64x2.add(losses, logs(products)));
}

function logs(x: v128): v128 {
  return f64x2.replace_lane(f64x2.splat(log(f64x2.extract_lane(x, 0))), 1, log(f64x2.extract_lane(x, 1)));
}
