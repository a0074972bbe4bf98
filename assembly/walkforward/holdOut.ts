// Selection of binary miners: one fit on the rows before a split, its AUC on the rows after (20-binary §3).

import { allocZeroed, mark, release } from "../arena";
import { BaseModel } from "./baseModel";
import { GroupedAuc } from "./groupedAuc";
import { PresentRows } from "./presentRows";

const BLOCK: i32 = 1024;

/** What holdOutAuc returns; HoldOutWhy on the other side of the boundary. */
const SCORED: i32 = 0;
const NO_ROWS: i32 = 1;
const FEW_ROWS: i32 = 2;
const ONE_CLASS: i32 = 3;
const FEW_EVALUATION_ROWS: i32 = 4;
const ONE_EVALUATION_CLASS: i32 = 5;

/**
 * Returns why there is no AUC, or 0. `codes` rows × width binary16, `labels` bytes, `weights` float64. Writes to `out`
 * (float64): the AUC, the iterations (-1: no fit), `width` coefficients and the intercept; `out` starts as zeros.
 */
export function holdOutAuc(
  codes: usize,
  rows: i32,
  width: i32,
  labels: usize,
  weights: usize,
  split: i32,
  C: f64,
  tolerance: f64,
  maxIterations: i32,
  minTrain: i32,
  minEvaluate: i32,
  out: usize,
): i32 {
  const level = mark();
  const present = PresentRows.from(codes, rows, width);
  const model = BaseModel.over(present, labels, weights, C, tolerance, maxIterations);
  const why = HoldOut.run(model, labels, split, minTrain, minEvaluate, out);
  store<f64>(out, <f64>model.iterations, 8);
  if (model.iterations >= 0) memory.copy(out + 16, model.v, (<usize>width + 1) << 3);
  release(level);
  return why;
}

class HoldOut {
  static run(model: BaseModel, labels: usize, split: i32, minTrain: i32, minEvaluate: i32, out: usize): i32 {
    const present = model.present;
    const window = model.window;
    window.extend(split);
    if (window.rows == 0) return NO_ROWS;
    if (window.rows < minTrain) return FEW_ROWS;
    if (window.count0 == 0 || window.count1 == 0) return ONE_CLASS;
    model.fit();

    const later = present.count - window.rows;
    if (later < minEvaluate) return FEW_EVALUATION_ROWS;
    const counts = allocZeroed((<usize>present.groups) << 3);
    for (let from = window.rows; from < present.count; from += BLOCK) {
      HoldOut.count(present, labels, from, min<i32>(present.count, from + BLOCK), counts);
    }
    const auc = GroupedAuc.create(present.groups);
    for (let from: i32 = 0; from < present.groups; from += BLOCK) {
      HoldOut.score(model, counts, from, min<i32>(present.groups, from + BLOCK), auc);
    }
    const area = auc.area();
    if (area != area) return ONE_EVALUATION_CLASS;
    store<f64>(out, area);
    return SCORED;
  }

  /** Rows of each class per group: two u32 each. */
  private static count(present: PresentRows, labels: usize, from: i32, to: i32, counts: usize): void {
    for (let i = from; i < to; i++) {
      const row = <usize>load<i32>(present.row + ((<usize>i) << 2));
      const group = <usize>load<i32>(present.group + ((<usize>i) << 2));
      const p = counts + (group << 3) + (load<u8>(labels + row) != 0 ? 4 : 0);
      store<u32>(p, load<u32>(p) + 1);
    }
  }

  private static score(model: BaseModel, counts: usize, from: i32, to: i32, auc: GroupedAuc): void {
    for (let group = from; group < to; group++) {
      const p = counts + ((<usize>group) << 3);
      if (load<u64>(p) != 0) auc.add(model.decision(group), load<u32>(p), load<u32>(p, 4));
    }
  }
}
