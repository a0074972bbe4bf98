// Cross-section challenges, one miner: expanding-window base fits and selection AUCs from one pass over the codes.
//
// Samples are (row, asset) pairs. A binary16 feature takes few distinct values, so the pass counts samples by (interval
// between window edges, value, label); every window is then a sum of intervals, every fit and AUC works on the counts.
// Methods: 24-xsec-rank, section 6 (sharing), appendices A and B.

import { alloc, allocZeroed, mark, release } from "../arena";
import { fitGrouped, GroupedFit } from "../linear/grouped";
import { Half } from "../numeric/half";
import { Lbfgsb } from "../optimize/lbfgsb";

const CODES: i32 = 65536;
const MISSING: u8 = 255;

/** Bytes of one fit's record: weight, intercept (f64), iterations, samples (i32). */
const RECORD: usize = 24;

/** Marks in `present` the codes other than ±0 of labelled samples. */
function markPresent(codes: usize, labels: usize, samples: usize, present: usize): void {
  for (const end = labels + samples; labels < end; labels++, codes += 2) {
    if (load<u8>(labels) != MISSING) store<u8>(present + load<u16>(codes), 1);
  }
}

/** Numbers the present codes from 1 in ascending order of value, filling id (u16 per code) and values (f64); the count. */
function numberValues(present: usize, id: usize, values: usize): i32 {
  let count = 0;
  for (let k = 1; k < CODES; k++) {
    // negative halves descend as their bits ascend
    const code = k < 0x8000 ? 0x10000 - k : k - 0x8000;
    if (!load<u8>(present + <usize>code)) continue;
    store<f64>(values + ((<usize>count) << 3), <f64>Half.decode(code));
    store<u16>(id + ((<usize>code) << 1), <u16>++count);
  }
  return count;
}

