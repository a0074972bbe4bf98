/**
 * IEEE 754 binary16 ("half"): conversion from and to float64. JavaScript engines lack it (Math.f16round is younger than
 * Node 20), and going through float32 would round twice.
 */

import { powersOfTwo } from "./powers.js";

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
/** Adding and taking away 1.5·2^52 rounds a small float64 to the nearest whole number, ties to even. */
const ROUNDER = 6755399441055744;
const SMALLEST_NORMAL = 2 ** -14;

/** Bits of the binary16 nearest to x, ties to even, rounded once: |x| ≥ 65520 → infinity, |x| ≤ 2^-25 → zero, NaN → 0x7e00. */
export function toHalf(x: number): number {
  float[0] = x;
  const high = words[HIGH]!;
  const sign = (high >>> 16) & 0x8000;
  const size = Math.abs(x);
  if (size >= SMALLEST_NORMAL) {
    if (size >= 65520) return sign | 0x7c00;
    const exponent = ((high >>> 20) & 0x7ff) - 1023;
    // In [1024, 2048]; 2048 carries into the exponent as it should.
    const mantissa = size * POWERS[50 - (exponent - 10)]! + ROUNDER - ROUNDER;
    return sign | (((exponent + 14) << 10) + mantissa);
  }
  if (Number.isNaN(x)) return sign | 0x7e00;
  return sign | (size * 2 ** 24 + ROUNDER - ROUNDER);
}

/** The value of binary16 bits, exactly; NaN payloads are not kept. */
export function fromHalf(code: number): number {
  const exponent = (code >>> 10) & 0x1f;
  const fraction = code & 0x3ff;
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent < 31
        ? (1024 + fraction) * POWERS[25 + exponent]!
        : fraction === 0
          ? Number.POSITIVE_INFINITY
          : Number.NaN;
  return code & 0x8000 ? -size : size;
}

/** POWERS[i] = 2^(i − 50). */
const POWERS = powersOfTwo(50);

/** True for the bits of a NaN or an infinity. */
export function isNonFiniteHalf(code: number): boolean {
  return (code & 0x7c00) === 0x7c00;
}
