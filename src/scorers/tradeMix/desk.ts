/** Stage C (26 §6): what a desk trades, what a run of it yields, and what each cluster adds to it. */
import { gridLength } from "../../kernel/ops/tradeMix.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import type { Fold } from "./folds.js";
import { perDay } from "./luck.js";

/** Folds with fewer usable training rows stay flat. */
export const MIN_ROWS = 100;

export interface Desk {
  /** One per cluster representative: rows × assets binary16 codes. */
  readonly columns: readonly Uint16Array[];
  readonly assets: number;
  readonly rows: number;
  /** rows × assets. */
  readonly prices: Float64Array;
  /** What stands in a blanked column. */
  readonly blank: Float32Array;
  /** Forward returns, one array per asset. */
  readonly returns: readonly Float64Array[];
  /** 1 where all returns and all positions of the row are finite. A blanking cannot change it: the median of a row with a NaN is NaN. */
  readonly usable: Uint8Array;
  readonly folds: readonly Fold[];
}

export interface DeskRun {
  /** folds × (groups + 1): profit with every column in place, then with group 0, 1, .. blanked. */
  readonly profits: Float64Array;
  /** Per fold: profit at each rebalancing with every column in place. */
  readonly points: readonly Float64Array[];
  /** skillw: per asset folds × (groups + 1) weights before normalising, the blank column's last. */
  readonly edges?: readonly Float64Array[];
}

export function emptyRun(desk: Desk, constants: TradeMixConstants): DeskRun {
  const { horizon_bars, rebal_period } = constants;
  return {
    profits: new Float64Array(desk.folds.length * (desk.columns.length + 1)),
    points: desk.folds.map(
      ({ testBegin, testEnd }) => new Float64Array(gridLength(testEnd - testBegin, horizon_bars, rebal_period)),
    ),
  };
}

export function foldBounds(folds: readonly Fold[]): Int32Array {
  return Int32Array.from(folds.flatMap(({ trainEnd, testBegin, testEnd }) => [trainEnd, testBegin, testEnd]));
}

export function usableRows(blank: Float32Array, returns: readonly Float64Array[]): Uint8Array {
  const usable = new Uint8Array(blank.length);
  for (let t = 0; t < usable.length; t++) usable[t] = Number.isNaN(blank[t]) ? 0 : 1;
  for (const asset of returns) {
    for (let t = 0; t < usable.length; t++) if (!Number.isFinite(asset[t])) usable[t] = 0;
  }
  return usable;
}

/** Usable training rows of a fold. */
export function trainingRows(desk: Desk, fold: Fold): number {
  let count = 0;
  for (let t = 0; t < fold.trainEnd; t++) count += desk.usable[t];
  return count;
}

export interface Attribution {
  readonly full: number;
  readonly perFold: readonly number[];
  /** Per group: how far the profit falls without it, at least 0. */
  readonly attribution: Float64Array;
}

/** Adds the folds up, in their order, and compares the full desk with each blanked one. */
export function attribute(run: DeskRun, groups: number, folds: number): Attribution {
  const total = (k: number): number => {
    let sum = 0;
    for (let f = 0; f < folds; f++) sum += run.profits[f * (groups + 1) + k];
    return sum;
  };
  const full = total(0);
  const attribution = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    const fall = full - total(g + 1);
    attribution[g] = fall > 0 ? fall : 0;
  }
  return {
    full,
    perFold: Array.from({ length: folds }, (_, f) => run.profits[f * (groups + 1)]),
    attribution,
  };
}

/** Annualised Sharpe ratio of the full desk over the rebalancings of all folds that traded; 0 with five points or fewer. */
export function outOfSampleSharpe(points: readonly Float64Array[], constants: TradeMixConstants): number {
  const all = points.flatMap((fold) => [...fold]);
  if (all.length <= 5) return 0;
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const variance = all.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / all.length;
  return (mean / (Math.sqrt(variance) + 1e-12)) * Math.sqrt(perDay(constants) * 365);
}
