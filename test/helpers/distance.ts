/** How far two results of one operation lie apart. */

/** Largest |a − b| relative to the largest |b| of the same array or number; 0 for equal bits, NaN equal to NaN. */
export function distance(actual: unknown, expected: unknown): number {
  if (typeof expected === "number" && typeof actual === "number") return relative([actual], [expected]);
  if (ArrayBuffer.isView(expected) && ArrayBuffer.isView(actual)) {
    return relative(actual as unknown as ArrayLike<number>, expected as unknown as ArrayLike<number>);
  }
  if (expected !== null && typeof expected === "object" && actual !== null && typeof actual === "object") {
    const [left, right] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return Math.max(0, ...Array.from(keys, (key) => distance(left[key], right[key])));
  }
  return actual === expected ? 0 : Number.POSITIVE_INFINITY;
}

function relative(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]));
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
    const gap = Math.abs(actual[i] - expected[i]);
    if (!Number.isFinite(gap)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, gap);
  }
  return largest === 0 ? 0 : largest / Math.max(scale, Number.MIN_VALUE);
}
