/**
 * Cross-section challenges pool (row, asset) pairs into samples (24-xsec-rank, 25-funding-xsec). A sample's feature for a
 * miner is one binary16 code, its label a byte: 0, 1 or 255 (missing: not a sample). Codes and labels are rows × assets,
 * row-major. A code of ±0 means "no prediction". Windows are half-open ranges of rows.
 */
import type { BootstrapFits, BootstrapOptions, Dense } from "./linear.js";

/** One-feature logistic fits (L2, lbfgs, unweighted) to make for one miner. */
export interface PooledWindows {
  /** Triples (fitEnd, evalFrom, evalTo): fit on rows [0, fitEnd), AUC on rows [evalFrom, evalTo). */
  readonly selections: Int32Array;
  /** Fits on rows [0, end). */
  readonly fits: Int32Array;
  /** Fewest samples with a prediction in a fit; both classes are needed besides. */
  readonly minFit: number;
  /** Fewest samples with a prediction in an evaluation; both classes are needed besides. */
  readonly minEval: number;
  /** Fewest distinct values in the fit of a selection. */
  readonly minDistinct: number;
  readonly C: number;
  readonly tol: number;
  readonly maxIter: number;
}

/** One entry per fit asked for; weight is NaN where the fit could not be made. */
export interface BaseFits {
  readonly weight: Float64Array;
  readonly intercept: Float64Array;
  readonly iterations: Int32Array;
  /** Samples with a prediction in the fit's rows. */
  readonly samples: Int32Array;
}

export interface PooledMiner {
  /** AUC of each selection's scores weight·x + intercept on its evaluation rows; 0.5 where it could not be had. */
  readonly auc: Float64Array;
  readonly selections: BaseFits;
  readonly fits: BaseFits;
}

/** The selected miners' columns and where each of their base fits predicts. */
export interface PooledColumns {
  readonly labels: Uint8Array;
  readonly assets: number;
  /** K columns of codes, each as long as labels. */
  readonly columns: readonly Uint16Array[];
  /** Per column the assets whose codes count as 0, or null. */
  readonly muted: readonly (Uint8Array | null)[];
  /** B row ranges (from, to), ascending and disjoint. */
  readonly ranges: Int32Array;
  /** B × K row-major: base fit that predicts range b for column k; NaN weight: no prediction there. */
  readonly weight: Float64Array;
  readonly intercept: Float64Array;
}

export interface PooledKernel {
  /** Running counts of samples by class: entry t counts rows before t; length rows + 1 each. */
  labelCounts(labels: Uint8Array, assets: number): { readonly zeros: Int32Array; readonly ones: Int32Array };
  /** 1 for each asset whose codes have a population standard deviation below `minStd` over the rows with mask 1. */
  constantColumns(codes: Uint16Array, assets: number, rowMask: Uint8Array, minStd: number): Uint8Array;
  /** All base fits and selection AUCs of one miner. `muted` marks assets whose codes count as 0. */
  pooledMiner(
    codes: Uint16Array,
    labels: Uint8Array,
    assets: number,
    muted: Uint8Array | null,
    windows: PooledWindows,
  ): PooledMiner;
  /**
   * Meta design: float32(weight·x + intercept) per sample and column, 0 where there is no prediction; only samples with at
   * least one prediction, in pooled order.
   */
  pooledDesign(columns: PooledColumns): { readonly x: Dense; readonly y: Uint8Array };
  /** bootstrapLogistic (lbfgs) on the design of pooledDesign; rows and ones count its samples. No fits if rows < 2 blocks. */
  pooledBootstrap(
    columns: PooledColumns,
    options: BootstrapOptions,
  ): { readonly rows: number; readonly ones: number; readonly fits: BootstrapFits };
  /**
   * AUC of sigmoid(prediction · coef + intercept) over all samples of the ranges, float32 predictions as in pooledDesign
   * (samples without any prediction stay, as zeros). NaN when a class is absent or a score is not finite.
   */
  pooledAuc(
    columns: PooledColumns,
    coef: Float64Array,
    intercept: number,
  ): { readonly auc: number; readonly samples: number };
}
