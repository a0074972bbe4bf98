/** Pair statistics for finding miners who send the same, or whose forecasts move together (51-clusters). */
export interface CohortKernel {
  /**
   * Rows in which any of the `width` values is not zero (NaN counts, −0 does not), and the means of the first `dims` values over
   * them. Sums run row by row in float32 within each `chunk` rows and are added in float64; means are rounded to float32, of an
   * inactive miner 0.
   */
  activeMeans(
    codes: Uint16Array,
    width: number,
    dims: number,
    chunk: number,
  ): { readonly active: Uint8Array; readonly count: number; readonly means: Float32Array };

  /**
   * Sums over the rows given, for every pair of k miners, k × k row-major. z is value − mean in float32 on a miner's active rows
   * and 0 elsewhere, for the first `dims` values; q its squares in float32, added up in the order of the values.
   * dots[i][j] = Σ z_i · z_j and energies[i][j] = Σ q_i where j is active, in float64 in an order of the backend's own;
   * joint[i][j] counts the rows in which both are active. `columns` hold rows × width codes, `active` one byte per row.
   */
  jointSums(
    columns: readonly Uint16Array[],
    active: readonly Uint8Array[],
    means: readonly Float32Array[],
    width: number,
  ): JointSums;

  /** NumPy's float32 mean of all values (10-numerics §7), widened; NaN when one is. */
  meanOfHalves(codes: Uint16Array): number;

  /**
   * Σ z_i · z_j for every pair of k columns, k × k row-major and symmetric; z is value − mean in float32, products and sums in
   * float64 in an order of the backend's own, the same for every pair.
   */
  centredProducts(columns: readonly Uint16Array[], means: Float32Array): Float64Array;

  /**
   * For each pair (i, j) of `pairs`, one after another: the rows in which both are active, and how many of those are close in
   * every value, |x − y| < eps in float32 (NaN is not). `columns` hold rows × width codes, `active` one byte per row.
   */
  closeRows(
    columns: readonly Uint16Array[],
    active: readonly Uint8Array[],
    width: number,
    pairs: Int32Array,
    eps: number,
  ): CloseRows;
}

export interface CloseRows {
  readonly joint: Int32Array;
  readonly close: Int32Array;
}

export interface JointSums {
  readonly dots: Float64Array;
  readonly energies: Float64Array;
  readonly joint: Int32Array;
}
