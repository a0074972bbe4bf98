// One asset of the TRADE-MIX desk over all folds, with every column in place and with each group blanked (26 §6.2 to §6.5).
// A blanking swaps one term of the weighted sum, so the sum is made once per fold and each blanked one follows by subtraction.
import { alloc, mark, release } from "../arena";
import { sum, sumFloat32 } from "../numeric/sum";
import { tanh } from "../numeric/tanh";
import { Edge } from "./edge";

const FOLD_BYTES: usize = 12; // train end, test begin, test end as i32
const SMALL_REST: f64 = 0.0009765625; // 2^-10: below this share of what is taken away, subtracting would cost digits

/** The rows of a fold and what a position earns on them. */
@unmanaged
class Desk {
  columns: usize; // groups + 1 columns of `rows` float32, the blank one last
  nan: usize; // one byte per column: it holds a NaN
  groups: i32;
  rows: i32;
  returns: usize;
  horizon: i32;
  period: i32;
  fee: f64;
  trainEnd: i32;
  testBegin: i32;
  points: i32; // rebalancings of the test window
  train: usize; // float64 weighted sum of the columns on the training rows
  grid: usize; // the same on the rebalancing rows

  column(g: i32): usize {
    return this.columns + ((<usize>g * <usize>this.rows) << 2);
  }

  /** Sets train and grid to the weighted sum of all groups but `without` (-1: all), the blank column in its place. */
  combine(weights: usize, without: i32): void {
    memory.fill(this.train, 0, (<usize>this.trainEnd) << 3);
    memory.fill(this.grid, 0, (<usize>this.points) << 3);
    for (let g = 0; g < this.groups; g++) if (g != without) this.add(g, load<f64>(weights + ((<usize>g) << 3)));
    if (without >= 0) this.add(this.groups, load<f64>(weights + ((<usize>this.groups) << 3)));
  }

  /** Adds column g times `weight`. A column without weight matters only by its NaN. */
  add(g: i32, weight: f64): void {
    if (weight == 0.0 && load<u8>(this.nan + <usize>g) == 0) return;
    const c = this.column(g);
    addScaled(this.train, c, this.trainEnd, weight);
    let p = c + ((<usize>this.testBegin) << 2);
    for (let i = 0; i < this.points; i++) {
      const at = this.grid + ((<usize>i) << 3);
      store<f64>(at, load<f64>(at) + <f64>load<f32>(p) * weight);
      p += (<usize>this.period) << 2;
    }
  }

  /**
   * Profit over the test window of positions tanh(pred / std of pred on the training rows), pred = (sum - weight·column g)/total.
   * `center` is about the mean of the numerator; profits per rebalancing are added to `trace` if that is not 0.
   */
  profit(g: i32, weight: f64, center: f64, total: f64, trace: usize): f64 {
    const c = this.column(g);
    const divisor = max<f64>(total, 1e-12);
    const scale = deviation(this.train, c, this.trainEnd, weight, center) / divisor + 1e-8;
    let earned = 0.0;
    let previous = 0.0;
    let row = <usize>this.testBegin;
    for (let i = 0; i < this.points; i++) {
      const numerator = load<f64>(this.grid + ((<usize>i) << 3)) - weight * <f64>load<f32>(c + (row << 2));
      const position = tanh(numerator / divisor / scale);
      const gain = load<f64>(this.returns + (row << 3));
      let profit = 0.0;
      if (isFinite<f64>(gain)) profit = position * gain - this.fee * Math.abs(position - previous);
      earned += profit;
      if (trace != 0) store<f64>(trace + ((<usize>i) << 3), profit);
      previous = position;
      row += <usize>this.period;
    }
    return earned;
  }
}

/** Four float64 lanes: (l0 + l1) + (l2 + l3). */
function across(a: v128, b: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1));
}

/** Sum of (x - center)² over n float64, value i in lane i mod 4, left-over values one by one. */
function squaredDistance(x: usize, n: i32, center: f64): f64 {
  const m = f64x2.splat(center);
  let a = f64x2.splat(0.0);
  let b = a;
  let p = x;
  for (const end = x + ((<usize>(n & ~3)) << 3); p < end; p += 32) {
    const d = f64x2.sub(v128.load(p), m);
    const e = f64x2.sub(v128.load(p, 16), m);
    a = f64x2.add(a, f64x2.mul(d, d));
    b = f64x2.add(b, f64x2.mul(e, e));
  }
  let total = across(a, b);
  for (const end = x + ((<usize>n) << 3); p < end; p += 8) {
    const d = load<f64>(p) - center;
    total += d * d;
  }
  return total;
}

