// A binary16 code as the binary challenges read it: NaN is 0, an infinity is the largest float32 of its sign.

const LARGEST_F32: f64 = 3.4028234663852886e38;

export function cleanHalf(code: u32): f64 {
  const sign: f64 = (code & 0x8000) != 0 ? -1 : 1;
  const size = code & 0x7fff;
  if (size > 0x7c00) return 0;
  if (size == 0x7c00) return sign * LARGEST_F32;
  // the exponent field moves to float64's place; the product restores the bias, for subnormals too
  return sign * (reinterpret<f64>((<u64>size) << 42) * reinterpret<f64>((<u64>(2 * 1023 - 15)) << 52));
}
