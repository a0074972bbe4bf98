// Block-bootstrapped L2 logistic regressions on a float32 design, all replicates advanced together.
//
// A replicate is a weighting of the rows by how often its blocks cover them, so the rows are stored once. They lie sorted by
// class, in blocks with each column contiguous, so that a block stays in the first-level cache while every replicate that
// covers it takes margins, loss and gradient from it; blocks that a replicate never draws are skipped. Storage is float32,
// arithmetic float64: float32 lanes for margins or slopes were tried and cost five digits on collinear columns, whose path
// amplifies rounding (docs/performance.md). The loss takes one logarithm of a product per many rows.
// Each replicate follows its own L-BFGS-B path and leaves when it stops; its arithmetic does not depend on the others.

import { alloc, allocZeroed, mark, release } from "../arena";
import { Lanes } from "../numeric/lanes";
import { log } from "../numeric/log";
import { ShortExp } from "../numeric/shortExp";
import { Lbfgsb } from "../optimize/lbfgsb";

/** Rows per block, and the bytes of a block's column in float64. */
const ROWS: i32 = 32;
const ROW_SHIFT: i32 = 5;
const COLUMN: usize = 256;
/** Blocks between two reductions of the lanes: short sums first, then a compensated one, keep rounding near one ULP. */
const REDUCE_EVERY: i32 = 64;
/** A product above this gives way to its logarithm; a block multiplies it by at most 2^(16·7) or so. */
const LARGE_PRODUCT: f64 = 1e200;

const ONE = memory.data<f64>([1], 16);

@unmanaged
export class Replicates {
  /** Columns, and columns rounded up to a multiple of four (the rest are zeros). */
  cols: i32;
  private padded: i32;
  count: i32;
  /** Blocks of class 0 and of both classes. */
  private zeroBlocks: i32;
  private blocks: i32;
  /** blocks × padded × ROWS float32. */
  private x: usize;
  /** blocks × count × ROWS bytes: how often each replicate takes each row. */
  private taken: usize;
  private fits: usize; // Lbfgsb per replicate
  private running: usize; // u8 per replicate
  private total: usize; // f64 per replicate: Σ multiplicities
  private classWeight: usize; // 2 × count f64
  private penalty: usize; // f64 per replicate: 1/(C S)
  private coef: usize; // count × (padded + 1) f64: the current coefficients, padded, the intercept last
  private wide: usize; // padded × ROWS f64: the block's columns
  private margins: usize; // 4 × ROWS f64: margins, then slopes
  private partial: usize; // count × padded pairs of f64: sums since the last reduction, two lanes
  private sums: usize; // count × padded compensated sums of the class at work
  private loss: usize; // f64 per replicate
  private tally: usize; // per replicate a Tally of the class at work
  private group: usize; // replicates of the current block, i32

  /** Room for zeros + ones rows, `cols` columns and `count` replicates, on arena memory. */
  static create(zeros: i32, ones: i32, cols: i32, count: i32): Replicates {
    const self = changetype<Replicates>(alloc(offsetof<Replicates>()));
    self.cols = cols;
    self.padded = (cols + 3) & ~3;
    self.count = count;
    self.zeroBlocks = (zeros + ROWS - 1) / ROWS;
    self.blocks = self.zeroBlocks + (ones + ROWS - 1) / ROWS;
    const width = <usize>(self.padded + 1);
    self.x = allocZeroed(<usize>self.blocks * self.padded * ROWS * 4);
    self.taken = allocZeroed(<usize>self.blocks * count * ROWS);
    self.fits = alloc((<usize>count) << 2);
    self.running = alloc(count);
    self.total = allocZeroed((<usize>count) << 3);
    self.classWeight = allocZeroed((<usize>count) << 4);
    self.penalty = allocZeroed((<usize>count) << 3);
    self.coef = allocZeroed(width * count * 8);
    self.wide = alloc(<usize>self.padded * ROWS * 8);
    self.margins = alloc(4 * COLUMN);
    self.partial = alloc(<usize>self.padded * count * 16);
    self.sums = alloc(<usize>self.padded * count * 16);
    self.loss = allocZeroed((<usize>count) << 3);
    self.tally = alloc(offsetof<Tally>() * count);
    self.group = alloc((<usize>(count + 4)) << 2);
    return self;
  }