/** s += w·c over n rows. */
function addScaled(s: usize, c: usize, n: i32, weight: f64): void {
  const w = f64x2.splat(weight);
  let p = c;
  let q = s;
  for (const end = c + ((<usize>(n & ~3)) << 2); p < end; p += 16, q += 32) {
    const x = v128.load(p);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 0, 1));
    v128.store(q, f64x2.add(v128.load(q), f64x2.mul(f64x2.promote_low_f32x4(x), w)));
    v128.store(q, f64x2.add(v128.load(q, 16), f64x2.mul(high, w)), 16);
  }
  for (const end = c + ((<usize>n) << 2); p < end; p += 4, q += 8) {
    store<f64>(q, load<f64>(q) + <f64>load<f32>(p) * weight);
  }
}

/** Standard deviation (ddof 0) of s - w·c over n rows; `center` near the mean keeps the squares small. */
function deviation(s: usize, c: usize, n: i32, weight: f64, center: f64): f64 {
  const w = f64x2.splat(weight);
  const m = f64x2.splat(center);
  let sum0 = f64x2.splat(0.0);
  let sum1 = sum0;
  let square0 = sum0;
  let square1 = sum0;
  let p = c;
  let q = s;
  for (const end = c + ((<usize>(n & ~3)) << 2); p < end; p += 16, q += 32) {
    const x = v128.load(p);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 0, 1));
    const d = f64x2.sub(f64x2.sub(v128.load(q), f64x2.mul(f64x2.promote_low_f32x4(x), w)), m);
    const e = f64x2.sub(f64x2.sub(v128.load(q, 16), f64x2.mul(high, w)), m);
    sum0 = f64x2.add(sum0, d);
    sum1 = f64x2.add(sum1, e);
    square0 = f64x2.add(square0, f64x2.mul(d, d));
    square1 = f64x2.add(square1, f64x2.mul(e, e));
  }
  let offset = across(sum0, sum1);
  let squares = across(square0, square1);
  for (const end = c + ((<usize>n) << 2); p < end; p += 4, q += 8) {
    const d = load<f64>(q) - <f64>load<f32>(p) * weight - center;
    offset += d;
    squares += d * d;
  }
  const shift = offset / <f64>n;
  return Math.sqrt(max<f64>(squares / <f64>n - shift * shift, 0.0));
}

/** Moves the rows that are usable to the front; `width` is 4 or 8 bytes. */
function gather(from: usize, usable: usize, rows: i32, width: usize, to: usize): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    if (load<u8>(usable + row) == 0) continue;
    if (width == 4) store<u32>(to, load<u32>(from + (row << 2)));
    else store<u64>(to, load<u64>(from + (row << 3)));
    to += width;
  }
}

function countUsable(usable: usize, rows: i32): i32 {
  let count = 0;
  for (let row: usize = 0; row < <usize>rows; row++) count += load<u8>(usable + row);
  return count;
}

/** Edges of all columns in every fold, and the float32 column means they are taken around (folds × (groups + 1) each). */
function allEdges(
  desk: Desk,
  usable: usize,
  folds: usize,
  foldCount: i32,
  minRows: i32,
  edges: usize,
  means: usize,
): void {
  const level = mark();
  const longest = load<i32>(folds + <usize>(foldCount - 1) * FOLD_BYTES);
  const total = countUsable(usable, longest);
  // Usable rows in front of everything else need no copy.
  const compact = countUsable(usable, total) == total;
  const work = alloc(((<usize>longest) << 2) + 288);
  let y = desk.returns;
  let c: usize = 0;
  if (!compact) {
    y = alloc((<usize>total) << 3);
    gather(desk.returns, usable, longest, 8, y);
    c = alloc((<usize>total) << 2);
  }
  const columns = desk.groups + 1;
  const labels = alloc(<usize>foldCount * 24); // usable rows, mean and norm per fold
  for (let f = 0; f < foldCount; f++) {
    const n = countUsable(usable, load<i32>(folds + <usize>f * FOLD_BYTES));
    const mean = sum(y, n) / <f64>n;
    const at = labels + <usize>f * 24;
    store<i32>(at, n);
    store<f64>(at, mean, 8);
    store<f64>(at, Math.sqrt(squaredDistance(y, n, mean)) + 1e-12, 16);
  }
  for (let g = 0; g < columns; g++) {
    let column = desk.column(g);
    if (!compact) {
      gather(column, usable, longest, 4, c);
      column = c;
    }
    for (let f = 0; f < foldCount; f++) {
      const at = labels + <usize>f * 24;
      const n = load<i32>(at);
      if (n < minRows || n == 0) continue;
      const mean = sumFloat32(column, n) / <f32>n;
      const cell = (<usize>(f * columns + g)) << 3;
      store<f64>(means + cell, <f64>mean);
      store<f64>(edges + cell, Edge.of(column, y, n, mean, load<f64>(at, 8), load<f64>(at, 16), work));
    }
  }
  release(level);
}

