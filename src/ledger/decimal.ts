/** Decimals to the nearest double: as JavaScript's own reading of numbers, from digits already taken apart. */
const TENS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Powers of ten up to this are doubles without rounding. */
export const MOST_TENS = 22;
/** Times this, less the excess: the upper half of a double's bits. */
const SPLITTER = 2 ** 27 + 1;
const EXACT = 2 ** 53;
const SLACK = 2 ** -48;

/**
 * (high · 10^lowDigits + low) / 10^scale for whole high and low below 10^9, 0 ≤ scale ≤ 22; NaN where the nearest double
 * is a matter of more digits than this looks at.
 */
export function decimal(high: number, low: number, lowDigits: number, scale: number): number {
  // At most 51 bits, as 10^9 has 9 factors of two: not rounded.
  const upper = high * TENS[lowDigits]!;
  const sum = upper + low;
  const tens = TENS[scale]!;
  const quotient = sum / tens;
  if (sum < EXACT) return quotient;
  // What the sum and the quotient dropped in rounding, both exactly, then the quotient once more with it.
  const dropped = low - (sum - upper);
  const product = quotient * tens;
  const quotientHigh = quotient * SPLITTER - (quotient * SPLITTER - quotient);
  const tensHigh = tens * SPLITTER - (tens * SPLITTER - tens);
  const quotientLow = quotient - quotientHigh;
  const tensLow = tens - tensHigh;
  const error =
    quotientLow * tensLow - (product - quotientHigh * tensHigh - quotientLow * tensHigh - quotientHigh * tensLow);
  const rest = (sum - product - error + dropped) / tens;
  const nearest = quotient + rest * (1 + SLACK);
  return nearest === quotient + rest * (1 - SLACK) ? nearest : Number.NaN;
}