  /** Slot of the first row of a class; slots of a class follow each other. */
  @inline
  firstSlot(label: i32): i32 {
    return label ? this.zeroBlocks * ROWS : 0;
  }

  /** Fills a column from `values` (float32) in pooled order; the non-zero bytes of `kept` are the rows' labels + 1. */
  setColumn(column: i32, values: usize, rows: i32, kept: usize): void {
    let slot0 = this.firstSlot(0);
    let slot1 = this.firstSlot(1);
    for (const end = values + ((<usize>rows) << 2); values < end; kept++) {
      const y = load<u8>(kept);
      if (!y) continue;
      const slot = y == 1 ? slot0++ : slot1++;
      const at = ((<usize>(slot >> ROW_SHIFT) * this.padded + column) * ROWS + (slot & (ROWS - 1))) << 2;
      store<f32>(this.x + at, load<f32>(values));
      values += 4;
    }
  }

  @inline
  private takenAt(replicate: i32, slot: i32): usize {
    return this.taken + (<usize>(slot >> ROW_SHIFT) * this.count + replicate) * ROWS + (slot & (ROWS - 1));
  }

  /**
   * Draws a replicate: `starts` (u32 × blocks of `length` positions) over `rows` kept samples in pooled order, whose class
   * comes from the non-zero bytes of `kept` (label + 1). False when one class only is drawn.
   */
  draw(replicate: i32, starts: usize, startCount: i32, length: i32, rows: i32, kept: usize, C: f64): bool {
    const level = mark();
    const steps = allocZeroed((<usize>(rows + 1)) << 2); // +1 where a block begins, −1 behind its end
    for (let i = 0; i < startCount; i++) {
      const start = load<u32>(starts + ((<usize>i) << 2));
      const begin = steps + ((<usize>start) << 2);
      const end = steps + ((<usize>(start + length)) << 2);
      store<i32>(begin, load<i32>(begin) + 1);
      store<i32>(end, load<i32>(end) - 1);
    }
    let slot0 = this.firstSlot(0);
    let slot1 = this.firstSlot(1);
    let n0: f64 = 0;
    let n1: f64 = 0;
    let times = 0;
    for (let i = 0; i < rows; kept++) {
      const y = load<u8>(kept);
      if (!y) continue;
      times += load<i32>(steps + ((<usize>i) << 2));
      i++;
      if (y == 1) {
        store<u8>(this.takenAt(replicate, slot0++), <u8>times);
        n0 += times;
      } else {
        store<u8>(this.takenAt(replicate, slot1++), <u8>times);
        n1 += times;
      }
    }
    release(level);
    const both = n0 > 0 && n1 > 0;
    store<u8>(this.running + replicate, u8(both));
    if (!both) return false;
    const weight0 = (n0 + n1) / (2 * n0);
    const weight1 = (n0 + n1) / (2 * n1);
    const total = n0 * weight0 + n1 * weight1;
    store<f64>(this.classWeight + ((<usize>replicate) << 4), weight0);
    store<f64>(this.classWeight + ((<usize>replicate) << 4), weight1, 8);
    store<f64>(this.total + ((<usize>replicate) << 3), total);
    store<f64>(this.penalty + ((<usize>replicate) << 3), 1 / (C * total));
    return true;
  }

  /** Runs every drawn replicate to its end. */
  fit(maxIter: i32, tol: f64): void {
    for (let r = 0; r < this.count; r++) {
      store<usize>(this.fits + ((<usize>r) << 2), changetype<usize>(Lbfgsb.create(this.cols + 1, maxIter, tol)));
    }
    while (this.prepare()) {
      memory.fill(this.loss, 0, (<usize>this.count) << 3);
      this.pass(0, this.zeroBlocks, 0);
      this.pass(this.zeroBlocks, this.blocks, 1);
      this.advance();
    }
  }

  @inline
  optimizer(replicate: i32): Lbfgsb {
    return changetype<Lbfgsb>(load<usize>(this.fits + ((<usize>replicate) << 2)));
  }

