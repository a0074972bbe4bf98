// Area under the ROC curve (Mann and Whitney, 1947), to the bit as scikit-learn 1.7.2's roc_auc_score: thresholds in
// descending order, collinear points dropped, trapezoids added in numpy's order (10-numerics §6, §7).
import { alloc, mark, release } from "../arena";
import { SortKey, sortKeys } from "../numeric/radixSort";
import { sum } from "../numeric/sum";

const BLOCK: i32 = 4096;
const NOT_FINITE: f64 = -1;

/** The curve's corners, met from the highest threshold down; each adds one trapezoid. */
@unmanaged
class RocCurve {
  private positives: f64;
  private negatives: f64;
  private hits: i32;
  private alarms: i32;
  private groups: i32;
  private lastHits: i32;
  private lastAlarms: i32;
  private x: f64;
  private y: f64;
  private terms: usize;
  private end: usize;

  /** `terms` is room for one float64 per distinct score. */
  static create(positives: i32, negatives: i32, terms: usize): RocCurve {
    const curve = changetype<RocCurve>(alloc(offsetof<RocCurve>()));
    memory.fill(changetype<usize>(curve), 0, offsetof<RocCurve>());
    curve.positives = <f64>positives;
    curve.negatives = <f64>negatives;
    curve.terms = terms;
    curve.end = terms;
    return curve;
  }

  /** The next distinct score is shared by `hits` positives and `alarms` negatives. */
  @inline
  group(hits: i32, alarms: i32): void {
    // The point before this step is a corner unless the step repeats the one before; the first point always stays.
    if (hits != this.lastHits || alarms != this.lastAlarms || this.groups == 1) {
      if (this.groups > 0) this.corner();
      this.lastHits = hits;
      this.lastAlarms = alarms;
    }
    this.groups++;
    this.hits += hits;
    this.alarms += alarms;
  }

  private corner(): void {
    const x = <f64>this.alarms / this.negatives;
    const y = <f64>this.hits / this.positives;
    store<f64>(this.end, ((x - this.x) * (y + this.y)) / 2.0);
    this.end += 8;
    this.x = x;
    this.y = y;
  }

  area(): f64 {
    this.corner();
    return sum(this.terms, <i32>((this.end - this.terms) >> 3));
  }
}

/**
 * roc_auc_score(labels, scores) of n bytes 0 or 1 and n float64. NaN when one class is absent, -1 when a score is not
 * finite.
 */
export function auc(labels: usize, scores: usize, n: i32): f64 {
  const level = mark();
  const places = alloc(8); // next free place of each class, as an address
  let positives = 0;
  for (let i = 0; i < n; i++) positives += load<u8>(labels + i);
  const negatives = n - positives;
  if (positives == 0 || negatives == 0) {
    release(level);
    return f64.NaN;
  }
  const keys = alloc((<usize>n) << 3);
  const spare = alloc((<usize>n) << 3);
  store<usize>(places, keys);
  store<usize>(places, keys + ((<usize>negatives) << 3), 4);
  let finite = true;
  let done = 0;
  for (; done + BLOCK <= n; done += BLOCK) {
    finite = splitByClass(labels + done, scores + ((<usize>done) << 3), BLOCK, places) && finite;
  }
  finite = splitByClass(labels + done, scores + ((<usize>done) << 3), n - done, places) && finite;
  if (!finite) {
    release(level);
    return NOT_FINITE;
  }
  const positiveKeys = keys + ((<usize>negatives) << 3);
  sortKeys(keys, negatives, spare);
  sortKeys(positiveKeys, positives, spare);
  const curve = RocCurve.create(positives, negatives, spare);
  store<usize>(places, positiveKeys);
  store<usize>(places, keys + ((<usize>n) << 3), 4);
  while (descend(curve, keys, positiveKeys, places)) {}
  const area = curve.area();
  release(level);
  return area;
}

/** Appends the keys of n scores to their class's list; false when one is not finite. */
function splitByClass(labels: usize, scores: usize, n: i32, places: usize): bool {
  let finite = true;
  for (let i = 0; i < n; i++) {
    const score = load<f64>(scores + ((<usize>i) << 3));
    finite = finite && score - score == 0;
    const place = places + ((<usize>load<u8>(labels + i)) << 2);
    const at = load<usize>(place);
    store<u64>(at, SortKey.of(score));
    store<usize>(place, at + 8);
  }
  return finite;
}

/**
 * Merges the ends of both sorted lists into the curve, up to a block of distinct scores. ends[0] and ends[1] are the
 * addresses after what is left of the negatives (from `negatives`) and the positives (from `positives`).
 */
function descend(curve: RocCurve, negatives: usize, positives: usize, ends: usize): bool {
  let negative = load<usize>(ends);
  let positive = load<usize>(ends, 4);
  for (let groups = 0; groups < BLOCK; groups++) {
    const negativesLeft = negative > negatives;
    const positivesLeft = positive > positives;
    if (!negativesLeft && !positivesLeft) return false;
    const a: u64 = negativesLeft ? load<u64>(negative - 8) : 0;
    const b: u64 = positivesLeft ? load<u64>(positive - 8) : 0;
    const key = max<u64>(a, b); // no finite number has key 0
    const negativeStart = negative;
    const positiveStart = positive;
    while (negative > negatives && load<u64>(negative - 8) == key) negative -= 8;
    while (positive > positives && load<u64>(positive - 8) == key) positive -= 8;
    curve.group(<i32>((positiveStart - positive) >> 3), <i32>((negativeStart - negative) >> 3));
  }
  store<usize>(ends, negative);
  store<usize>(ends, positive, 4);
  return true;
}
