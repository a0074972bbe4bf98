/** Logistic regressions: scikit-learn 1.7.2's solvers, followed step by step (10-numerics §1 to §4). */

/** A dense design, column-major: column j is values[j·rows .. (j+1)·rows). */
export interface Dense {
  readonly values: Float64Array | Float32Array;
  readonly rows: number;
  readonly cols: number;
}

export type Solver = "lbfgs" | "liblinear" | "irls" | "saga" | "cd";

export interface LogisticOptions {
  readonly solver: Solver;
  /** Inverse strength of the penalty. */
  readonly C: number;
  readonly tol: number;
  readonly maxIter: number;
  /** Class weights n/(2 n_c) counted with the sample weights. */
  readonly balanced: boolean;
  /** Share of L1 in the elastic net; saga and cd only. */
  readonly l1Ratio?: number;
  /** Seed of saga's row sampling. */
  readonly seed?: number;
  /** Default true. */
  readonly fitIntercept?: boolean;
}

export interface LogisticFit {
  readonly coef: Float64Array;
  readonly intercept: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface BootstrapOptions extends LogisticOptions {
  /** Replicates `from ≤ b < to` are computed; replicate b draws its blocks with seed `bootstrapSeed + b`. */
  readonly from: number;
  readonly to: number;
  /** Rows per block. */
  readonly block: number;
  readonly bootstrapSeed: number;
}

/** One row per replicate asked for. A replicate whose draw holds one class only has kept = 0 and zeros. */
export interface BootstrapFits {
  /** (to − from) × cols, row-major. */
  readonly coef: Float64Array;
  readonly intercept: Float64Array;
  readonly iterations: Int32Array;
  readonly kept: Uint8Array;
}

export interface LinearKernel {
  /**
   * One fit. `weights` are per-row sample weights or null (for "balanced" too). saga on a Float32Array design runs in
   * float32 as scikit-learn does. Throws FitError when a label class is absent or a coefficient is not finite.
   */
  fitLogistic(x: Dense, y: Uint8Array, weights: Float64Array | null, options: LogisticOptions): LogisticFit;
  /**
   * Block-bootstrapped fits: each replicate is a weighting of the unique rows by how often its blocks cover them
   * (22 §3.5, 24 §4.6). Solvers lbfgs and liblinear. Float32 designs of lbfgs without weights may use float32 lanes.
   * A replicate's numbers do not depend on which others are computed with it.
   */
  bootstrapLogistic(x: Dense, y: Uint8Array, weights: Float64Array | null, options: BootstrapOptions): BootstrapFits;
}
