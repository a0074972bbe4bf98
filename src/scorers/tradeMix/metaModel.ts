/** Runs a desk whose predictions come from a fitted model (26 §6.4, §9): every fold, in full and with each group blanked. */
import { FitError } from "../../errors.js";
import type { Kernel } from "../../kernel/kernel.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import { type Desk, type DeskRun, emptyRun, MIN_ROWS } from "./desk.js";
import { type Features, makeFeatures, rollingMoments } from "./features.js";
import type { Fold } from "./folds.js";

/** One fold's view: what may be learnt from, and how many rows to predict. */
export interface Lesson {
  readonly features: Features;
  /** Usable training rows, ascending. */
  readonly rows: Int32Array;
  /** Forward returns on these rows, one array per asset. */
  readonly labels: readonly Float64Array[];
  /** Predictions are wanted for rows 0 .. until − 1. */
  readonly until: number;
}

export interface MetaModel {
  readonly name: string;
  /** Predicted forward returns, one array of `until` per asset. */
  predict(kernel: Kernel, lesson: Lesson): Float64Array[];
}

/** Columns g·assets + a: positions of representative g in asset a. */
function decodePanel(kernel: Kernel, desk: Desk): Float32Array[] {
  return desk.columns.flatMap((codes) => {
    const values = kernel.decodeHalf(codes);
    return Array.from({ length: desk.assets }, (_, a) => {
      const column = new Float32Array(desk.rows);
      for (let t = 0; t < desk.rows; t++) column[t] = Math.min(1, Math.max(-1, values[t * desk.assets + a]));
      return column;
    });
  });
}

function usableBefore(usable: Uint8Array, end: number): Int32Array {
  const rows: number[] = [];
  for (let t = 0; t < end; t++) if (usable[t]) rows.push(t);
  return Int32Array.from(rows);
}

/** Throws FitError when a NaN position lies in a row that has to be predicted. */
export function runModel(kernel: Kernel, desk: Desk, constants: TradeMixConstants, model: MetaModel): DeskRun {
  const { assets, returns, folds } = desk;
  const groups = desk.columns.length;
  const run = emptyRun(desk, constants);
  const panel = decodePanel(kernel, desk);
  const moments = rollingMoments(kernel, desk.prices, assets);
  const lessons = folds.map((fold) => {
    const rows = usableBefore(desk.usable, fold.trainEnd);
    const labels = returns.map((asset) => Float64Array.from(rows, (t) => asset[t]));
    return { rows, labels, until: fold.testEnd };
  });
  for (let blanked = -1; blanked < groups; blanked++) {
    const columns = panel.map((column, i) => (Math.floor(i / assets) === blanked ? desk.blank : column));
    const features = makeFeatures(columns, assets, moments);
    for (const [f, lesson] of lessons.entries()) {
      if (lesson.rows.length < MIN_ROWS) continue;
      if (desk.blank.subarray(0, lesson.until).some(Number.isNaN)) {
        throw new FitError(`meta_model ${model.name} cannot predict from a NaN position; use skillw`);
      }
      const predictions = model.predict(kernel, { features, ...lesson });
      for (let a = 0; a < assets; a++) {
        const points = deskPoints(kernel, predictions[a], returns[a], folds[f], constants);
        for (let i = 0; i < points.length; i++) {
          const cell = f * (groups + 1) + blanked + 1;
          run.profits[cell] = run.profits[cell] + points[i];
          if (blanked < 0) run.points[f][i] = run.points[f][i] + points[i];
        }
      }
    }
  }
  return run;
}

/** Profit at each rebalancing of the test window of one asset (26 §6.4). */
function deskPoints(
  kernel: Kernel,
  prediction: Float64Array,
  returns: Float64Array,
  fold: Fold,
  constants: TradeMixConstants,
): number[] {
  const { horizon_bars, rebal_period, fee_bps } = constants;
  let sum = 0;
  for (let t = 0; t < fold.trainEnd; t++) sum += prediction[t];
  const mean = sum / fold.trainEnd;
  let squares = 0;
  for (let t = 0; t < fold.trainEnd; t++) squares += (prediction[t] - mean) * (prediction[t] - mean);
  const scale = Math.sqrt(squares / fold.trainEnd) + 1e-8;
  const points: number[] = [];
  let previous = 0;
  for (let t = fold.testBegin; t < fold.testEnd - horizon_bars; t += rebal_period) {
    const position = kernel.tanh(prediction[t] / scale);
    const gain = returns[t];
    points.push(Number.isFinite(gain) ? position * gain - (fee_bps / 1e4) * Math.abs(position - previous) : 0);
    previous = position;
  }
  return points;
}
