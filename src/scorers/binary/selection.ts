/** Which miners of a binary challenge the meta model sees: two ways to rank them, two ways to cut the ranking. */
import type { BinaryConstants, BinaryDailyConstants } from "../../profiles/profile.js";
import type { Json, ScoreContext } from "../scorer.js";
import type { BinaryHistory } from "./history.js";
import { holdOutTask, rollingTask } from "./tasks.js";

export interface Selection {
  /** Column numbers, best first. */
  readonly selected: readonly number[];
  /** One per hotkey: what it was ranked by. */
  readonly notes: readonly Json[];
}

/** The AUC of one fit on the first half of history, ranked on the second (20-binary §3). */
export async function selectByHoldOut(
  { hotkeys, columns, rows, base }: BinaryHistory,
  { constants, executor }: ScoreContext<BinaryConstants>,
): Promise<Selection> {
  const split = Math.floor(rows / 2);
  const holdOuts = await executor.map(
    holdOutTask,
    columns.map((codes) => ({ ...base, codes, split, minEvaluate: constants.MIN_EVAL_ROWS })),
  );
  const aucs = Float32Array.from(holdOuts, ({ auc }) => (Number.isNaN(auc) ? 0.5 : auc));
  const notes = hotkeys.map((hotkey, j) => {
    const { why, coef, intercept, iterations } = holdOuts[j];
    return { hotkey, auc: aucs[j], ...(why === null ? { coef: [...coef], intercept, iterations } : { why }) };
  });
  return { selected: selectByAuc(aucs, constants.TOP_K), notes };
}

/** Column numbers of the `count` largest AUCs above one half, largest first; of equal ones the lower column first. */
export function selectByAuc(aucs: Float32Array, count: number): number[] {
  return ranking(aucs)
    .slice(0, count)
    .filter((j) => aucs[j] > 0.5);
}

/** The decayed mean of daily out-of-sample AUCs of rolling fits, with a band of near-equals (50-profile-2026-07 §3.1, §3.2). */
export async function selectByDailyAuc(
  { hotkeys, columns, rows, base }: BinaryHistory,
  { constants, executor }: ScoreContext<BinaryDailyConstants>,
): Promise<Selection> {
  const windows = rollingWindows(rows, constants);
  const period = constants.SEL_WINDOW_ROWS;
  const options = { ...base.options, period, minScored: constants.SEL_MIN_WINDOW_ROWS };
  const inputs = columns.map((codes) => ({ ...base, codes, windows, options }));
  const rolled = windows.length > 0 ? await executor.map(rollingTask, inputs) : [];
  const days = Array.from({ length: Math.ceil(rows / period) }, (_, d) => {
    const age = (rows - Math.min((d + 1) * period, rows)) / constants.INDICES_PER_DAY;
    return executor.kernel.exp((-Math.LN2 * age) / Math.max(constants.SEL_HALFLIFE_DAYS, 1e-9));
  });
  const aucs = new Float32Array(hotkeys.length).fill(0.5);
  for (const [j, { aucs: daily }] of rolled.entries()) {
    aucs[j] = decayedMean(daily, days, constants.SEL_MIN_VALID_WINDOWS) ?? 0.5;
  }
  const notes = rolled.map(({ aucs: daily, rows: fitRows, iterations }, j) => ({
    hotkey: hotkeys[j],
    auc: aucs[j],
    daily: Array.from(daily, (auc) => (Number.isNaN(auc) ? null : auc)),
    fitRows: [...fitRows],
    iterations: [...iterations],
  }));
  return { selected: selectWithBand(aucs, constants), notes };
}

/**
 * Quadruples (fitFrom, fitEnd, from, to): a refit every SEL_REFIT_DAYS on the SEL_FIT_WINDOW_DAYS before, LAG rows apart from
 * what it scores. The first needs half a fit window or half of history.
 */
export function rollingWindows(rows: number, constants: BinaryDailyConstants): Int32Array {
  const { LAG, INDICES_PER_DAY } = constants;
  const refit = Math.trunc(constants.SEL_REFIT_DAYS) * INDICES_PER_DAY;
  const fitted = Math.trunc(constants.SEL_FIT_WINDOW_DAYS) * INDICES_PER_DAY;
  const windows: number[] = [];
  if (!(refit > 0)) return new Int32Array(0);
  for (let b = Math.min(Math.floor(fitted / 2), Math.floor(rows / 2)); b < rows - LAG; b += refit) {
    windows.push(Math.max(0, b - fitted), Math.max(0, b - LAG), b, Math.min(b + refit, rows));
  }
  return Int32Array.from(windows);
}

/** Undefined with fewer than `fewest` values that are not NaN. */
function decayedMean(values: Float64Array, weights: readonly number[], fewest: number): number | undefined {
  const valid = [...values.keys()].filter((d) => !Number.isNaN(values[d]));
  if (valid.length < fewest || valid.length === 0) return undefined;
  const total = valid.reduce((sum, d) => sum + weights[d], 0);
  return valid.reduce((sum, d) => sum + weights[d] * values[d], 0) / total;
}

type BandConstants = Pick<BinaryDailyConstants, "TOP_K" | "SEL_AUC_MARGIN" | "SEL_BAND_MAX_EXTRA">;

/** The best TOP_K and up to SEL_BAND_MAX_EXTRA more whose AUC is within the margin of the last of them; above one half only. */
export function selectWithBand(aucs: Float32Array, constants: BandConstants): number[] {
  const order = ranking(aucs);
  const { TOP_K, SEL_AUC_MARGIN, SEL_BAND_MAX_EXTRA } = constants;
  let count = Math.min(TOP_K, order.length);
  if (order.length > count && count > 0 && SEL_AUC_MARGIN > 0) {
    const least = aucs[order[count - 1]] - SEL_AUC_MARGIN;
    const most = Math.min(order.length, count + SEL_BAND_MAX_EXTRA);
    while (count < most && aucs[order[count]] >= least) count++;
  }
  return order.slice(0, count).filter((j) => aucs[j] > 0.5);
}

/** Columns by descending AUC; of equal ones the lower first. */
function ranking(aucs: Float32Array): number[] {
  return [...aucs.keys()].sort((a, b) => aucs[b] - aucs[a] || a - b);
}
