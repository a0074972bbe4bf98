// Out-of-sample AUCs of one miner: fits on a rolling window, refitted every so many rows, ranked period by period
// (50-profile-2026-07 §3.1).

import { alloc, mark, release } from "../arena";
import { BaseModel } from "./baseModel";
import { GroupedAuc } from "./groupedAuc";
import { PresentRows } from "./presentRows";

/**
 * `windows`: i32 quadruples (fitFrom, fitEnd, from, to), neither falling. Period p is the rows [p · period, (p + 1) · period);
 * `aucs` (float64 per period, NaN at the start) gets the AUC of those with at least `minScored` scored rows of both classes.
 * `fits` (float64, zeros at the start) per window as walkForward writes them.
 */
export function rollingAucs(
  codes: usize,
  rows: i32,
  width: i32,
  labels: usize,
  weights: usize,
  windows: usize,
  count: i32,
  C: f64,
  tolerance: f64,
  maxIterations: i32,
  minTrain: i32,
  period: i32,
  minScored: i32,
  aucs: usize,
  fits: usize,
): void {
  const level = mark();
  const present = PresentRows.from(codes, rows, width);
  const model = BaseModel.over(present, labels, weights, C, tolerance, maxIterations);
  const scores = PeriodScores.create(model, labels, period, minScored, aucs);
  const window = model.window;
  const columns = <usize>width + 3;
  for (let i: i32 = 0; i < count; i++, windows += 16, fits += columns << 3) {
    window.restart(load<i32>(windows));
    window.extend(load<i32>(windows, 4));
    store<f64>(fits, <f64>window.rows);
    store<f64>(fits, -1, 8);
    if (window.rows < minTrain || window.count0 == 0 || window.count1 == 0) continue;
    model.fit();
    store<f64>(fits, <f64>model.iterations, 8);
    memory.copy(fits + 16, model.v, (<usize>width + 1) << 3);
    scores.rank(load<i32>(windows, 8), load<i32>(windows, 12));
  }
  scores.close();
  release(level);
}

/** Scored rows of the period at hand; a period may take scores from two models. */
@unmanaged
class PeriodScores {
  private model: BaseModel;
  private labels: usize;
  private period: i32;
  private minScored: i32;
  private aucs: usize;
  private auc: GroupedAuc;
  private current: i32;
  private scored: i32;

  static create(model: BaseModel, labels: usize, period: i32, minScored: i32, aucs: usize): PeriodScores {
    const self = changetype<PeriodScores>(alloc(offsetof<PeriodScores>()));
    self.model = model;
    self.labels = labels;
    self.period = period;
    self.minScored = minScored;
    self.aucs = aucs;
    self.auc = GroupedAuc.create(min<i32>(period, model.present.count));
    self.current = 0;
    self.scored = 0;
    return self;
  }

  /** Scores the nonzero rows [from, to) with the model as it stands. */
  rank(from: i32, to: i32): void {
    const present = this.model.present;
    let i = present.before(from);
    while (from < to) {
      const period = from / this.period;
      if (period != this.current) {
        this.close();
        this.current = period;
      }
      from = <i32>min<i64>(to, (<i64>period + 1) * <i64>this.period);
      const end = present.before(from);
      this.add(i, end);
      i = end;
    }
  }

  private add(from: i32, to: i32): void {
    const model = this.model;
    const present = model.present;
    for (let i = from; i < to; i++) {
      const row = <usize>load<i32>(present.row + ((<usize>i) << 2));
      const label = <u32>(load<u8>(this.labels + row) != 0);
      this.auc.add(model.decision(load<i32>(present.group + ((<usize>i) << 2))), 1 - label, label);
    }
    this.scored += to - from;
  }

  /** Ends the period at hand. */
  close(): void {
    if (this.scored >= max<i32>(this.minScored, 1)) {
      store<f64>(this.aucs + ((<usize>this.current) << 3), this.auc.area());
    }
    this.auc.clear();
    this.scored = 0;
  }
}
