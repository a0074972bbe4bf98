/** Powers of two, 2^-limit to 2^limit, at index exponent + limit; by doubling, since engines' pow need not be exact. */
export function powersOfTwo(limit: number): Float64Array {
  const powers = new Float64Array(2 * limit + 1);
  powers[limit] = 1;
  for (let i = 1; i <= limit; i++) {
    powers[limit + i] = 2 * powers[limit + i - 1]!;
    powers[limit - i] = 0.5 * powers[limit - i + 1]!;
  }
  return powers;
}
