// From margins of one class to slopes and loss.
//
// With u = z for class 0 and −z for class 1 every row's loss is log(1 + e^u) and its slope σ(u). Where every |u| of a block is
// at most 1, which is nearly always so for base predictions on their log-odds scale, both are short polynomials:
// σ(u) = ½ + u S(u²), error 6e-16, and log(1 + e^u) = ln 2 + u/2 + u² Q(u²), error 7e-16 (minimax, Remez). Elsewhere:
// log(1 + e^u) = max(u, 0) + log(1 + e^-|u|), the logarithms taken of products over many rows.

import { Lanes } from "../numeric/lanes";
import { log } from "../numeric/log";
import { ShortExp } from "../numeric/shortExp";
import { COLUMN, CompensatedSum } from "./blockPasses";

/** A product above this gives way to its logarithm; a block multiplies it by at most 2^(16·7) or so. */
const LARGE_PRODUCT: f64 = 1e200;

/** Places in TABLE. */
const enum At {
  HALF,
  ONE,
  LN2,
  S0,
  S1,
  S2,
  S3,
  S4,
  S5,
  S6,
  S7,
  S8,
  Q0,
  Q1,
  Q2,
  Q3,
  Q4,
  Q5,
  Q6,
  Q7,
}
const TABLE = memory.data<f64>(
  [
    0.5, 1, 0.6931471805599453, 0.24999999999999004, -0.020833333332729295, 0.0020833333225830078,
    -0.0002108134049527088, 2.1356538939568852e-5, -2.1628792989050227e-6, 2.1766624235953146e-7,
    -2.0697684238712992e-8, 1.4169155749410354e-9, 0.12499999999993139, -0.005208333331086766, 0.000347222197049419,
    -2.6351549782562187e-5, 2.1352796871541526e-6, -1.7959196827578646e-7, 1.489707679095588e-8, -9.426302821672344e-10,
  ],
  16,
);

/** One step of Horner's scheme. */
class Horner {
  @inline
  static step(p: v128, v: v128, c: v128): v128 {
    return f64x2.add(f64x2.mul(p, v), c);
  }
}

/** Slopes m·σ(u) of a block's margins to `out`; loss and slopes into the tally. `taken`: one byte m per row. */
export function blockSlopes(margins: usize, out: usize, taken: usize, label: i32, tally: Tally): void {
  if (!smallSlopes(margins, out, taken, label, tally)) anySlopes(margins, out, taken, label, tally);
}

/** blockSlopes where every margin is 0: m/2 and m ln 2. */
export function originSlopes(out: usize, taken: usize, tally: Tally): void {
  const half = f64x2.splat(0.5);
  let slopes = v128.load(tally.slopes);
  let losses = v128.load(tally.linears);
  for (let i: usize = 0; i < COLUMN; i += 16) {
    const counts = i16x8.extend_low_i8x16_u(i32x4.splat(<i32>load<u16>(taken + (i >> 3))));
    const m = f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_u(counts));
    const s = f64x2.mul(m, half);
    v128.store(out + i, s);
    slopes = f64x2.add(slopes, s);
    losses = f64x2.add(losses, f64x2.mul(m, Lanes.of(TABLE, At.LN2)));
  }
  v128.store(tally.slopes, slopes);
  v128.store(tally.linears, losses);
}