  /** Lays out the coefficients of running replicates and clears their gradients; false when none runs. */
  private prepare(): bool {
    const width = this.padded + 1;
    let any = false;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      any = true;
      const fit = this.optimizer(r);
      const row = this.coef + ((<usize>r * width) << 3);
      for (let k = 0; k < this.cols; k++) {
        store<f64>(row + ((<usize>k) << 3), load<f64>(fit.x + ((<usize>k) << 3)));
        store<f64>(fit.g + ((<usize>k) << 3), 0);
      }
      store<f64>(row + ((<usize>this.padded) << 3), load<f64>(fit.x + ((<usize>this.cols) << 3)));
      store<f64>(fit.g + ((<usize>this.cols) << 3), 0);
    }
    return any;
  }

  /** Loss and slopes of one class's blocks. */
  private pass(first: i32, last: i32, label: i32): void {
    const bytes = (<usize>this.padded * this.count) << 4;
    memory.fill(this.partial, 0, bytes);
    memory.fill(this.sums, 0, bytes);
    for (let r = 0; r < this.count; r++) this.tallyOf(r).clear();
    let waiting = 0;
    for (let block = first; block < last; block++) {
      this.visit(block, label);
      if (++waiting == REDUCE_EVERY) {
        this.reduce();
        waiting = 0;
      }
    }
    this.reduce();
    this.collect(label);
  }

  private reduce(): void {
    const step = (<usize>this.padded) << 4;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      for (let at = <usize>r * step, end = at + step; at < end; at += 16) {
        CompensatedSum.addPair(this.sums + at, this.partial + at);
      }
      this.tallyOf(r).reduce();
    }
  }

  @inline
  private tallyOf(replicate: i32): Tally {
    return changetype<Tally>(this.tally + offsetof<Tally>() * replicate);
  }

  /** All running replicates that cover the block, four at a time. */
  private visit(block: i32, label: i32): void {
    let found = 0;
    const group = this.group;
    const taken = this.taken + <usize>block * this.count * ROWS;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r) || !anyTaken(taken + <usize>r * ROWS)) continue;
      store<i32>(group + ((<usize>found) << 2), r);
      found++;
    }
    const columns = this.x + ((<usize>block * this.padded * ROWS) << 2);
    if (found == 0) return;
    widen(columns, this.wide, <usize>this.padded * ROWS);
    for (let i = 0; i < found; i += 4) {
      const size = min(4, found - i);
      for (let j = size; j < 4; j++) {
        store<i32>(group + ((<usize>(i + j)) << 2), load<i32>(group + ((<usize>i) << 2)));
      }
      this.fourReplicates(columns, taken, group + ((<usize>i) << 2), size, label);
    }
  }

  private fourReplicates(columns: usize, taken: usize, group: usize, size: i32, label: i32): void {
    const width = <usize>(this.padded + 1);
    const r0 = <usize>load<i32>(group);
    const r1 = <usize>load<i32>(group, 4);
    const r2 = <usize>load<i32>(group, 8);
    const r3 = <usize>load<i32>(group, 12);
    const bytes = width << 3;
    blockMargins(
      this.wide,
      this.padded,
      this.coef + r0 * bytes,
      this.coef + r1 * bytes,
      this.coef + r2 * bytes,
      this.coef + r3 * bytes,
      this.margins,
    );
    for (let j = 0; j < size; j++) {
      const r = load<i32>(group + ((<usize>j) << 2));
      blockSlopes(this.margins + <usize>j * COLUMN, taken + <usize>r * ROWS, label, this.tallyOf(r));
    }
    const step = (<usize>this.padded) << 4;
    blockGradients(this.wide, this.padded, this.margins, this.partial + r0 * step, this.partial + r1 * step, size > 1);
    if (size > 2) {
      const upper = this.margins + 2 * COLUMN;
      blockGradients(this.wide, this.padded, upper, this.partial + r2 * step, this.partial + r3 * step, size > 3);
    }
  }

  /** Adds the class's sums, times its weight, to value and gradient of each replicate. */
  private collect(label: i32): void {
    const width = <usize>(this.padded + 1);
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      const weight = load<f64>(this.classWeight + ((<usize>r) << 4) + ((<usize>label) << 3));
      const tally = this.tallyOf(r);
      const loss = this.loss + ((<usize>r) << 3);
      store<f64>(loss, load<f64>(loss) + weight * tally.loss());
      const sign = label ? -weight : weight;
      const g = this.optimizer(r).g;
      const sums = this.sums + ((<usize>r * this.padded) << 4);
      for (let k = 0; k <= this.cols; k++) {
        const from = k < this.cols ? sums + ((<usize>k) << 4) : tally.slopeSum;
        const at = g + ((<usize>k) << 3);
        store<f64>(at, load<f64>(at) + sign * CompensatedSum.value(from));
      }
    }
  }

  /** Normalises, adds the penalty, and lets each optimiser take its step. */
  private advance(): void {
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      const fit = this.optimizer(r);
      const total = load<f64>(this.total + ((<usize>r) << 3));
      const penalty = load<f64>(this.penalty + ((<usize>r) << 3));
      let squares: f64 = 0;
      for (let k = 0; k <= this.cols; k++) {
        const at = (<usize>k) << 3;
        let g = load<f64>(fit.g + at) / total;
        if (k < this.cols) {
          const w = load<f64>(fit.x + at);
          g += penalty * w;
          squares += w * w;
        }
        store<f64>(fit.g + at, g);
      }
      fit.f = load<f64>(this.loss + ((<usize>r) << 3)) / total + 0.5 * penalty * squares;
      if (!fit.advance()) store<u8>(this.running + r, 0);
    }
  }
}

