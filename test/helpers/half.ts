/** binary16 for tests: rounding to the nearest half, ties to even, by integer arithmetic on the value itself. */

/** The code of the half nearest to x; finite values whose result is finite. */
export function halfCode(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  let exponent = 1; // of subnormals and of the smallest normal numbers
  while (exponent < 30 && size >= 2 ** (exponent - 14)) exponent++;
  const unit = 2 ** (exponent - 25);
  const floor = Math.floor(size / unit);
  const rest = size / unit - floor;
  const rounded = floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
  return sign + (exponent - 1) * 1024 + rounded;
}

/** The half nearest to x, as a number. */
export function nearestHalf(x: number): number {
  const code = halfCode(Math.abs(x));
  const exponent = Math.max(1, code >> 10);
  const size = (code - (exponent - 1) * 1024) * 2 ** (exponent - 25);
  return x < 0 ? -size : size;
}
