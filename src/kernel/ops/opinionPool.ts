/**
 * Five-bucket forecasts under a logarithmic opinion pool (Genest and Zidek 1986): the logarithms of the miners' probabilities,
 * weighted and added, then corrected by five parameters (42-profile-2025-10 §4, §5).
 *
 * A probability is the stored value clipped to [eps, 1 − eps], so an absent row has five times ln eps. "Planes" are five blocks of
 * n values, bucket after bucket. Parameters: (b0, b1, b2, a_p, a_prior); the logit of bucket k is
 * a_prior·logPrior[k] + b + a_p·pool[k], where b is b0 for bucket 2, b1 for 1 and 3, b2 for 0 and 4. Where a softmax takes the
 * exponential of less than −708, it takes that of −708.
 */
export interface OpinionPoolKernel {
  /**
   * Σ weights[t]·(−ln p[labels[t]]) and Σ weights[t] by label over the rows of each stretch [bounds[i], bounds[i+1]) in which one of the
   * five values is not 0. Labels are 0 to 4 there; bounds ascend. Both results are (bounds.length − 1) × 5, row-major.
   */
  labelLosses(
    codes: Uint16Array,
    width: number,
    labels: Uint8Array,
    weights: Float64Array,
    bounds: Int32Array,
    eps: number,
  ): { readonly loss: Float64Array; readonly mass: Float64Array };

  /** Planes of Σ shares[h]·ln p over the miners h, ascending, for rows [from, to). */
  poolLogs(
    columns: readonly Uint16Array[],
    width: number,
    from: number,
    to: number,
    shares: Float64Array,
    eps: number,
  ): Float64Array;

  /** Planes of the softmax of the logits. */
  poolForecast(pool: Float64Array, logPrior: Float64Array, parameters: Float64Array): Float64Array;

  /**
   * Per miner Σ weights[i]·Σ_k |ln p − pool[k]|·forecast[k] over rows from + i, i = 0 .. weights.length − 1, leaving out rows before
   * starts[h].
   */
  poolDistances(
    columns: readonly Uint16Array[],
    width: number,
    starts: Int32Array,
    from: number,
    pool: Float64Array,
    forecast: Float64Array,
    weights: Float64Array,
    eps: number,
  ): Float64Array;

  /**
   * Runs `use` with the weighted log loss −Σ weights·ln max(p[label], eps) + ½·penalty·(a_p² + a_prior²) as a function that also
   * writes its gradient (without the effect of eps).
   */
  withPoolLoss<T>(problem: PoolProblem, use: (loss: Objective) => T): T;
}

/** Value at `x`; writes the gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface PoolProblem {
  /** Planes. */
  readonly pool: Float64Array;
  /** 0 to 4, one per row. */
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  readonly logPrior: Float64Array;
  readonly penalty: number;
  readonly eps: number;
}