/** A running sum with the rounding errors of its additions (Neumaier 1974): 16 bytes, the sum and the errors. */
class CompensatedSum {
  /** Adds the two lanes at `pair`, and clears them. */
  @inline
  static addPair(self: usize, pair: usize): void {
    const x = load<f64>(pair) + load<f64>(pair, 8);
    v128.store(pair, f64x2.splat(0));
    const sum = load<f64>(self);
    const next = sum + x;
    const error = abs<f64>(sum) >= abs<f64>(x) ? sum - next + x : x - next + sum;
    store<f64>(self, next);
    store<f64>(self, load<f64>(self, 8) + error, 8);
  }

  @inline
  static value(self: usize): f64 {
    return load<f64>(self) + load<f64>(self, 8);
  }
}

/** Sums of one replicate over the rows of one class: pairs of lanes since the last reduction, and the sums up to there. */
@unmanaged
class Tally {
  private slope0: f64;
  private slope1: f64;
  private linear0: f64;
  private linear1: f64;
  private product0: f64;
  private product1: f64;
  private slopeTotal: f64;
  private slopeError: f64;
  private linearTotal: f64;
  private linearError: f64;
  private logs: f64;
  private unused: f64; // a multiple of 16 bytes, so that pairs stay aligned

  clear(): void {
    memory.fill(changetype<usize>(this), 0, offsetof<Tally>());
    this.product0 = 1;
    this.product1 = 1;
  }

  /** Σ slopes, a pair. */
  @inline
  get slopes(): usize {
    return changetype<usize>(this);
  }

  /** Σ max(u, 0), a pair. */
  @inline
  get linears(): usize {
    return changetype<usize>(this) + 16;
  }

  /** Π (1 + e^-|u|) of which no logarithm was taken yet, a pair. */
  @inline
  get products(): usize {
    return changetype<usize>(this) + 32;
  }

  /** Σ slopes over the class. */
  @inline
  get slopeSum(): usize {
    return changetype<usize>(this) + 48;
  }

  reduce(): void {
    CompensatedSum.addPair(this.slopeSum, this.slopes);
    CompensatedSum.addPair(changetype<usize>(this) + 64, this.linears);
  }

  /** Takes the logarithm of the products when they grow large. */
  @inline
  relieve(): void {
    if (max<f64>(this.product0, this.product1) > LARGE_PRODUCT) {
      this.logs += log(this.product0) + log(this.product1);
      this.product0 = 1;
      this.product1 = 1;
    }
  }

  loss(): f64 {
    return this.linearTotal + this.linearError + (this.logs + (log(this.product0) + log(this.product1)));
  }
}

/** True when one of ROWS bytes is not zero. */
function anyTaken(taken: usize): bool {
  return v128.any_true(v128.or(v128.load(taken), v128.load(taken, 16)));
}

