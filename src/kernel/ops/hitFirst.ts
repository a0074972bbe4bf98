/** Features of the hit-first challenge (21-hitfirst §3). */

/** Two feature columns of one miner, one value per row asked for. */
export interface HitFirstLogits {
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** Whether any value of the column differs from 0; a column without is left out of its fit. */
  readonly hasUp: boolean;
  readonly hasDown: boolean;
}

export interface HitFirstKernel {
  /**
   * Log odds of "up first" and "down first". `codes` are one miner's binary16 codes, three per row; `rows` are the row
   * numbers wanted. Each value is clipped to [eps, 1 − eps] and divided by the sum of the three, (a + b) + c; then
   * logit(p) = ln(p) − ln(1 − p) with p clipped again. A row of three zeros (−0 too) gives 0 for both, and so does a row
   * with a NaN; infinities clip.
   */
  hitFirstLogits(codes: Uint16Array, rows: Int32Array, eps: number): HitFirstLogits;
}
