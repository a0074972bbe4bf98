/**
 * The nearest point with entries ≥ 0 that sum to 1 (Held, Wolfe and Crowder 1974); even shares when rounding leaves none
 * (42-profile-2025-10 §2).
 */
export function projectToSimplex(v: Float64Array): Float64Array {
  const ascending = v.slice().sort();
  let sum = 0;
  let shift = Number.NaN;
  for (let count = 1; count <= v.length; count++) {
    const value = ascending[v.length - count];
    sum += value;
    const mean = (sum - 1) / count;
    if (value - mean > 0) shift = mean;
  }
  const projected = v.map((value) => Math.max(value - shift, 0));
  return projected.some((value) => value > 0) ? projected : projected.fill(1 / v.length);
}
