/** Small vectors: plain sums, left to right. */

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** Largest absolute value; 0 for an empty vector. */
export function maxAbs(a: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  return largest;
}

/** y += alpha · x. */
export function addScaled(y: Float64Array, alpha: number, x: ArrayLike<number>): void {
  for (let i = 0; i < y.length; i++) y[i] += alpha * x[i];
}
