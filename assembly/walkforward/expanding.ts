// Out-of-sample decision values of one miner: a fit from scratch per window on everything before it (20-binary §4).

import { mark, release } from "../arena";
import { BaseModel } from "./baseModel";
import { PresentRows } from "./presentRows";

const BLOCK: i32 = 1024;

/**
 * `windows`: i32 triples (fitEnd, from, to), fitEnd ascending. Writes float32 decision values of the nonzero rows inside
 * the windows that could be fitted to `decision` (the others are left as they are), and per window to `fits` (float64):
 * nonzero rows, iterations (-1: not fitted), `width` coefficients, intercept; `fits` starts as zeros.
 */
export function walkForward(
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
  decision: usize,
  fits: usize,
): void {
  const level = mark();
  const present = PresentRows.from(codes, rows, width);
  const model = BaseModel.over(present, labels, weights, C, tolerance, maxIterations);
  const window = model.window;
  const columns = <usize>width + 3;
  for (let i: i32 = 0; i < count; i++, windows += 12, fits += columns << 3) {
    window.extend(load<i32>(windows));
    store<f64>(fits, <f64>window.rows);
    store<f64>(fits, -1, 8);
    if (window.rows < minTrain || window.count0 == 0 || window.count1 == 0) continue;
    model.fit();
    store<f64>(fits, <f64>model.iterations, 8);
    memory.copy(fits + 16, model.v, (<usize>width + 1) << 3);
    const end = present.before(load<i32>(windows, 8));
    for (let from = present.before(load<i32>(windows, 4)); from < end; from += BLOCK) {
      Expanding.predict(model, from, min<i32>(end, from + BLOCK), decision);
    }
  }
  release(level);
}

class Expanding {
  static predict(model: BaseModel, from: i32, to: i32, decision: usize): void {
    const present = model.present;
    for (let i = from; i < to; i++) {
      const row = <usize>load<i32>(present.row + ((<usize>i) << 2));
      const group = load<i32>(present.group + ((<usize>i) << 2));
      store<f32>(decision + (row << 2), <f32>model.decision(group));
    }
  }
}
