/**
 * Largest |a − b| relative to the largest finite |b| of all; NaN equals NaN, an infinity itself. Infinity where lengths differ
 * or one side alone is not finite.
 */
export function largestDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let scale = 0;
  for (let i = 0; i < b.length; i++) {
    if (Number.isFinite(b[i])) scale = Math.max(scale, Math.abs(b[i]!));
    if (Object.is(a[i], b[i])) continue;
    const gap = Math.abs(a[i]! - b[i]!);
    if (!Number.isFinite(gap)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, gap);
  }
  return largest === 0 ? 0 : largest / scale;
}
