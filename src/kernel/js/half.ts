/** binary16 (IEEE 754 half precision) codes. */

let table: Float32Array | null = null;

function allHalves(): Float32Array {
  const values = new Float32Array(0x10000);
  const bits = new Uint32Array(values.buffer);
  for (let code = 0; code < 0x8000; code++) {
    const exponent = code >> 10;
    const mantissa = code & 0x3ff;
    if (exponent === 0) values[code] = mantissa * 2 ** -24;
    else bits[code] = ((exponent === 31 ? 255 : exponent + 112) << 23) | (mantissa << 13);
    bits[code | 0x8000] = bits[code] | 0x80000000;
  }
  return values;
}

/** The value of every code; 256 KiB, made at the first use. */
export function halfValues(): Float32Array {
  table ??= allHalves();
  return table;
}

/** Codes widened to float32, exactly. */
export function decodeHalf(codes: Uint16Array): Float32Array {
  const values = halfValues();
  const decoded = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) decoded[i] = values[codes[i]];
  return decoded;
}

/** NaN becomes 0 and ±Infinity ±largest, as NumPy's nan_to_num does for the type whose largest number that is. */
export function finiteOr0(value: number, largest: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(Math.max(value, -largest), largest);
}

/** Largest finite float32. */
export const LARGEST_FLOAT32 = 3.4028234663852886e38;
