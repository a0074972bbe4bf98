/** Elementary functions with the same bits everywhere, random numbers as NumPy draws them, binary16, ranking metrics. */
export interface MathKernel {
  exp(x: number): number;
  log(x: number): number;
  log1p(x: number): number;
  /** Elementwise e^x, a new array. */
  expAll(x: Float64Array): Float64Array;
  /** Elementwise natural logarithm, a new array. */
  logAll(x: Float64Array): Float64Array;
  /** binary16 codes widened to float32, exactly. */
  decodeHalf(codes: Uint16Array): Float32Array;
  /**
   * `count` draws of NumPy's `default_rng(seed).integers(0, bound)` (SeedSequence, PCG64, 32-bit Lemire; NumPy 2.2.6).
   * `seed` is a whole number in [0, 2^53), `bound` in [1, 2^32).
   */
  randomIntegers(seed: number, bound: number, count: number): Uint32Array;
  /**
   * Area under the ROC curve with ties counted half; the same double as scikit-learn 1.7.2's roc_auc_score (10-numerics §6).
   * NaN when one class is absent. `scores` must be finite.
   */
  auc(labels: Uint8Array, scores: Float64Array): number;
}
