// IEEE binary16 to float32, exactly, without a table: the exponent is moved by 112; a subnormal is rebuilt as a normal
// number that is 2^-14 too large (F. Giesen's method), so that no arithmetic meets a float32 subnormal.

const BIAS: i32 = 112 << 23;
const SMALLEST_NORMAL: f32 = 0.00006103515625; // 2^-14

export class Half {
  /** The float32 of one code. */
  @inline
  static decode(code: u32): f32 {
    const exponent = code & 0x7c00;
    const sign = (code & 0x8000) << 16;
    let bits = ((code & 0x7fff) << 13) + BIAS;
    if (exponent == 0) bits = reinterpret<u32>(reinterpret<f32>(bits + (1 << 23)) - SMALLEST_NORMAL);
    else if (exponent == 0x7c00) bits += BIAS;
    return reinterpret<f32>(bits | sign);
  }

  /** The float64 of one code. */
  @inline
  static toFloat64(code: u32): f64 {
    return <f64>Half.decode(code);
  }

  /** Four codes, as unsigned 32-bit lanes, to four float32. */
  @inline
  static decodeFour(codes: v128): v128 {
    const exponent = v128.and(codes, i32x4.splat(0x7c00));
    const sign = i32x4.shl(v128.and(codes, i32x4.splat(0x8000)), 16);
    const bits = i32x4.add(i32x4.shl(v128.and(codes, i32x4.splat(0x7fff)), 13), i32x4.splat(BIAS));
    const isInfinite = i32x4.eq(exponent, i32x4.splat(0x7c00));
    const normal = i32x4.add(bits, v128.and(isInfinite, i32x4.splat(BIAS)));
    const subnormal = f32x4.sub(i32x4.add(bits, i32x4.splat(1 << 23)), f32x4.splat(SMALLEST_NORMAL));
    const isSubnormal = i32x4.eq(exponent, i32x4.splat(0));
    return v128.or(v128.bitselect(subnormal, normal, isSubnormal), sign);
  }
}

/** out[i] = the float32 of codes[i], for n codes. Callers pass a few thousand at a time. */
export function decodeHalves(codes: usize, out: usize, n: i32): void {
  const end = codes + ((<usize>n) << 1);
  for (; codes + 16 <= end; codes += 16, out += 32) {
    const eight = v128.load(codes);
    v128.store(out, Half.decodeFour(i32x4.extend_low_i16x8_u(eight)));
    v128.store(out, Half.decodeFour(i32x4.extend_high_i16x8_u(eight)), 16);
  }
  for (; codes < end; codes += 2, out += 4) store<f32>(out, Half.decode(load<u16>(codes)));
}
