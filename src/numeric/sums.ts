/** Sums in NumPy's order (10-numerics §7), so that means, deviations and areas are the same doubles. */

/** np.add.reduce walks a 1-D array in buffers of this many elements. */
const BUFFER = 8192;
/** Below this length the pairwise recursion stops and eight running sums take over. */
const PAIRWISE_BLOCK = 128;

type Round = (x: number) => number;

function pairwise(a: ArrayLike<number>, from: number, n: number, round: Round): number {
  if (n > PAIRWISE_BLOCK) {
    const half = n >> 1;
    const left = half - (half % 8);
    return round(pairwise(a, from, left, round) + pairwise(a, from + left, n - left, round));
  }
  let sum = 0;
  let i = 0;
  if (n >= 8) {
    let [r0, r1, r2, r3] = [a[from], a[from + 1], a[from + 2], a[from + 3]];
    let [r4, r5, r6, r7] = [a[from + 4], a[from + 5], a[from + 6], a[from + 7]];
    for (i = 8; i + 8 <= n; i += 8) {
      const at = from + i;
      r0 = round(r0 + a[at]);
      r1 = round(r1 + a[at + 1]);
      r2 = round(r2 + a[at + 2]);
      r3 = round(r3 + a[at + 3]);
      r4 = round(r4 + a[at + 4]);
      r5 = round(r5 + a[at + 5]);
      r6 = round(r6 + a[at + 6]);
      r7 = round(r7 + a[at + 7]);
    }
    const left = round(round(r0 + r1) + round(r2 + r3));
    const right = round(round(r4 + r5) + round(r6 + r7));
    sum = round(left + right);
  }
  for (; i < n; i++) sum = round(sum + a[from + i]);
  return sum;
}

function blocked(a: ArrayLike<number>, round: Round): number {
  let sum = 0;
  for (let from = 0; from < a.length; from += BUFFER) {
    sum = round(sum + pairwise(a, from, Math.min(BUFFER, a.length - from), round));
  }
  return sum;
}

/** np.sum of a 1-D float64 array. */
export function sum64(a: ArrayLike<number>): number {
  return blocked(a, (x) => x);
}

/** np.sum of a 1-D float32 array: every partial sum is rounded to float32. */
export function sum32(a: Float32Array): number {
  return blocked(a, Math.fround);
}