/** Profits of one fold: everything in place, then each group blanked. */
function foldProfits(desk: Desk, weights: usize, means: usize, profits: usize, trace: usize): void {
  const groups = desk.groups;
  let total = 0.0;
  let center = 0.0;
  for (let g = 0; g < groups; g++) {
    const weight = load<f64>(weights + ((<usize>g) << 3));
    total += weight;
    center += weight * load<f64>(means + ((<usize>g) << 3));
  }
  desk.combine(weights, -1);
  store<f64>(profits, desk.profit(groups, 0.0, center, total, trace));

  const blankWeight = load<f64>(weights + ((<usize>groups) << 3));
  center += blankWeight * load<f64>(means + ((<usize>groups) << 3));
  desk.add(groups, blankWeight);
  let unweighted = f64.NaN; // the profit is the same for every group without weight
  for (let g = 0; g < groups; g++) {
    const weight = load<f64>(weights + ((<usize>g) << 3));
    const out = profits + ((<usize>(g + 1)) << 3);
    if (weight == 0.0 && unweighted == unweighted) {
      store<f64>(out, unweighted);
      continue;
    }
    let rest = 0.0; // added up in the order of `total`, so that a group without weight changes no bit
    for (let k = 0; k < groups; k++) if (k != g) rest += load<f64>(weights + ((<usize>k) << 3));
    rest += blankWeight;
    let profit = 0.0;
    if (rest < SMALL_REST * weight) {
      desk.combine(weights, g);
      profit = desk.profit(groups, 0.0, center - weight * load<f64>(means + ((<usize>g) << 3)), rest, 0);
      desk.combine(weights, -1);
      desk.add(groups, blankWeight);
    } else {
      profit = desk.profit(g, weight, center - weight * load<f64>(means + ((<usize>g) << 3)), rest, 0);
    }
    if (weight == 0.0) unweighted = profit;
    store<f64>(out, profit);
  }
}

/**
 * `columns`: groups + 1 columns of `rows` float32, the blank one last; `nan`: a byte per column; `folds`: three i32 each.
 * Results, zeroed by the caller: `edges` and `profits` folds × (groups + 1), `points` the rebalancings of all folds.
 */
export function deskLeaveOneOut(
  columns: usize,
  nan: usize,
  groups: i32,
  rows: i32,
  returns: usize,
  usable: usize,
  folds: usize,
  foldCount: i32,
  horizon: i32,
  period: i32,
  fee: f64,
  minRows: i32,
  edges: usize,
  profits: usize,
  points: usize,
): void {
  const level = mark();
  const desk = changetype<Desk>(alloc(offsetof<Desk>()));
  desk.columns = columns;
  desk.nan = nan;
  desk.groups = groups;
  desk.rows = rows;
  desk.returns = returns;
  desk.horizon = horizon;
  desk.period = period;
  desk.fee = fee;
  desk.train = alloc((<usize>rows) << 3);
  desk.grid = alloc((<usize>rows) << 3);
  const foldCells = (<usize>(groups + 1)) << 3;
  const means = alloc(foldCells * <usize>foldCount);
  allEdges(desk, usable, folds, foldCount, minRows, edges, means);
  let trace = points;
  for (let f: usize = 0; f < <usize>foldCount; f++) {
    desk.trainEnd = load<i32>(folds + f * FOLD_BYTES);
    desk.testBegin = load<i32>(folds + f * FOLD_BYTES, 4);
    const window = load<i32>(folds + f * FOLD_BYTES, 8) - desk.testBegin;
    desk.points = window > horizon ? (window - horizon + period - 1) / period : 0;
    if (countUsable(usable, desk.trainEnd) >= minRows) {
      foldProfits(desk, edges + f * foldCells, means + f * foldCells, profits + f * foldCells, trace);
    }
    trace += (<usize>desk.points) << 3;
  }
  release(level);
}
