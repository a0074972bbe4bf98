/**
 * The loops of TRADE-MIX over all rows (26 §5 and §6). `columns` hold one miner each: rows × assets binary16 codes,
 * row-major. A position is the decoded code clipped to [-1, 1]; NaN stays NaN.
 */

/** One asset of the leave-one-out run of the `skillw` desk. */
export interface DeskInput {
  /** One per cluster representative, all of the same length. */
  readonly columns: readonly Uint16Array[];
  /** Assets per row of a column. */
  readonly assets: number;
  /** The asset to run. */
  readonly asset: number;
  /** What stands in a blanked column: `rowMedians(columns, assets)`. */
  readonly blank: Float32Array;
  /** Forward return per row; NaN where there is none. */
  readonly returns: Float64Array;
  /** 1 where a row may be trained on. */
  readonly usable: Uint8Array;
  /** Train end, test begin and test end of each fold; training begins at row 0. */
  readonly folds: Int32Array;
  readonly horizon: number;
  /** Rows between two rebalancings. */
  readonly period: number;
  /** Cost of one unit of turnover, as a fraction. */
  readonly fee: number;
  /** A fold with fewer usable training rows makes no profit and no loss. */
  readonly minRows: number;
}

export interface DeskOutcome {
  /** folds × (groups + 1): the weights before normalising; the last one is that of the blank column. */
  readonly edges: Float64Array;
  /** folds × (groups + 1): profit with every column in place, then with the columns of group 0, 1, .. blanked. */
  readonly profits: Float64Array;
  /** Profit at each rebalancing with every column in place, one fold after the other (`gridLength` points each). */
  readonly points: Float64Array;
}

/** Rebalancings in a test window of `rows` rows: those whose forward return lies inside it. */
export function gridLength(rows: number, horizon: number, period: number): number {
  return rows > horizon ? Math.ceil((rows - horizon) / period) : 0;
}

/** Length of the transforms behind `shiftSums`: the least power of two that holds every lag of `rows` rows. */
export function transformSize(rows: number): number {
  let size = 2;
  while (size < 2 * rows) size *= 2;
  return size;
}

export interface TradeMixKernel {
  /** Hyperbolic tangent, error below 2 ULP. */
  tanh(x: number): number;
  /**
   * Cosine of every pair of columns over all values, as the float32 quotient of the dot product and the product of the
   * norms, each rounded to float32 (26 §5). K × K, symmetric. Dot products add float32 lanes over 256 values at a time
   * and these sums in float64, which leaves an error of about 2e-8.
   */
  cosineSimilarities(columns: readonly Uint16Array[]): Float32Array;
  /** Float32 median of all positions of a row, every column and asset together; NaN if one of them is NaN. */
  rowMedians(columns: readonly Uint16Array[], assets: number): Float32Array;
  /** Weights and profits of one asset's desk over all folds, full and with each group blanked (26 §6). */
  deskLeaveOneOut(input: DeskInput): DeskOutcome;
  /** Dot products of every pair of vectors, all of one length. K × K, symmetric. */
  dotProducts(vectors: readonly Float64Array[]): Float64Array;
  /**
   * Takes from each book, in `order`, its projection on every earlier one of that order whose similarity is at least
   * `threshold` in size, one after the other on what is left of it (53 §6). `similarity` is K × K. New arrays.
   */
  residualBooks(
    books: readonly Float64Array[],
    order: Int32Array,
    similarity: Float64Array,
    threshold: number,
  ): Float64Array[];
  /**
   * Circular cross-correlations S(k) = Σ_a Σ_t x[(t − k) mod T, a]·y[t, a] for k = 0 .. T − 1 (53 §7.2), by fast Fourier
   * transforms of a power of two. Signals and labels are T × `assets`, row-major. One array per signal and label.
   */
  shiftSums(
    signals: readonly Float64Array[],
    labels: readonly Float64Array[],
    assets: number,
  ): readonly (readonly Float64Array[])[];
}
