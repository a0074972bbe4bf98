/** The base models of the binary challenges: per miner, a hold-out AUC and an expanding walk-forward (20-binary §2 to §6). */

export interface BaseFitOptions {
  readonly C: number;
  readonly tol: number;
  readonly maxIter: number;
  /** Fewest nonzero rows that a fit needs. */
  readonly minTrain: number;
}

export interface HoldOutOptions extends BaseFitOptions {
  /** Fewest nonzero rows in the second part that an AUC needs. */
  readonly minEvaluate: number;
}

/** Why a hold-out AUC is missing, in the order of the tests. */
export type HoldOutWhy =
  | "no rows before the split"
  | "too few training rows"
  | "one class of training labels"
  | "too few evaluation rows"
  | "one class of evaluation labels";

export interface HoldOut {
  /** AUC on the nonzero rows at and after the split, equal decision values counted half; NaN when `why` is given. */
  readonly auc: number;
  /** null when there is an AUC. */
  readonly why: HoldOutWhy | null;
  /** Of the fit on the rows before the split: `width` values, zeros when there is no fit. */
  readonly coef: Float64Array;
  readonly intercept: number;
  /** −1 when there is no fit. */
  readonly iterations: number;
}

export interface RollingOptions extends BaseFitOptions {
  /** Rows per AUC, counted from row 0; the last period may be short. */
  readonly period: number;
  /** Fewest scored rows that an AUC needs. */
  readonly minScored: number;
}

/** What each window of a walk was fitted to. */
export interface WindowFits {
  /** Per window: nonzero rows in its fit. */
  readonly rows: Int32Array;
  /** Per window: iterations of its fit, −1 when it was not fitted. */
  readonly iterations: Int32Array;
  /** windows × width, row-major; zeros when not fitted. */
  readonly coef: Float64Array;
  /** Per window; 0 when not fitted. */
  readonly intercept: Float64Array;
}

export interface RollingAucs extends WindowFits {
  /** Per period, equal decision values counted half; NaN where a class or enough scored rows are missing. */
  readonly aucs: Float64Array;
}

export interface WalkForward extends WindowFits {
  /** One value per row, rounded to float32; NaN where the miner has no prediction. */
  readonly decision: Float32Array;
}

/**
 * In all of them `codes` are one miner's binary16 codes, rows × width (row-major), `labels` bytes 0 or 1 and `weights`
 * positive numbers, one per row. NaN codes count as 0, ±infinity as ±3.4028234663852886e38. A row is nonzero when any of
 * its values differs from 0; the others take no part in anything. The base model is a balanced L2 logistic regression
 * with sample weights (class weights counted with them): liblinear's TRON for width ≤ 4 (10-numerics §3), lbfgs for more
 * (§2). It is fitted only on at least `minTrain` nonzero rows of both classes. Decision value: x·coef + intercept in
 * float64, features in order, intercept last.
 */
export interface BinaryKernel {
  /**
   * Row weights of mean 1 that halve every `halfLifeRows` rows, oldest row first: exp(−λ(rows − t)) for t = 0 .. rows−1 with
   * λ = ln 2 / halfLifeRows, divided by their mean (NumPy's pairwise sum, 10-numerics §7).
   */
  timeWeights(rows: number, halfLifeRows: number): Float64Array;
  /** Fits on rows [0, split), then ranks the rows [split, rows). */
  holdOutAuc(
    codes: Uint16Array,
    width: number,
    labels: Uint8Array,
    weights: Float64Array,
    split: number,
    options: HoldOutOptions,
  ): HoldOut;
  /**
   * One fit from scratch per window on the rows [0, fitEnd), which predicts the nonzero rows [from, to). `windows` holds
   * (fitEnd, from, to) one after another, fitEnd ascending (equal allowed), all within the rows, windows disjoint.
   */
  walkForward(
    codes: Uint16Array,
    width: number,
    labels: Uint8Array,
    weights: Float64Array,
    windows: Int32Array,
    options: BaseFitOptions,
  ): WalkForward;
  /**
   * One fit from scratch per window on the rows [fitFrom, fitEnd), which scores the nonzero rows [from, to) in float64; then
   * one AUC per period, whichever fits its rows were scored by. `windows` holds (fitFrom, fitEnd, from, to) one after another,
   * none of the four falling from window to window, all within the rows, the scored ranges disjoint.
   */
  rollingAucs(
    codes: Uint16Array,
    width: number,
    labels: Uint8Array,
    weights: Float64Array,
    windows: Int32Array,
    options: RollingOptions,
  ): RollingAucs;
}
