/** From bootstrap replicates to one coefficient vector: means, and the median of group means of |coef| (24 §4.6, 22 §3.5). */
import type { BootstrapFits } from "../../kernel/ops/linear.js";

export interface Aggregated {
  /** Mean coefficients and intercept over the kept replicates. */
  readonly mean: Float64Array;
  readonly intercept: number;
  /** Median over groups of the mean |coef| inside a group. */
  readonly importance: Float64Array;
  readonly replicates: number;
}

const GROUPS = 4;

/** Parts must be in replicate order. Undefined when no replicate was kept. */
export function aggregateReplicates(parts: readonly BootstrapFits[], cols: number): Aggregated | undefined {
  const rows: { coef: Float64Array; intercept: number }[] = [];
  for (const part of parts) {
    for (let r = 0; r < part.kept.length; r++) {
      if (part.kept[r]) {
        rows.push({ coef: part.coef.subarray(r * cols, (r + 1) * cols), intercept: part.intercept[r] });
      }
    }
  }
  if (rows.length === 0) return undefined;
  const mean = new Float64Array(cols);
  let intercept = 0;
  for (const row of rows) {
    for (let k = 0; k < cols; k++) mean[k] += row.coef[k];
    intercept += row.intercept;
  }
  for (let k = 0; k < cols; k++) mean[k] /= rows.length;

  const groups = Math.min(GROUPS, rows.length);
  const size = Math.floor(rows.length / groups);
  const importance = new Float64Array(cols);
  const values = new Float64Array(groups);
  for (let k = 0; k < cols; k++) {
    for (let g = 0; g < groups; g++) {
      let sum = 0;
      for (let r = g * size; r < (g + 1) * size; r++) sum += Math.abs(rows[r].coef[k]);
      values[g] = sum / size;
    }
    importance[k] = median(values);
  }
  return { mean, intercept: intercept / rows.length, importance, replicates: rows.length };
}

/** Middle value, or the mean of the two middle ones. */
function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