/** By polynomials; false, with the tally untouched, when a margin is larger than 1. */
function smallSlopes(margins: usize, out: usize, taken: usize, label: i32, tally: Tally): bool {
  const zero = f64x2.splat(0);
  const flip = label ? f64x2.splat(-0.0) : zero;
  let slopes = v128.load(tally.slopes);
  let losses = v128.load(tally.linears);
  let largest = zero;
  for (let i: usize = 0; i < COLUMN; i += 32) {
    const bytes = load<u32>(taken + (i >> 3));
    const to = out + i;
    if (bytes == 0) {
      v128.store(to, zero);
      v128.store(to, zero, 16);
      continue;
    }
    const ua = v128.xor(v128.load(margins + i), flip);
    const ub = v128.xor(v128.load(margins + i, 16), flip);
    const va = f64x2.mul(ua, ua);
    const vb = f64x2.mul(ub, ub);
    largest = f64x2.pmax(largest, f64x2.pmax(va, vb));
    let c = Lanes.of(TABLE, At.S8);
    let d = Lanes.of(TABLE, At.S7);
    let pa = Horner.step(c, va, d);
    let pb = Horner.step(c, vb, d);
    c = Lanes.of(TABLE, At.S6);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.S5);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.S4);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.S3);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.S2);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.S1);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.S0);
    pa = Horner.step(pa, va, c);
    pb = Horner.step(pb, vb, c);
    c = Lanes.of(TABLE, At.Q7);
    d = Lanes.of(TABLE, At.Q6);
    let qa = Horner.step(c, va, d);
    let qb = Horner.step(c, vb, d);
    c = Lanes.of(TABLE, At.Q5);
    qa = Horner.step(qa, va, c);
    qb = Horner.step(qb, vb, c);
    c = Lanes.of(TABLE, At.Q4);
    qa = Horner.step(qa, va, c);
    qb = Horner.step(qb, vb, c);
    c = Lanes.of(TABLE, At.Q3);
    qa = Horner.step(qa, va, c);
    qb = Horner.step(qb, vb, c);
    c = Lanes.of(TABLE, At.Q2);
    qa = Horner.step(qa, va, c);
    qb = Horner.step(qb, vb, c);
    c = Lanes.of(TABLE, At.Q1);
    qa = Horner.step(qa, va, c);
    qb = Horner.step(qb, vb, c);
    c = Lanes.of(TABLE, At.Q0);
    qa = Horner.step(qa, va, c);
    qb = Horner.step(qb, vb, c);
    const counts = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
    const ma = f64x2.convert_low_i32x4_s(counts);
    const mb = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(counts, counts, 2, 3, 2, 3));
    const half = Lanes.of(TABLE, At.HALF);
    const sa = f64x2.mul(ma, Horner.step(pa, ua, half));
    const sb = f64x2.mul(mb, Horner.step(pb, ub, half));
    v128.store(to, sa);
    v128.store(to, sb, 16);
    slopes = f64x2.add(slopes, f64x2.add(sa, sb));
    // ln 2 + u/2 + v Q = ln 2 + u (½ + u Q)
    c = Lanes.of(TABLE, At.LN2);
    qa = Horner.step(qa, ua, half);
    qb = Horner.step(qb, ub, half);
    const la = Horner.step(qa, ua, c);
    const lb = Horner.step(qb, ub, c);
    losses = f64x2.add(losses, f64x2.add(f64x2.mul(ma, la), f64x2.mul(mb, lb)));
  }
  // written so that a NaN margin takes the other way as well
  if (!v128.all_true<i64>(f64x2.le(largest, Lanes.of(TABLE, At.ONE)))) return false;
  v128.store(tally.slopes, slopes);
  v128.store(tally.linears, losses);
  return true;
}

