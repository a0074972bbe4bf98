/** Out-of-sample decision values of the selected miners, and the rows that the meta model learns from (20-binary §4, §5). */
import type { Executor } from "../../kernel/executor.js";
import type { BinaryCoreConstants } from "../../profiles/profile.js";
import type { Json } from "../scorer.js";
import { sharedArray } from "../shared.js";
import type { BinaryHistory } from "./history.js";
import { type MetaProblem, walkForwardTask } from "./tasks.js";

export interface Walk {
  /** One column per selected miner over all rows, NaN where absent. */
  readonly decisions: readonly Float32Array[];
  readonly notes: readonly Json[];
}

export async function walkForward(
  { columns, rows, base }: BinaryHistory,
  selected: readonly number[],
  constants: BinaryCoreConstants,
  executor: Executor,
): Promise<Walk> {
  const segments = walkForwardSegments(rows, constants.CHUNK_SIZE, constants.LAG);
  const windows = Int32Array.from(segments.flatMap(({ from, to }) => [Math.max(0, from - constants.LAG), from, to]));
  const walks = await executor.map(
    walkForwardTask,
    selected.map((j) => ({ ...base, codes: columns[j], windows })),
  );
  const notes = segments.map(({ from, to }, s) => ({
    from,
    to,
    rows: walks.map((walk) => walk.rows[s]),
    iterations: walks.map((walk) => walk.iterations[s]),
  }));
  return { decisions: walks.map((walk) => walk.decision), notes };
}

/** Segments of `chunk` rows whose first `lag` rows are left without prediction; one that has no others is dropped. */
export function walkForwardSegments(end: number, chunk: number, lag: number): { from: number; to: number }[] {
  const segments: { from: number; to: number }[] = [];
  for (let start = 0; start + lag < end; start += chunk) {
    const to = Math.min(start + chunk, end);
    if (to <= start + lag) break;
    segments.push({ from: start + lag, to });
  }
  return segments;
}

/** Rows for which some miner has a decision value. */
export function rowsWithPrediction(decisions: readonly Float32Array[]): Int32Array {
  const predicted = new Uint8Array(decisions[0].length);
  for (const column of decisions) {
    for (let t = 0; t < column.length; t++) if (!Number.isNaN(column[t])) predicted[t] = 1;
  }
  const kept = new Int32Array(predicted.length);
  let count = 0;
  for (let t = 0; t < predicted.length; t++) if (predicted[t] === 1) kept[count++] = t;
  return kept.slice(0, count);
}

/** The kept rows where workers can read them; an absent miner counts as decision 0. */
export function metaProblem(
  decisions: readonly Float32Array[],
  kept: Int32Array,
  { base }: BinaryHistory,
): MetaProblem {
  const rows = kept.length;
  const values = sharedArray(Float32Array, rows * decisions.length);
  for (const [c, column] of decisions.entries()) {
    for (let i = 0; i < rows; i++) values[c * rows + i] = column[kept[i]] || 0; // NaN is falsy
  }
  return {
    design: { values, rows, cols: decisions.length },
    labels: gather(base.labels, kept, sharedArray(Uint8Array, rows)),
    weights: gather(base.weights, kept, sharedArray(Float64Array, rows)),
  };
}

/** out[i] = values[rows[i]]; `from` with a callback is ten times slower. */
function gather<A extends Uint8Array | Float64Array>(values: A, rows: Int32Array, out: A): A {
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]];
  return out;
}
