/** Sorting orders that results depend on. */

/** Indices by descending value; equal values keep the lower index first. */
export function argsortDescending(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[j] - values[i] || i - j);
}