/** Float32 to float64, `count` values (a multiple of four). */
function widen(from: usize, to: usize, count: usize): void {
  for (const end = from + (count << 2); from < end; from += 16, to += 32) {
    const v = v128.load(from);
    v128.store(to, f64x2.promote_low_f32x4(v));
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)), 16);
  }
}

/** z = X·w + b of a block for four coefficient vectors; the intercept stands behind the padded columns. */
function blockMargins(columns: usize, padded: i32, w0: usize, w1: usize, w2: usize, w3: usize, out: usize): void {
  const intercept = (<usize>padded) << 3;
  const b0 = v128.load64_splat(w0 + intercept);
  const b1 = v128.load64_splat(w1 + intercept);
  const b2 = v128.load64_splat(w2 + intercept);
  const b3 = v128.load64_splat(w3 + intercept);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    let z00 = b0;
    let z01 = b0;
    let z10 = b1;
    let z11 = b1;
    let z20 = b2;
    let z21 = b2;
    let z30 = b3;
    let z31 = b3;
    let x = columns + i;
    for (let k: usize = 0; k < intercept; k += 8, x += COLUMN) {
      const xa = v128.load(x);
      const xb = v128.load(x, 16);
      let w = v128.load64_splat(w0 + k);
      z00 = f64x2.add(z00, f64x2.mul(xa, w));
      z01 = f64x2.add(z01, f64x2.mul(xb, w));
      w = v128.load64_splat(w1 + k);
      z10 = f64x2.add(z10, f64x2.mul(xa, w));
      z11 = f64x2.add(z11, f64x2.mul(xb, w));
      w = v128.load64_splat(w2 + k);
      z20 = f64x2.add(z20, f64x2.mul(xa, w));
      z21 = f64x2.add(z21, f64x2.mul(xb, w));
      w = v128.load64_splat(w3 + k);
      z30 = f64x2.add(z30, f64x2.mul(xa, w));
      z31 = f64x2.add(z31, f64x2.mul(xb, w));
    }
    v128.store(out + i, z00);
    v128.store(out + i, z01, 16);
    v128.store(out + i, z10, COLUMN);
    v128.store(out + i, z11, COLUMN + 16);
    v128.store(out + i, z20, 2 * COLUMN);
    v128.store(out + i, z21, 2 * COLUMN + 16);
    v128.store(out + i, z30, 3 * COLUMN);
    v128.store(out + i, z31, 3 * COLUMN + 16);
  }
}

/**
 * Turns a block's margins of one class into slopes m·σ(u), u = z for class 0 and −z for class 1, so that every row's loss is
 * log(1 + e^u) = max(u, 0) + log(1 + e^-|u|); adds to the tally.
 */
function blockSlopes(margins: usize, taken: usize, label: i32, tally: Tally): void {
  const zero = f64x2.splat(0);
  const minus = f64x2.splat(-0.0);
  const flip = label ? minus : zero;
  let slopes = v128.load(tally.slopes);
  let linears = v128.load(tally.linears);
  let products = v128.load(tally.products);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    const bytes = load<u32>(taken + (i >> 3));
    const at = margins + i;
    if (bytes == 0) {
      v128.store(at, zero);
      v128.store(at, zero, 16);
      continue;
    }
    const ua = v128.xor(v128.load(at), flip);
    const ub = v128.xor(v128.load(at, 16), flip);
    ShortExp.four(v128.or(ua, minus), v128.or(ub, minus), at);
    const ta = v128.load(at);
    const tb = v128.load(at, 16);
    const one = Lanes.of(ONE, 0);
    const pa = f64x2.add(one, ta);
    const pb = f64x2.add(one, tb);
    const counts = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes)));
    const ma = f64x2.convert_low_i32x4_s(counts);
    const mb = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(counts, counts, 2, 3, 2, 3));
    const sa = f64x2.div(f64x2.mul(ma, v128.bitselect(one, ta, f64x2.ge(ua, zero))), pa);
    const sb = f64x2.div(f64x2.mul(mb, v128.bitselect(one, tb, f64x2.ge(ub, zero))), pb);
    v128.store(at, sa);
    v128.store(at, sb, 16);
    slopes = f64x2.add(slopes, f64x2.add(sa, sb));
    linears = f64x2.add(linears, f64x2.add(f64x2.mul(ma, f64x2.pmax(ua, zero)), f64x2.mul(mb, f64x2.pmax(ub, zero))));
    products = f64x2.mul(
      products,
      f64x2.mul(v128.bitselect(pa, one, f64x2.ge(ma, one)), v128.bitselect(pb, one, f64x2.ge(mb, one))),
    );
    if (bytes & 0xfefefefe) {
      // one of the four rows is taken twice or more
      products = repeated(products, pa, ma, one);
      products = repeated(products, pb, mb, one);
    }
  }
  v128.store(tally.slopes, slopes);
  v128.store(tally.linears, linears);
  v128.store(tally.products, products);
  tally.relieve();
}

