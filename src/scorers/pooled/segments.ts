/** Segments of the expanding walk over the rows of a cross-section challenge (24 §4.4, §4.5; 25 §4.6, §4.7). */

/** What XSEC-RANK and FUNDING-XSEC do differently; all in rows. */
export interface WalkRules {
  /** Rows between a segment's start and its first validation row. */
  readonly embargo: number;
  /** Rows before the validation where selection and training end. */
  readonly back: number;
  /** Rows between the end of a fit and the first row it predicts. */
  readonly gap: number;
  readonly chunk: number;
}

export interface Segment {
  readonly index: number;
  /** Validation rows [from, to). */
  readonly validation: readonly [number, number];
  /** Selection: fit on [0, fitEnd), AUC on [evalFrom, evalTo). */
  readonly selection: readonly [fitEnd: number, evalFrom: number, evalTo: number];
  /** Training rows are [0, trainEnd). */
  readonly trainEnd: number;
  /** Out-of-sample predictions inside the training rows: fit on [0, from), predict [from, to). */
  readonly subSegments: readonly (readonly [from: number, to: number])[];
}

export function walkSegments(usableRows: number, rules: WalkRules): Segment[] {
  const segments: Segment[] = [];
  for (let start = 0; start < usableRows; ) {
    const from = start + rules.embargo;
    const to = Math.min(start + rules.chunk, usableRows);
    if (from >= usableRows || to <= from) break;
    const trainEnd = Math.max(0, from - rules.back);
    const evalFrom = Math.max(0, trainEnd - rules.chunk);
    const fitEnd = Math.max(0, evalFrom - rules.gap);
    segments.push({
      index: segments.length,
      validation: [from, to],
      selection: [fitEnd, evalFrom, trainEnd],
      trainEnd,
      subSegments: subSegments(trainEnd, rules),
    });
    start = to;
  }
  return segments;
}

function subSegments(trainEnd: number, { gap, chunk }: WalkRules): [number, number][] {
  const parts: [number, number][] = [];
  for (let start = 0; start < trainEnd; ) {
    const from = start + gap;
    const to = Math.min(start + Math.max(chunk, 2000), trainEnd);
    if (from >= trainEnd || to <= from) break;
    parts.push([from, to]);
    start = to;
  }
  return parts;
}
