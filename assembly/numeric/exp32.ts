// e^x in four float32 lanes, for x in [-87, 88] (clamped).
//
// Cody and Waite reduction to |r| <= ln(2)/2, then 1 + (r + r² P(r)) with P the degree-4 minimax polynomial (Remez; relative
// error of e^r 3.1e-9, a twentieth of a float32 ULP, so that errors are those of rounding and have no bias to speak of).
// Error below 1 ULP (float32), measured over every float32 in the range (test/assembly).

const LOG2_E: f32 = 1.442695;
const LN2_HI: f32 = 0.693359375; // 9 significant bits: k * LN2_HI is exact
const LN2_LO: f32 = -2.12194440054690583e-4;
const ROUND: f32 = 12582912.0; // 1.5 * 2^23
const P0: f32 = 0.4999999344779673;
const P1: f32 = 0.1666652063171026;
const P2: f32 = 0.041668388045265646;
const P3: f32 = 0.008368716879657113;
const P4: f32 = 0.001381459864896045;

export class Exp32 {
  @inline
  static four(x0: v128): v128 {
    const x = f32x4.min(f32x4.max(x0, f32x4.splat(-87)), f32x4.splat(88));
    const t = f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(ROUND));
    const k = f32x4.sub(t, f32x4.splat(ROUND));
    const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, f32x4.splat(LN2_HI))), f32x4.mul(k, f32x4.splat(LN2_LO)));
    const r2 = f32x4.mul(r, r);
    const p01 = f32x4.add(f32x4.splat(P0), f32x4.mul(f32x4.splat(P1), r));
    const p23 = f32x4.add(f32x4.splat(P2), f32x4.mul(f32x4.splat(P3), r));
    const p = f32x4.add(p01, f32x4.mul(r2, f32x4.add(p23, f32x4.mul(r2, f32x4.splat(P4)))));
    const m = f32x4.add(f32x4.splat(1), f32x4.add(r, f32x4.mul(r2, p)));
    return f32x4.mul(m, i32x4.add(i32x4.shl(t, 23), i32x4.splat(0x3f800000)));
  }
}
