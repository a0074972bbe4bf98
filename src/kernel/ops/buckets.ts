/**
 * The five-bucket challenges: labels, what miners chose, votes and the features of the fits (22-lbfgs-buckets).
 *
 * Buckets are numbered 0 to 4 (z ≤ −2, −2 < z < −1, −1 ≤ z ≤ 1, 1 < z < 2, z ≥ 2). A miner's block of codes holds `width`
 * binary16 codes per row, the first five of them the bucket probabilities. `rows` lists row numbers of that block in the
 * order wanted; n is its length. R(x) is x rounded to float32; every operation on float32 values rounds.
 * A stored value that is NaN counts as 0 and ±infinity as the largest finite value of the working type, everywhere.
 */
export interface BucketKernel {
  /**
   * Bucket of each row's forward return in units of the trailing deviation (22 §3.2). `logPrices` has T values ln(P + eps);
   * r[t] = logPrices[t + horizon] − logPrices[t]; D = rollingStd(r, window); sigma[t] = D[t − horizon − window + 1] for
   * t ≥ horizon + window − 1; z = r[t]/(sigma[t] + eps). The result has max(0, T − horizon) bytes, 255 where sigma is missing, not
   * finite or ≤ 0. Requires horizon ≥ 1 and window ≥ 1.
   */
  bucketLabels(logPrices: Float64Array, horizon: number, window: number, eps: number): Uint8Array;

  /**
   * Does the path move against the row's bucket by k sigmas within the horizon (22 §5 steps 2 to 4)? `labels` as bucketLabels gives
   * them, n = labels.length = T − horizon; r as above; sigma[t] = rollingStd(r, window)[t − window + 1] for t ≥ window − 1, so it is
   * aligned at the start of the return. Against logPrices[t − 1]: up = the largest of logPrices[t .. t + horizon] minus it, down =
   * the smallest minus it. Bit j of byte t is set for a hit at multiplier j (at most 7 multipliers):
   * buckets 3 and 4: down ≤ −(k·sigma); buckets 0 and 1: up ≥ k·sigma. 255 at t = 0, where the label is 2 or 255, and where sigma is
   * missing, not finite or ≤ 0.
   */
  pathHits(
    logPrices: Float64Array,
    labels: Uint8Array,
    horizon: number,
    window: number,
    multipliers: readonly number[],
  ): Uint8Array;

  /**
   * The bucket that a miner rates highest in each row, the first of equals, after normalising as bucketProbabilities does (which
   * can make unequal values equal). `active` counts the rows in which one of the five raw values exceeds R(0.01).
   */
  bucketChoices(
    codes: Uint16Array,
    width: number,
    rows: Int32Array,
  ): { readonly choice: Uint8Array; readonly active: number };

  /**
   * Normalised bucket probabilities, float32: b_k = max(value_k, R(1e-6)), s = (((b0 + b1) + b2) + b3) + b4, p_k = b_k/s.
   * 5 × n, column-major: bucket k is [k·n, (k+1)·n).
   */
  bucketProbabilities(codes: Uint16Array, width: number, rows: Int32Array): Float32Array;

  /**
   * How often `choice` equals `labels`, per label, in each stretch [bounds[i], bounds[i+1]); bounds ascend. Both have one byte per
   * row; labels are 0 to 4. The result is (bounds.length − 1) × 5, row-major.
   */
  bucketHits(choice: Uint8Array, labels: Uint8Array, bounds: Int32Array): Int32Array;

  /**
   * Weighted vote per row: the score of bucket k is the sum of shares[j] over the voters j (ascending, left to right from 0) whose
   * choice is k; the result is the first bucket with the largest score. `choices` is voters × rows, row-major (one voter's
   * choices are contiguous), bytes 0 to 4; rows = choices.length/shares.length.
   */
  bucketVotes(choices: Uint8Array, shares: Float64Array): Uint8Array;

  /**
   * For each voter i: the largest number of rows in which its choice equals that of one voter j < i; 0 for voter 0.
   * `choices` as in bucketVotes, with `voters` voters.
   */
  largestAgreements(choices: Uint8Array, voters: number): Int32Array;

  /**
   * Log odds of one stored value per row: q = value at index `entry` of the row (0 becomes `absent`, 0.5 unless given), clipped to
   * [eps, 1 − eps], then ln q − ln(1 − q), all float64. With the default, absent rows (zeros) therefore give 0.
   */
  logitColumn(
    codes: Uint16Array,
    width: number,
    entry: number,
    rows: Int32Array,
    eps: number,
    absent?: number,
  ): Float64Array;
}
