// e^x with the same bits on every engine, scalar and two lanes at once.
//
// Cody and Waite reduction x = k ln 2 + r, |r| <= ln(2)/2, with ln 2 split as in fdlibm's e_exp.c; then
// e^r = 1 + (r + r² P(r)), P the degree-9 minimax polynomial of (e^r - 1 - r)/r² (Remez; relative error of e^r 3.7e-18).
// The leading 1 + r is carried in two parts, so that only the last addition rounds at full size: error below 0.7 ULP for
// results that are normal numbers (measured: 0.69, mean 0.25, over 120,000 arguments). No fused operation; one fixed order.

import { Lanes } from "./lanes";

const LOG2_E: f64 = 1.4426950408889634;
const LN2_HI: f64 = 0.6931471803691238; // the low 32 bits are zero: k * LN2_HI is exact for |k| < 2^20
const LN2_LO: f64 = 1.9082149292705877e-10;
const ROUND: f64 = 6755399441055744.0; // 1.5 * 2^52: adding it rounds to an integer held in the low bits
const P0: f64 = 0.5000000000000011;
const P1: f64 = 0.16666666666666413;
const P2: f64 = 0.041666666666530155;
const P3: f64 = 0.008333333333494461;
const P4: f64 = 0.0013888888943630134;
const P5: f64 = 0.00019841269506578723;
const P6: f64 = 2.4801493098887394e-5;
const P7: f64 = 2.7557586373785176e-6;
const P8: f64 = 2.7630248385322694e-7;
const P9: f64 = 2.5000061625531987e-8;
const SMALLEST: f64 = -708.0; // the lanes clamp here, where 2^k is still a normal number
const LARGEST: f64 = 709.0;

/** Places in TABLE. */
const enum At {
  SMALLEST,
  LARGEST,
  LOG2_E,
  ROUND,
  LN2_HI,
  LN2_LO,
  ONE,
  P0,
  P1,
  P2,
  P3,
  P4,
  P5,
  P6,
  P7,
  P8,
  P9,
}
const TABLE = memory.data<f64>(
  [SMALLEST, LARGEST, LOG2_E, ROUND, LN2_HI, LN2_LO, 1.0, P0, P1, P2, P3, P4, P5, P6, P7, P8, P9],
  16,
);

export class Exp {
  /** e^x 2^-shift for any x whose result, so shifted, is a normal number. */
  @inline
  static shifted(x: f64, shift: i64): f64 {
    const t = x * LOG2_E + ROUND;
    const k = t - ROUND;
    const high = x - k * LN2_HI; // exact
    const low = k * LN2_LO;
    const r = high - low;
    const r2 = r * r;
    const r4 = r2 * r2;
    const p0 = P0 + P1 * r + (P2 + P3 * r) * r2;
    const p4 = P4 + P5 * r + (P6 + P7 * r) * r2 + (P8 + P9 * r) * r4;
    const p = p0 + p4 * r4;
    const sum = 1.0 + high;
    const m = sum + (high - (sum - 1.0) + (r2 * p - low));
    const scale = reinterpret<f64>(((reinterpret<i64>(t) - shift) << 52) + 0x3ff0000000000000);
    return m * scale;
  }

  /** e^x for x in [-708, 709]; outside, the value at the nearer end. NaN gives NaN. */
  @inline
  static core(x: f64): f64 {
    return Exp.shifted(min<f64>(max<f64>(x, SMALLEST), LARGEST), 0);
  }

  /** Two lanes of core(), the same bits in each. */
  @inline
  static pair(x0: v128): v128 {
    // pmin and pmax are one instruction each and keep a NaN that is their first argument
    const x = f64x2.pmin(f64x2.pmax(x0, Lanes.of(TABLE, At.SMALLEST)), Lanes.of(TABLE, At.LARGEST));
    const t = f64x2.add(f64x2.mul(x, Lanes.of(TABLE, At.LOG2_E)), Lanes.of(TABLE, At.ROUND));
    const k = f64x2.sub(t, Lanes.of(TABLE, At.ROUND));
    const high = f64x2.sub(x, f64x2.mul(k, Lanes.of(TABLE, At.LN2_HI)));
    const low = f64x2.mul(k, Lanes.of(TABLE, At.LN2_LO));
    const r = f64x2.sub(high, low);
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const p0 = f64x2.add(
      f64x2.add(Lanes.of(TABLE, At.P0), f64x2.mul(Lanes.of(TABLE, At.P1), r)),
      f64x2.mul(f64x2.add(Lanes.of(TABLE, At.P2), f64x2.mul(Lanes.of(TABLE, At.P3), r)), r2),
    );
    const p4 = f64x2.add(
      f64x2.add(
        f64x2.add(Lanes.of(TABLE, At.P4), f64x2.mul(Lanes.of(TABLE, At.P5), r)),
        f64x2.mul(f64x2.add(Lanes.of(TABLE, At.P6), f64x2.mul(Lanes.of(TABLE, At.P7), r)), r2),
      ),
      f64x2.mul(f64x2.add(Lanes.of(TABLE, At.P8), f64x2.mul(Lanes.of(TABLE, At.P9), r)), r4),
    );
    const p = f64x2.add(p0, f64x2.mul(p4, r4));
    const one = Lanes.of(TABLE, At.ONE);
    const sum = f64x2.add(one, high);
    const rest = f64x2.add(f64x2.sub(high, f64x2.sub(sum, one)), f64x2.sub(f64x2.mul(r2, p), low));
    const scale = i64x2.add(i64x2.shl(t, 52), one);
    return f64x2.mul(f64x2.add(sum, rest), scale);
  }
}

/** e^x over the whole range, with infinities, NaN and subnormal results. Inside [-708, 709] the bits of Exp.core. */
export function exp(x: f64): f64 {
  if (x > LARGEST) {
    if (x > 709.782712893384) return f64.POSITIVE_INFINITY;
    return Exp.shifted(x, 1) * 2.0;
  }
  if (x < SMALLEST) {
    if (x < -745.1332191019411) return 0.0;
    return Exp.shifted(x, -64) * 5.421010862427522e-20; // 2^-64: the one rounding of a subnormal result
  }
  return Exp.core(x);
}
