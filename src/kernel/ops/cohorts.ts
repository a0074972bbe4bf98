/** Pair statistics for finding miners whose forecasts move together (51-clusters §3). */
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
}

export interface JointSums {
  readonly dots: Float64Array;
  readonly energies: Float64Array;
  readonly joint: Int32Array;
}