/** By exponentials, for margins of any size. */
function anySlopes(margins: usize, out: usize, taken: usize, label: i32, tally: Tally): void {
  const zero = f64x2.splat(0);
  const minus = f64x2.splat(-0.0);
  const flip = label ? minus : zero;
  let slopes = v128.load(tally.slopes);
  let linears = v128.load(tally.linears);
  let products = v128.load(tally.products);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    const bytes = load<u32>(taken + (i >> 3));
    const at = out + i;
    if (bytes == 0) {
      v128.store(at, zero);
      v128.store(at, zero, 16);
      continue;
    }
    const ua = v128.xor(v128.load(margins + i), flip);
    const ub = v128.xor(v128.load(margins + i, 16), flip);
    ShortExp.four(v128.or(ua, minus), v128.or(ub, minus), at);
    const ta = v128.load(at);
    const tb = v128.load(at, 16);
    const one = Lanes.of(TABLE, At.ONE);
    const pa = f64x2.add(one, ta);
    const pb = f64x2.add(one, tb);
    const counts = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
    const ma = f64x2.convert_low_i32x4_s(counts);
    const mb = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(counts, counts, 2, 3, 2, 3));
    const sa = f64x2.div(f64x2.mul(ma, v128.bitselect(one, ta, f64x2.ge(ua, zero))), pa);
    const sb = f64x2.div(f64x2.mul(mb, v128.bitselect(one, tb, f64x2.ge(ub, zero))), pb);
    v128.store(at, sa);
    v128.store(at, sb, 16);
    slopes = f64x2.add(slopes, f64x2.add(sa, sb));
    linears = f64x2.add(linears, f64x2.add(f64x2.mul(ma, f64x2.pmax(ua, zero)), f64x2.mul(mb, f64x2.pmax(ub, zero))));
    products = f64x2.mul(
      products,
      f64x2.mul(v128.bitselect(pa, one, f64x2.ge(ma, one)), v128.bitselect(pb, one, f64x2.ge(mb, one))),
    );
    if (bytes & 0xfefefefe) {
      // one of the four rows is taken twice or more
      products = repeated(products, pa, ma, one);
      products = repeated(products, pb, mb, one);
    }
  }
  v128.store(tally.slopes, slopes);
  v128.store(tally.linears, linears);
  v128.store(tally.products, products);
  tally.relieve();
}

/** products · p^(m − 1) in each lane with m ≥ 1. */
function repeated(products: v128, p: v128, m: v128, one: v128): v128 {
  let rest = f64x2.sub(m, one);
  let more = f64x2.ge(rest, one);
  while (v128.any_true(more)) {
    products = f64x2.mul(products, v128.bitselect(p, one, more));
    rest = f64x2.sub(rest, one);
    more = f64x2.ge(rest, one);
  }
  return products;
}

/** Sums of one replicate over the rows of one class: pairs of lanes since the last reduction, and the sums up to there. */
@unmanaged
export class Tally {
  private slope0: f64;
  private slope1: f64;
  private linear0: f64;
  private linear1: f64;
  private product0: f64;
  private product1: f64;
  private slopeTotal: f64;
  private slopeError: f64;
  private linearTotal: f64;
  private linearError: f64;
  private logs: f64;
  private unused: f64; // a multiple of 16 bytes, so that pairs stay aligned

  clear(): void {
    memory.fill(changetype<usize>(this), 0, offsetof<Tally>());
    this.product0 = 1;
    this.product1 = 1;
  }

  /** Σ slopes, a pair. */
  @inline
  get slopes(): usize {
    return changetype<usize>(this);
  }

  /** Σ max(u, 0) by exponentials and the whole loss by polynomials, a pair. */
  @inline
  get linears(): usize {
    return changetype<usize>(this) + 16;
  }

  /** Π (1 + e^-|u|) of which no logarithm was taken yet, a pair. */
  @inline
  get products(): usize {
    return changetype<usize>(this) + 32;
  }

  /** Σ slopes over the class. */
  @inline
  get slopeSum(): usize {
    return changetype<usize>(this) + 48;
  }

  reduce(): void {
    CompensatedSum.addPair(this.slopeSum, this.slopes);
    CompensatedSum.addPair(changetype<usize>(this) + 64, this.linears);
  }

  /** Takes the logarithm of the products when they grow large. */
  @inline
  relieve(): void {
    if (max<f64>(this.product0, this.product1) > LARGE_PRODUCT) {
      this.logs += log(this.product0) + log(this.product1);
      this.product0 = 1;
      this.product1 = 1;
    }
  }

  loss(): f64 {
    return this.linearTotal + this.linearError + (this.logs + (log(this.product0) + log(this.product1)));
  }
}
