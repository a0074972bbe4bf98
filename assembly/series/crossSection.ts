// Labels "did better than the middle of the row" for a cross-section of assets (24-xsec-rank §4.2, 25-funding-xsec §4.3).
import { alloc, mark, release } from "../arena";
import { median } from "../numeric/order";

const NO_LABEL: u8 = 255;

/**
 * Labels of rows [from, to) at `labels`, `assets` bytes per row: 1 where the change from row t to row forward[t] exceeds
 * the row's median change, 0 where not, 255 where it is missing. `ratio`: later/now - 1 where both are positive; otherwise
 * later - now where that is a number.
 */
export function crossSectionLabels(
  values: usize,
  assets: i32,
  forward: usize,
  from: i32,
  to: i32,
  ratio: bool,
  labels: usize,
): void {
  const level = mark();
  const rowBytes = (<usize>assets) << 3;
  const changes = alloc(rowBytes);
  const present = alloc(rowBytes);
  for (let t = from; t < to; t++) {
    const row = labels + <usize>(t * assets);
    const later = load<i32>(forward + ((<usize>t) << 2));
    if (later < 0) {
      memory.fill(row, NO_LABEL, assets);
      continue;
    }
    const count = rowChanges(
      values + rowBytes * <usize>t,
      values + rowBytes * <usize>later,
      assets,
      ratio,
      changes,
      present,
    );
    const middle = count == 0 ? 0 : median(present, count);
    for (let a = 0; a < assets; a++) {
      const change = load<f64>(changes + ((<usize>a) << 3));
      store<u8>(row + a, change == change ? u8(change > middle) : NO_LABEL);
    }
  }
  release(level);
}

/** One row's changes, NaN where missing; those that are there also at `present`. Gives their number. */
function rowChanges(now: usize, later: usize, assets: i32, ratio: bool, changes: usize, present: usize): i32 {
  let to = present;
  for (const end = now + ((<usize>assets) << 3); now < end; now += 8, later += 8, changes += 8) {
    const a = load<f64>(now);
    const b = load<f64>(later);
    const change = ratio ? (a > 0 && b > 0 ? b / a - 1 : f64.NaN) : b - a;
    store<f64>(changes, change);
    store<f64>(to, change);
    if (change == change) to += 8;
  }
  return <i32>((to - present) >> 3);
}
