/** Walk-forward segments over the labelled rows (22-lbfgs-buckets §4 step 4). */

/** Validation rows [from, to) after training rows [train, from). */
export interface Segment {
  readonly train: number;
  readonly from: number;
  readonly to: number;
}

const MIN_SEGMENT_ROWS = 200;

/** Segments of `chunk` rows from the third chunk on; a last one of fewer than 200 rows is left out. */
export function walkForward(rows: number, chunk: number, maxTrain: number): Segment[] {
  const segments: Segment[] = [];
  for (let from = 2 * chunk; from < rows; from += chunk) {
    const to = Math.min(from + chunk, rows);
    if (to - from < MIN_SEGMENT_ROWS) break;
    segments.push({ train: Math.max(0, from - maxTrain), from, to });
  }
  return segments;
}

/** Every row number at which a training or validation stretch begins or ends, ascending: hits counted between them add up. */
export function stretchEdges(segments: readonly Segment[]): Int32Array {
  const edges = new Set(segments.flatMap(({ train, from, to }) => [train, from, to]));
  return Int32Array.from(edges).sort();
}
