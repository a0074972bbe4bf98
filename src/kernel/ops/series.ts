/** Loops over price series. `T` is the number of rows. */
export interface SeriesKernel {
  /** Rolling sample standard deviation over `window` values, length T − window + 1 (empty if T < window); 10-numerics §7. */
  rollingStd(x: Float64Array, window: number): Float64Array;
  /**
   * First touch of ±sigma within `horizon` rows: 0 up first, 1 down first, 2 neither, 255 where sigma is not finite or ≤ 0.
   * `logPrices` has T values, `sigma` n ≤ T − horizon; the result has n.
   */
  firstTouch(logPrices: Float64Array, sigma: Float64Array, horizon: number): Uint8Array;
  /** Largest and smallest of x[t .. t+horizon] for t = 0 .. T−horizon−1. */
  windowExtremes(x: Float64Array, horizon: number): { readonly max: Float64Array; readonly min: Float64Array };
  /**
   * Labels "above the row's median change": 1 above, 0 not, 255 where the change is missing (24 §4.2, 25 §4.3).
   * `values` is T × assets row-major; `forward[t]` is the row that row t is compared with, −1 for none.
   * "ratio": change = later/now − 1, missing unless both > 0. "difference": later − now, missing where NaN.
   * The result is T × assets, all 255 where forward is −1.
   */
  crossSectionLabels(
    values: Float64Array,
    assets: number,
    forward: Int32Array,
    change: "ratio" | "difference",
  ): Uint8Array;
}
