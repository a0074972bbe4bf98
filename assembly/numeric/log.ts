// Natural logarithm and log(1 + x) with the same bits on every engine, scalar and two lanes at once.
//
// The method and the coefficients Lg1..Lg7 of fdlibm's e_log.c (Sun Microsystems, 1993): x = 2^k (1 + f) with
// sqrt(1/2) <= 1 + f < sqrt(2), s = f/(2 + f), log(1 + f) = f - (f²/2 - s (f²/2 + R(s²))). Error below 0.8 ULP for
// both (measured: log 0.77, log1p 0.79, over 70,000 and 90,000 arguments). log1p adds the first-order term of what
// rounding 1 + x lost to the small part of the sum, as fdlibm's s_log1p.c does.

import { Lanes } from "./lanes";

const LN2_HI: f64 = 0.6931471803691238;
const LN2_LO: f64 = 1.9082149292705877e-10;
const LG1: f64 = 0.6666666666666735;
const LG2: f64 = 0.3999999999940942;
const LG3: f64 = 0.2857142874366239;
const LG4: f64 = 0.22222198432149784;
const LG5: f64 = 0.1818357216161805;
const LG6: f64 = 0.15313837699209373;
const LG7: f64 = 0.14798198605116586;
const MANTISSA: i64 = 0x000fffffffffffff;
const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
const ROUND: f64 = 6755399441055744.0;
const ROUND_BITS: i64 = 0x4338000000000000;

/** Places in TABLE, and in BITS. */
const enum At {
  LN2_HI,
  LN2_LO,
  LG1,
  LG2,
  LG3,
  LG4,
  LG5,
  LG6,
  LG7,
  HALF,
  ONE,
  TWO,
  ROUND_BIASED,
}
const TABLE = memory.data<f64>([LN2_HI, LN2_LO, LG1, LG2, LG3, LG4, LG5, LG6, LG7, 0.5, 1.0, 2.0, ROUND + 1023.0], 16);
const enum Bit {
  SQRT_HALF,
  BIAS_LESS_SQRT_HALF,
  MANTISSA,
  ROUND,
}
const BITS = memory.data<i64>([SQRT_HALF_BITS, 0x3ff0000000000000 - SQRT_HALF_BITS, MANTISSA, ROUND_BITS], 16);

export class Log {
  /** log x for a positive normal x. */
  @inline
  static core(x: f64): f64 {
    return Log.corrected(x, 0.0);
  }

  /** log(x) + c for a positive normal x and a correction c that is tiny against x's rounding. */
  @inline
  static corrected(x: f64, c: f64): f64 {
    const bits = reinterpret<i64>(x) - SQRT_HALF_BITS;
    const e = bits >> 52;
    const k = <f64>e;
    const f = reinterpret<f64>((bits & MANTISSA) + SQRT_HALF_BITS) - 1.0;
    const s = f / (2.0 + f);
    const z = s * s;
    const w = z * z;
    const t1 = w * (LG2 + w * (LG4 + w * LG6));
    const t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
    const half = 0.5 * f * f;
    return k * LN2_HI - (half - (s * (half + (t2 + t1)) + (k * LN2_LO + c)) - f);
  }

  /** Two lanes of core(), the same bits in each. */
  @inline
  static pair(x: v128): v128 {
    return Log.correctedPair(x, f64x2.splat(0.0));
  }

  /** Two lanes of corrected(), the same bits in each. */
  @inline
  static correctedPair(x: v128, c: v128): v128 {
    // the exponent keeps its bias, so that an unsigned shift will do: x64 has no signed one for 64-bit lanes
    const bits = i64x2.add(x, Lanes.of(BITS, Bit.BIAS_LESS_SQRT_HALF));
    const e = v128.or(i64x2.shr_u(bits, 52), Lanes.of(BITS, Bit.ROUND));
    const k = f64x2.sub(e, Lanes.of(TABLE, At.ROUND_BIASED));
    const mantissa = v128.and(bits, Lanes.of(BITS, Bit.MANTISSA));
    const f = f64x2.sub(i64x2.add(mantissa, Lanes.of(BITS, Bit.SQRT_HALF)), Lanes.of(TABLE, At.ONE));
    const s = f64x2.div(f, f64x2.add(Lanes.of(TABLE, At.TWO), f));
    const z = f64x2.mul(s, s);
    const w = f64x2.mul(z, z);
    const t1 = f64x2.mul(
      w,
      f64x2.add(
        Lanes.of(TABLE, At.LG2),
        f64x2.mul(w, f64x2.add(Lanes.of(TABLE, At.LG4), f64x2.mul(w, Lanes.of(TABLE, At.LG6)))),
      ),
    );
    const t2 = f64x2.mul(
      z,
      f64x2.add(
        Lanes.of(TABLE, At.LG1),
        f64x2.mul(
          w,
          f64x2.add(
            Lanes.of(TABLE, At.LG3),
            f64x2.mul(w, f64x2.add(Lanes.of(TABLE, At.LG5), f64x2.mul(w, Lanes.of(TABLE, At.LG7)))),
          ),
        ),
      ),
    );
    const half = f64x2.mul(f64x2.mul(Lanes.of(TABLE, At.HALF), f), f);
    const tail = f64x2.add(f64x2.mul(k, Lanes.of(TABLE, At.LN2_LO)), c);
    const inner = f64x2.add(f64x2.mul(s, f64x2.add(half, f64x2.add(t2, t1))), tail);
    return f64x2.sub(f64x2.mul(k, Lanes.of(TABLE, At.LN2_HI)), f64x2.sub(f64x2.sub(half, inner), f));
  }

  /** log(1 + x) for -1 < x < Infinity. */
  @inline
  static core1p(x: f64): f64 {
    const u = 1.0 + x;
    return Log.corrected(u, (x - (u - 1.0)) / u);
  }

  /** Two lanes of core1p(), the same bits in each. */
  @inline
  static pair1p(x: v128): v128 {
    const one = Lanes.of(TABLE, At.ONE);
    const u = f64x2.add(one, x);
    return Log.correctedPair(u, f64x2.div(f64x2.sub(x, f64x2.sub(u, one)), u));
  }
}

/** Natural logarithm of any number: -Infinity at 0, NaN below, subnormals scaled first. */
export function log(x: f64): f64 {
  if (x < 2.2250738585072014e-308) {
    if (x == 0.0) return f64.NEGATIVE_INFINITY;
    if (x < 0.0) return f64.NaN;
    return Log.core(x * 18014398509481984.0) - 37.42994775023705; // 54 ln 2
  }
  if (x != x || x == f64.POSITIVE_INFINITY) return x;
  return Log.core(x);
}

/** log(1 + x): -Infinity at -1, NaN below. */
export function log1p(x: f64): f64 {
  const u = 1.0 + x;
  if (u <= 0.0 || u != u) return log(u);
  if (u == f64.POSITIVE_INFINITY) return u;
  return Log.core1p(x);
}