/** products · p^(m − 1) in each lane with m ≥ 1. */
function repeated(products: v128, p: v128, m: v128, one: v128): v128 {
  let rest = f64x2.sub(m, one);
  let more = f64x2.ge(rest, one);
  while (v128.any_true(more)) {
    products = f64x2.mul(products, v128.bitselect(p, one, more));
    rest = f64x2.sub(rest, one);
    more = f64x2.ge(rest, one);
  }
  return products;
}

/** Adds Xᵀs of a block to the accumulators of two replicates (the second only if `pair`). */
function blockGradients(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
  for (let k = 0; k < padded; k += 4) {
    const x = columns + <usize>k * COLUMN;
    let a0 = v128.load(g0);
    let a1 = v128.load(g0, 16);
    let a2 = v128.load(g0, 32);
    let a3 = v128.load(g0, 48);
    let c0 = v128.load(g1);
    let c1 = v128.load(g1, 16);
    let c2 = v128.load(g1, 32);
    let c3 = v128.load(g1, 48);
    for (let i: usize = 0; i < COLUMN; i += 16) {
      const s0 = v128.load(s + i);
      const s1 = v128.load(s + i, COLUMN);
      let v = v128.load(x + i);
      a0 = f64x2.add(a0, f64x2.mul(v, s0));
      c0 = f64x2.add(c0, f64x2.mul(v, s1));
      v = v128.load(x + i, COLUMN);
      a1 = f64x2.add(a1, f64x2.mul(v, s0));
      c1 = f64x2.add(c1, f64x2.mul(v, s1));
      v = v128.load(x + i, 2 * COLUMN);
      a2 = f64x2.add(a2, f64x2.mul(v, s0));
      c2 = f64x2.add(c2, f64x2.mul(v, s1));
      v = v128.load(x + i, 3 * COLUMN);
      a3 = f64x2.add(a3, f64x2.mul(v, s0));
      c3 = f64x2.add(c3, f64x2.mul(v, s1));
    }
    v128.store(g0, a0);
    v128.store(g0, a1, 16);
    v128.store(g0, a2, 32);
    v128.store(g0, a3, 48);
    if (pair) {
      v128.store(g1, c0);
      v128.store(g1, c1, 16);
      v128.store(g1, c2, 32);
      v128.store(g1, c3, 48);
    }
    g0 += 64;
    g1 += 64;
  }
}

// The ABI: a pointer to Replicates stands for it.

export function replicatesCreate(zeros: i32, ones: i32, cols: i32, count: i32): usize {
  return changetype<usize>(Replicates.create(zeros, ones, cols, count));
}

export function replicatesSetColumn(self: usize, column: i32, values: usize, rows: i32, kept: usize): void {
  changetype<Replicates>(self).setColumn(column, values, rows, kept);
}

export function replicatesDraw(
  self: usize,
  replicate: i32,
  starts: usize,
  startCount: i32,
  length: i32,
  rows: i32,
  kept: usize,
  C: f64,
): bool {
  return changetype<Replicates>(self).draw(replicate, starts, startCount, length, rows, kept, C);
}

export function replicatesFit(self: usize, maxIter: i32, tol: f64): void {
  changetype<Replicates>(self).fit(maxIter, tol);
}

/** Copies cols coefficients and the intercept to out; returns the iterations. */
export function replicatesResult(self: usize, replicate: i32, out: usize): i32 {
  const replicates = changetype<Replicates>(self);
  const fit = replicates.optimizer(replicate);
  memory.copy(out, fit.x, (<usize>(replicates.cols + 1)) << 3);
  return fit.iterations;
}
