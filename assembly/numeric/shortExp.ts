// e^x in two lanes with a shorter polynomial than Exp, for terms of sums over many rows.
//
// As numeric/exp.ts, with P of degree 7 (Remez): relative error 1.7e-14, oscillating over the reduced range, so that it
// averages out in a sum. For x in [-708, 709], clamped below.

const LOG2_E: f64 = 1.4426950408889634;
const LN2_HI: f64 = 0.6931471803691238;
const LN2_LO: f64 = 1.9082149292705877e-10;
const ROUND: f64 = 6755399441055744.0;
const P0: f64 = 0.4999999999966431;
const P1: f64 = 0.16666666667265215;
const P2: f64 = 0.04166666696224238;
const P3: f64 = 0.008333333095086173;
const P4: f64 = 0.001388881114462294;
const P5: f64 = 0.00019841539097521292;
const P6: f64 = 2.4880809902419993e-5;
const P7: f64 = 2.749306143758505e-6;

export class ShortExp {
  @inline
  static pair(x0: v128): v128 {
    const x = f64x2.max(x0, f64x2.splat(-708));
    const t = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(ROUND));
    const k = f64x2.sub(t, f64x2.splat(ROUND));
    const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HI))), f64x2.mul(k, f64x2.splat(LN2_LO)));
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const p01 = f64x2.add(f64x2.splat(P0), f64x2.mul(f64x2.splat(P1), r));
    const p23 = f64x2.add(f64x2.splat(P2), f64x2.mul(f64x2.splat(P3), r));
    const p45 = f64x2.add(f64x2.splat(P4), f64x2.mul(f64x2.splat(P5), r));
    const p67 = f64x2.add(f64x2.splat(P6), f64x2.mul(f64x2.splat(P7), r));
    const low = f64x2.add(p01, f64x2.mul(p23, r2));
    const high = f64x2.add(p45, f64x2.mul(p67, r2));
    const p = f64x2.add(low, f64x2.mul(high, r4));
    const m = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(r2, p)));
    return f64x2.mul(m, i64x2.add(i64x2.shl(t, 52), i64x2.splat(0x3ff0000000000000)));
  }
}