/** Adds samples to counts[2·id + label]; id 0 collects those without a prediction. */
function countSamples(codes: usize, labels: usize, samples: usize, id: usize, counts: usize): void {
  for (const end = labels + samples; labels < end; labels++, codes += 2) {
    const y = load<u8>(labels);
    if (y == MISSING) continue;
    const slot = counts + ((((<usize>load<u16>(id + ((<usize>load<u16>(codes)) << 1))) << 1) + y) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
}

/** Counts by value over a window, compacted to the values that occur. */
@unmanaged
class WindowCounts {
  x: usize;
  zeros: usize;
  ones: usize;
  groups: i32;
  zeroTotal: f64;
  oneTotal: f64;

  static create(capacity: i32): WindowCounts {
    const self = changetype<WindowCounts>(alloc(offsetof<WindowCounts>()));
    self.x = alloc((<usize>(capacity + 1)) << 3);
    self.zeros = alloc((<usize>(capacity + 1)) << 3);
    self.ones = alloc((<usize>(capacity + 1)) << 3);
    return self;
  }

  /** Sums intervals [first, last) of the counts table; `stride` counts per interval. */
  gather(table: usize, stride: i32, first: i32, last: i32, values: usize, count: i32): void {
    let groups = 0;
    this.zeroTotal = 0;
    this.oneTotal = 0;
    for (let v = 0; v < count; v++) {
      let n0: u32 = 0;
      let n1: u32 = 0;
      let slot = table + ((<usize>first * stride + ((v + 1) << 1)) << 2);
      for (let i = first; i < last; i++, slot += (<usize>stride) << 2) {
        n0 += load<u32>(slot);
        n1 += load<u32>(slot, 4);
      }
      if (n0 + n1 == 0) continue;
      const at = (<usize>groups) << 3;
      groups++;
      store<f64>(this.x + at, load<f64>(values + ((<usize>v) << 3)));
      store<f64>(this.zeros + at, n0);
      store<f64>(this.ones + at, n1);
      this.zeroTotal += n0;
      this.oneTotal += n1;
    }
    this.groups = groups;
    const end = (<usize>groups) << 3;
    store<f64>(this.x + end, 0);
    store<f64>(this.zeros + end, 0);
    store<f64>(this.ones + end, 0);
  }

  @inline
  get samples(): f64 {
    return this.zeroTotal + this.oneTotal;
  }

  @inline
  get mixed(): bool {
    return this.zeroTotal > 0 && this.oneTotal > 0;
  }

  /** P(x of a one > x of a zero) + ½ P(equal): exact integers until the one division. */
  auc(): f64 {
    let below: f64 = 0; // zeros below the current value
    let wins: f64 = 0; // twice the pairs won
    for (let i = 0; i < this.groups; i++) {
      const n0 = load<f64>(this.zeros + ((<usize>i) << 3));
      wins += load<f64>(this.ones + ((<usize>i) << 3)) * (2 * below + n0);
      below += n0;
    }
    return wins / (2 * this.zeroTotal * this.oneTotal);
  }
}

/** Index of `edge` in the ascending edges (it is there). */
function indexOf(edges: usize, count: i32, edge: i32): i32 {
  for (let i = 0; i < count; i++) if (load<i32>(edges + ((<usize>i) << 2)) == edge) return i;
  return -1;
}

function putFit(record: usize, fit: GroupedFit, samples: f64, made: bool): void {
  store<f64>(record, made ? fit.weight : f64.NaN);
  store<f64>(record, made ? fit.intercept : 0, 8);
  store<i32>(record, made ? fit.iterations : 0, 16);
  store<i32>(record, <i32>samples, 20);
}

/**
 * All fits and AUCs of one miner. `edges`: E ascending row numbers that begin with 0 and hold every window's ends;
 * selections: S × (fitEnd, evalFrom, evalTo), fits: F ends. Outputs: auc f64 × S, records of RECORD bytes × S and × F.
 */
export function pooledMiner(
  codes: usize,
  labels: usize,
  assets: i32,
  edges: usize,
  edgeCount: i32,
  selections: usize,
  selectionCount: i32,
  fits: usize,
  fitCount: i32,
  minFit: i32,
  minEval: i32,
  minDistinct: i32,
  C: f64,
  tol: f64,
  maxIter: i32,
  auc: usize,
  selectionRecords: usize,
  fitRecords: usize,
): void {
  const level = mark();
  const rows = load<i32>(edges + ((<usize>(edgeCount - 1)) << 2));
  const present = allocZeroed(CODES);
  const id = allocZeroed((<usize>CODES) << 1);
  const values = alloc((<usize>CODES) << 3);
  markPresent(codes, labels, <usize>rows * assets, present);
  store<u8>(present, 0);
  store<u8>(present + 0x8000, 0);
  const count = numberValues(present, id, values);
  const stride = (count + 1) << 1;
  const table = allocZeroed((<usize>stride * edgeCount) << 2);
  for (let i = 0; i + 1 < edgeCount; i++) {
    const from = <usize>load<i32>(edges + ((<usize>i) << 2)) * assets;
    const to = <usize>load<i32>(edges + ((<usize>(i + 1)) << 2)) * assets;
    countSamples(codes + (from << 1), labels + from, to - from, id, table + ((<usize>stride * i) << 2));
  }

  const window = WindowCounts.create(count);
  const optimizer = Lbfgsb.create(2, maxIter, tol);
  const fit = changetype<GroupedFit>(alloc(offsetof<GroupedFit>()));
  for (let i = 0; i < selectionCount; i++) {
    const triple = selections + <usize>i * 12;
    const fitEnd = indexOf(edges, edgeCount, load<i32>(triple));
    const evalFrom = indexOf(edges, edgeCount, load<i32>(triple, 4));
    const evalTo = indexOf(edges, edgeCount, load<i32>(triple, 8));
    const record = selectionRecords + <usize>i * RECORD;
    let area = 0.5;
    window.gather(table, stride, evalFrom, evalTo, values, count);
    const evaluable = window.samples >= minEval && window.mixed;
    const forward = evaluable ? window.auc() : 0.5;
    window.gather(table, stride, 0, fitEnd, values, count);
    const fittable = evaluable && window.samples >= minFit && window.mixed && window.groups >= minDistinct;
    if (fittable) {
      fitGrouped(window.x, window.zeros, window.ones, window.groups, C, optimizer, fit);
      // scores are affine in x, so only the sign of the slope matters
      area = fit.weight > 0 ? forward : fit.weight < 0 ? 1 - forward : 0.5;
    }
    putFit(record, fit, window.samples, fittable);
    store<f64>(auc + ((<usize>i) << 3), area);
  }
  for (let i = 0; i < fitCount; i++) {
    const end = indexOf(edges, edgeCount, load<i32>(fits + ((<usize>i) << 2)));
    window.gather(table, stride, 0, end, values, count);
    const fittable = window.samples >= minFit && window.mixed;
    if (fittable) fitGrouped(window.x, window.zeros, window.ones, window.groups, C, optimizer, fit);
    putFit(fitRecords + <usize>i * RECORD, fit, window.samples, fittable);
  }
  release(level);
}

/** zeros and ones: rows + 1 running counts (i32) of labelled samples by class. */
export function labelCounts(labels: usize, rows: i32, assets: i32, zeros: usize, ones: usize): void {
  let n0 = 0;
  let n1 = 0;
  for (let t = 0; t < rows; t++) {
    store<i32>(zeros + ((<usize>t) << 2), n0);
    store<i32>(ones + ((<usize>t) << 2), n1);
    for (let a = 0; a < assets; a++, labels++) {
      const y = load<u8>(labels);
      n0 += i32(y == 0);
      n1 += i32(y == 1);
    }
  }
  store<i32>(zeros + ((<usize>rows) << 2), n0);
  store<i32>(ones + ((<usize>rows) << 2), n1);
}

/** Sets the codes of the assets with a non-zero byte in `muted` to 0. */
export function muteColumns(codes: usize, rows: i32, assets: i32, muted: usize): void {
  for (let t = 0; t < rows; t++) {
    for (let a = 0; a < assets; a++, codes += 2) if (load<u8>(muted + a)) store<u16>(codes, 0);
  }
}

/** out[a] ← 1 where the population standard deviation of asset a's codes over the masked rows is below minStd. */
export function constantColumns(codes: usize, rows: i32, assets: i32, mask: usize, minStd: f64, out: usize): void {
  for (let a = 0; a < assets; a++)
    store<u8>(out + a, u8(columnStd(codes + ((<usize>a) << 1), rows, assets, mask) < minStd));
}

/** Two passes: mean, then squared deviations. NaN when the mask is empty. */
function columnStd(column: usize, rows: i32, assets: i32, mask: usize): f64 {
  let n: f64 = 0;
  let sum: f64 = 0;
  const stride = (<usize>assets) << 1;
  for (let t = 0, p = column; t < rows; t++, p += stride) {
    if (!load<u8>(mask + t)) continue;
    n += 1;
    sum += <f64>Half.decode(load<u16>(p));
  }
  const mean = sum / n;
  let squares: f64 = 0;
  for (let t = 0, p = column; t < rows; t++, p += stride) {
    if (!load<u8>(mask + t)) continue;
    const d = <f64>Half.decode(load<u16>(p)) - mean;
    squares += d * d;
  }
  return sqrt<f64>(squares / n);
}
