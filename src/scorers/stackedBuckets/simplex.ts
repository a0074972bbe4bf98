/**
 * The nearest point with entries ≥ 0 that sum to 1 (Held, Wolfe and Crowder 1974); even shares when rounding leaves none
 * (42-profile-2025-10 §2).
 */
export function projectToSimplex(v: Float64Array): Float64Array {
  const even = () => new Float64Array(v.length).fill(1 / v.length);
  const descending = v.slice().sort().reverse();
  let sum = 0;
  let threshold: number | undefined;
  descending.forEach((value, i) => {
    sum += value;
    const excess = sum - 1;
    if (value - excess / (i + 1) > 0) threshold = excess / (i + 1);
  });
  if (threshold === undefined) return even();
  const shift = threshold;
  const projected = v.map((value) => Math.max(value - shift, 0));
  return projected.some((value) => value > 0) ? projected : even();
}
