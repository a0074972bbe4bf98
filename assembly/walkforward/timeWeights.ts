// Row weights of mean 1 that halve every so many rows, oldest row first (20-binary §2).

import { expArray } from "../numeric/elementwise";
import { sum } from "../numeric/sum";

const LN_2: f64 = 0.6931471805599453;
const BLOCK: i32 = 4096;

/** Writes `rows` float64 to `out`. */
export function timeWeights(rows: i32, halfLifeRows: f64, out: usize): void {
  const decay = LN_2 / halfLifeRows;
  for (let t: i32 = 0; t < rows; t++) store<f64>(out + ((<usize>t) << 3), -decay * <f64>(rows - t));
  for (let from: i32 = 0; from < rows; from += BLOCK) {
    const p = out + ((<usize>from) << 3);
    expArray(p, p, min<i32>(BLOCK, rows - from));
  }
  const mean = sum(out, rows) / <f64>rows;
  for (let t: i32 = 0; t < rows; t++) {
    const p = out + ((<usize>t) << 3);
    store<f64>(p, load<f64>(p) / mean);
  }
}
