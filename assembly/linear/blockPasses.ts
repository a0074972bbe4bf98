// One block of rows and up to four coefficient vectors: margins, slopes and loss, gradients, in two float64 lanes.
// Functions of their own, called once per block, so that V8 optimises them early; columns lie COLUMN bytes apart.

import { Lanes } from "../numeric/lanes";
import { log } from "../numeric/log";
import { ShortExp } from "../numeric/shortExp";

/** Rows per block, and the bytes of a block's column in float64. */
export const ROWS: i32 = 32;
export const ROW_SHIFT: i32 = 5;
export const COLUMN: usize = 256;
/** A product above this gives way to its logarithm; a block multiplies it by at most 2^(16·7) or so. */
const LARGE_PRODUCT: f64 = 1e200;

const ONE = memory.data<f64>([1], 16);

/** A running sum with the rounding errors of its additions (Neumaier 1974): 16 bytes, the sum and the errors. */
export class CompensatedSum {
  /** Adds the two lanes at `pair`, and clears them. */
  @inline
  static addPair(self: usize, pair: usize): void {
    const x = load<f64>(pair) + load<f64>(pair, 8);
    v128.store(pair, f64x2.splat(0));
    const sum = load<f64>(self);
    const next = sum + x;
    const error = abs<f64>(sum) >= abs<f64>(x) ? sum - next + x : x - next + sum;
    store<f64>(self, next);
    store<f64>(self, load<f64>(self, 8) + error, 8);
  }

  @inline
  static value(self: usize): f64 {
    return load<f64>(self) + load<f64>(self, 8);
  }
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

  /** Σ max(u, 0), a pair. */
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

/** True when one of ROWS bytes is not zero. */
export function anyTaken(taken: usize): bool {
  return v128.any_true(v128.or(v128.load(taken), v128.load(taken, 16)));
}

/** z = X·w + b of a block for four coefficient vectors; the intercept stands behind the padded columns. */
export function blockMargins(
  columns: usize,
  padded: i32,
  w0: usize,
  w1: usize,
  w2: usize,
  w3: usize,
  out: usize,
): void {
  const intercept = (<usize>padded) << 3;
  const b0 = v128.load64_splat(w0 + intercept);
  const b1 = v128.load64_splat(w1 + intercept);
  const b2 = v128.load64_splat(w2 + intercept);
  const b3 = v128.load64_splat(w3 + intercept);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    let z00 = b0;
    let z01 = b0;
    let z10 = b1;
    let z11 = b1;
    let z20 = b2;
    let z21 = b2;
    let z30 = b3;
    let z31 = b3;
    let x = columns + i;
    for (let k: usize = 0; k < intercept; k += 8, x += COLUMN) {
      const xa = v128.load(x);
      const xb = v128.load(x, 16);
      let w = v128.load64_splat(w0 + k);
      z00 = f64x2.add(z00, f64x2.mul(xa, w));
      z01 = f64x2.add(z01, f64x2.mul(xb, w));
      w = v128.load64_splat(w1 + k);
      z10 = f64x2.add(z10, f64x2.mul(xa, w));
      z11 = f64x2.add(z11, f64x2.mul(xb, w));
      w = v128.load64_splat(w2 + k);
      z20 = f64x2.add(z20, f64x2.mul(xa, w));
      z21 = f64x2.add(z21, f64x2.mul(xb, w));
      w = v128.load64_splat(w3 + k);
      z30 = f64x2.add(z30, f64x2.mul(xa, w));
      z31 = f64x2.add(z31, f64x2.mul(xb, w));
    }
    v128.store(out + i, z00);
    v128.store(out + i, z01, 16);
    v128.store(out + i, z10, COLUMN);
    v128.store(out + i, z11, COLUMN + 16);
    v128.store(out + i, z20, 2 * COLUMN);
    v128.store(out + i, z21, 2 * COLUMN + 16);
    v128.store(out + i, z30, 3 * COLUMN);
    v128.store(out + i, z31, 3 * COLUMN + 16);
  }
}

/**
 * Turns a block's margins of one class into slopes m·σ(u), u = z for class 0 and −z for class 1, so that every row's loss is
 * log(1 + e^u) = max(u, 0) + log(1 + e^-|u|); adds to the tally.
 */
export function blockSlopes(margins: usize, taken: usize, label: i32, tally: Tally): void {
  const zero = f64x2.splat(0);
  const minus = f64x2.splat(-0.0);
  const flip = label ? minus : zero;
  let slopes = v128.load(tally.slopes);
  let linears = v128.load(tally.linears);
  let products = v128.load(tally.products);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    const bytes = load<u32>(taken + (i >> 3));
    const at = margins + i;
    if (bytes == 0) {
      v128.store(at, zero);
      v128.store(at, zero, 16);
      continue;
    }
    const ua = v128.xor(v128.load(at), flip);
    const ub = v128.xor(v128.load(at, 16), flip);
    ShortExp.four(v128.or(ua, minus), v128.or(ub, minus), at);
    const ta = v128.load(at);
    const tb = v128.load(at, 16);
    const one = Lanes.of(ONE, 0);
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

/** Adds Xᵀs of a block to the accumulators of two replicates (the second only if `pair`). */
export function blockGradients(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
  for (let k = 0; k < padded; k += 4) {
    const x = columns + <usize>k * COLUMN;
    let a0 = v128.load(g0);
    let a1 = v128.load(g0, 16);
    let a2 = v128.load(g0, 32);
    let a3 = v128.load(g0, 48);
    let c0 = v128.load(g1);
    let c1 = v128.load(g1, 16);
    let c2 = v128.load(g1, 32);
    let c3 = v128.load(g1, 48);
    for (let i: usize = 0; i < COLUMN; i += 16) {
      const s0 = v128.load(s + i);
      const s1 = v128.load(s + i, COLUMN);
      let v = v128.load(x + i);
      a0 = f64x2.add(a0, f64x2.mul(v, s0));
      c0 = f64x2.add(c0, f64x2.mul(v, s1));
      v = v128.load(x + i, COLUMN);
      a1 = f64x2.add(a1, f64x2.mul(v, s0));
      c1 = f64x2.add(c1, f64x2.mul(v, s1));
      v = v128.load(x + i, 2 * COLUMN);
      a2 = f64x2.add(a2, f64x2.mul(v, s0));
      c2 = f64x2.add(c2, f64x2.mul(v, s1));
      v = v128.load(x + i, 3 * COLUMN);
      a3 = f64x2.add(a3, f64x2.mul(v, s0));
      c3 = f64x2.add(c3, f64x2.mul(v, s1));
    }
    v128.store(g0, a0);
    v128.store(g0, a1, 16);
    v128.store(g0, a2, 32);
    v128.store(g0, a3, 48);
    if (pair) {
      v128.store(g1, c0);
      v128.store(g1, c1, 16);
      v128.store(g1, c2, 32);
      v128.store(g1, c3, 48);
    }
    g0 += 64;
    g1 += 64;
  }
}
