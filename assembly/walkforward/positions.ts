// TRADE-MIX positions: binary16 codes decoded to float32 and clipped to [-1, 1], NaN kept.

const WIDEN: f32 = 5.192296858534828e33; // 2^112: rebiases a binary16 exponent that sits in binary32's place
const NAN_BITS: u32 = 0x7fc00000;

export class Positions {
  @inline
  static decode(code: u32): f32 {
    const magnitude = code & 0x7fff;
    const sign = (code & 0x8000) << 16;
    if (magnitude > 0x7c00) return reinterpret<f32>(NAN_BITS);
    const value = min<f32>(reinterpret<f32>(magnitude << 13) * WIDEN, 1.0);
    return reinterpret<f32>(reinterpret<u32>(value) | sign);
  }

  /** Four consecutive codes. */
  @inline
  static decode4(codes: usize): v128 {
    const code = v128.load16x4_u(codes);
    const magnitude = v128.and(code, i32x4.splat(0x7fff));
    const sign = i32x4.shl(v128.and(code, i32x4.splat(0x8000)), 16);
    const value = f32x4.pmin(f32x4.mul(i32x4.shl(magnitude, 13), f32x4.splat(WIDEN)), f32x4.splat(1.0));
    const isNaN = i32x4.gt_s(magnitude, i32x4.splat(0x7c00));
    return v128.bitselect(i32x4.splat(NAN_BITS), v128.or(value, sign), isNaN);
  }
}

/** Decodes column `asset` of `rows` × `assets` codes into `rows` float32. Returns 1 if one of them is NaN. */
export function decodePositions(codes: usize, rows: i32, assets: i32, asset: i32, out: usize): i32 {
  let nan = 0;
  let p = codes + ((<usize>asset) << 1);
  const end = out + ((<usize>rows) << 2);
  const stride = (<usize>assets) << 1;
  for (let o = out; o < end; o += 4) {
    const value = Positions.decode(load<u16>(p));
    if (value != value) nan = 1;
    store<f32>(o, value);
    p += stride;
  }
  return nan;
}
