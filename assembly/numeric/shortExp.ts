// e^x with a shorter polynomial than Exp, four values at once, for terms of sums over many rows.
//
// As numeric/exp.ts, with P of degree 7 (Remez): relative error 1.7e-14, oscillating over the reduced range, so that it
// averages out in a sum. For x in [-708, 709], clamped below.

import { Lanes } from "./lanes";

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

/** Places in TABLE. */
const enum At {
  SMALLEST,
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
}
const TABLE = memory.data<f64>([-708, LOG2_E, ROUND, LN2_HI, LN2_LO, 1, P0, P1, P2, P3, P4, P5, P6, P7], 16);

export class ShortExp {
  /** Four values a, b to out and out + 16: constants are loaded once for both pairs. */
  @inline
  static four(a: v128, b: v128, out: usize): void {
    let c = Lanes.of(TABLE, At.SMALLEST);
    const xa = f64x2.pmax(a, c);
    const xb = f64x2.pmax(b, c);
    const round = Lanes.of(TABLE, At.ROUND);
    c = Lanes.of(TABLE, At.LOG2_E);
    const ta = f64x2.add(f64x2.mul(xa, c), round);
    const tb = f64x2.add(f64x2.mul(xb, c), round);
    const ka = f64x2.sub(ta, round);
    const kb = f64x2.sub(tb, round);
    c = Lanes.of(TABLE, At.LN2_HI);
    const ha = f64x2.sub(xa, f64x2.mul(ka, c));
    const hb = f64x2.sub(xb, f64x2.mul(kb, c));
    c = Lanes.of(TABLE, At.LN2_LO);
    const ra = f64x2.sub(ha, f64x2.mul(ka, c));
    const rb = f64x2.sub(hb, f64x2.mul(kb, c));
    const r2a = f64x2.mul(ra, ra);
    const r2b = f64x2.mul(rb, rb);
    // P by pairs of coefficients from the top: P = ((p67 r² + p45) r² + p23) r² + p01
    c = Lanes.of(TABLE, At.P7);
    let d = Lanes.of(TABLE, At.P6);
    let pa = f64x2.add(d, f64x2.mul(c, ra));
    let pb = f64x2.add(d, f64x2.mul(c, rb));
    c = Lanes.of(TABLE, At.P5);
    d = Lanes.of(TABLE, At.P4);
    pa = f64x2.add(f64x2.add(d, f64x2.mul(c, ra)), f64x2.mul(pa, r2a));
    pb = f64x2.add(f64x2.add(d, f64x2.mul(c, rb)), f64x2.mul(pb, r2b));
    c = Lanes.of(TABLE, At.P3);
    d = Lanes.of(TABLE, At.P2);
    pa = f64x2.add(f64x2.add(d, f64x2.mul(c, ra)), f64x2.mul(pa, r2a));
    pb = f64x2.add(f64x2.add(d, f64x2.mul(c, rb)), f64x2.mul(pb, r2b));
    c = Lanes.of(TABLE, At.P1);
    d = Lanes.of(TABLE, At.P0);
    pa = f64x2.add(f64x2.add(d, f64x2.mul(c, ra)), f64x2.mul(pa, r2a));
    pb = f64x2.add(f64x2.add(d, f64x2.mul(c, rb)), f64x2.mul(pb, r2b));
    c = Lanes.of(TABLE, At.ONE);
    const ma = f64x2.add(c, f64x2.add(ra, f64x2.mul(r2a, pa)));
    const mb = f64x2.add(c, f64x2.add(rb, f64x2.mul(r2b, pb)));
    v128.store(out, f64x2.mul(ma, i64x2.add(i64x2.shl(ta, 52), c)));
    v128.store(out, f64x2.mul(mb, i64x2.add(i64x2.shl(tb, 52), c)), 16);
  }
}
