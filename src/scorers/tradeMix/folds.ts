/** Expanding training windows, each followed by its test window without a gap (26 §6.1). */

export interface Fold {
  /** Training rows are 0 .. trainEnd − 1. */
  readonly trainEnd: number;
  readonly testBegin: number;
  readonly testEnd: number;
}

export function makeFolds(rows: number, horizon: number, count: number): Fold[] {
  if (rows < 2 * horizon) return [];
  const first = Math.max(2 * horizon, Math.floor(rows / 4));
  const width = Math.max(2 * horizon, Math.floor((rows - first) / count));
  const folds: Fold[] = [];
  for (let end = first; end + width <= rows; end += width) {
    folds.push({ trainEnd: end, testBegin: end, testEnd: end + width });
  }
  if (folds.length > 0) return folds;
  const half = Math.floor(rows / 2);
  return [{ trainEnd: half, testBegin: half, testEnd: rows }];
}
