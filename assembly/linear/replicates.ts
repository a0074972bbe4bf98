// Block-bootstrapped L2 logistic regressions on a float32 design, all replicates advanced together.
//
// A replicate is a weighting of the rows by how often its blocks cover them, so the rows are stored once. They lie sorted by
// class, in blocks of 64 with each column contiguous, so that a block stays in the first-level cache while every replicate
// that covers it takes margins, loss and gradient from it. Margins, exponentials and the sums within eight blocks use four
// float32 lanes, all longer sums float64: rounding errors of half a million rows average out (measured against float64:
// docs/performance.md). The loss takes one logarithm of a product per many rows instead of one per row.
// Each replicate follows its own L-BFGS-B path and leaves when it stops; its arithmetic does not depend on the others.

import { alloc, allocZeroed, mark, release } from "../arena";
import { Exp32 } from "../numeric/exp32";
import { log } from "../numeric/log";
import { Lbfgsb } from "../optimize/lbfgsb";

/** Rows per block: 16 vectors of four, 256 bytes of a column. */
const ROWS: i32 = 64;
const BLOCK_BYTES: usize = 256;
/** Blocks between two reductions of the float32 accumulators. */
const REDUCE_EVERY: i32 = 8;
/** A row taken more often than this empties the float32 product: 16 vectors times 7 factors of at most 2 still fit. */
const PRODUCT_LIMIT: u32 = 7;
const LARGE_PRODUCT: f64 = 1e200;

@unmanaged
export class Replicates {
  /** Columns, and columns rounded up to a multiple of four (the rest are zeros). */
  cols: i32;
  private padded: i32;
  count: i32;
  /** Blocks of class 0 and of both classes. */
  private zeroBlocks: i32;
  private blocks: i32;
  /** blocks × padded × 64 float32. */
  private x: usize;
  /** blocks × count × 64 bytes: how often each replicate takes each row. */
  private taken: usize;
  private fits: usize; // Lbfgsb per replicate
  private running: usize; // u8 per replicate
  private total: usize; // f64 per replicate: Σ multiplicities
  private classWeight: usize; // 2 × count f64
  private penalty: usize; // f64 per replicate: 1/(C S)
  private coef: usize; // count × (padded + 1) float32: the current coefficients, the intercept last
  private scratch: usize; // 4 × 64 float32: margins, then slopes
  private partial: usize; // count × (padded + 1) vectors: float32 accumulators
  private sums: usize; // count × (padded + 1) f64 of the class at work
  private loss: usize; // f64 per replicate
  private product: usize; // f64 per replicate: 1 + e^-|z| not yet taken the logarithm of
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
    self.coef = allocZeroed(width * count * 4);
    self.scratch = alloc(4 * ROWS * 4);
    self.partial = allocZeroed(width * count * 16);
    self.sums = allocZeroed(width * count * 8);
    self.loss = allocZeroed((<usize>count) << 3);
    self.product = alloc((<usize>count) << 3);
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
      const at = ((<usize>(slot >> 6) * this.padded + column) * ROWS + (slot & 63)) << 2;
      store<f32>(this.x + at, load<f32>(values));
      values += 4;
    }
  }

  @inline
  private takenAt(replicate: i32, slot: i32): usize {
    return this.taken + (<usize>(slot >> 6) * this.count + replicate) * ROWS + (slot & 63);
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

  /** Rounds the coefficients of running replicates to float32, clears their gradients; false when none runs. */
  private prepare(): bool {
    const width = this.padded + 1;
    let any = false;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      any = true;
      const fit = this.optimizer(r);
      const row = this.coef + ((<usize>r * width) << 2);
      for (let k = 0; k < this.cols; k++) {
        store<f32>(row + ((<usize>k) << 2), <f32>load<f64>(fit.x + ((<usize>k) << 3)));
        store<f64>(fit.g + ((<usize>k) << 3), 0);
      }
      store<f32>(row + ((<usize>this.padded) << 2), <f32>load<f64>(fit.x + ((<usize>this.cols) << 3)));
      store<f64>(fit.g + ((<usize>this.cols) << 3), 0);
    }
    return any;
  }

  /** Loss and slopes of one class's blocks. */
  private pass(first: i32, last: i32, label: i32): void {
    const width = <usize>(this.padded + 1) * this.count;
    memory.fill(this.sums, 0, width << 3);
    for (let r = 0; r < this.count; r++) store<f64>(this.product + ((<usize>r) << 3), 1);
    let waiting = 0;
    for (let block = first; block < last; block++) {
      this.gather(block, label);
      if (++waiting == REDUCE_EVERY) {
        this.reduce();
        waiting = 0;
      }
    }
    this.reduce();
    this.collect(label);
  }

  /** All running replicates that cover the block, four at a time. */
  private gather(block: i32, label: i32): void {
    let found = 0;
    const group = this.group;
    const taken = this.taken + <usize>block * this.count * ROWS;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r) || !anyTaken(taken + <usize>r * ROWS)) continue;
      store<i32>(group + ((<usize>found) << 2), r);
      found++;
    }
    const columns = this.x + ((<usize>block * this.padded * ROWS) << 2);
    for (let i = 0; i < found; i += 4) {
      const size = min(4, found - i);
      for (let j = size; j < 4; j++) store<i32>(group + ((<usize>(i + j)) << 2), load<i32>(group + ((<usize>i) << 2)));
      this.blockOfFour(columns, taken, group + ((<usize>i) << 2), size, label);
    }
  }

  private blockOfFour(columns: usize, taken: usize, group: usize, size: i32, label: i32): void {
    const width = <usize>(this.padded + 1);
    const scratch = this.scratch;
    const r0 = <usize>load<i32>(group);
    const r1 = <usize>load<i32>(group, 4);
    const r2 = <usize>load<i32>(group, 8);
    const r3 = <usize>load<i32>(group, 12);
    const bytes = width << 2;
    margins(
      columns,
      this.padded,
      this.coef + r0 * bytes,
      this.coef + r1 * bytes,
      this.coef + r2 * bytes,
      this.coef + r3 * bytes,
      scratch,
    );
    for (let j = 0; j < size; j++) {
      const r = <usize>load<i32>(group + ((<usize>j) << 2));
      const loss = this.loss + (r << 3);
      const product = this.product + (r << 3);
      const intercept = this.partial + ((r * width + this.padded) << 4);
      slopes(
        scratch + <usize>j * ROWS * 4,
        taken + r * ROWS,
        label,
        loss,
        product,
        intercept,
        this.classWeight + (r << 4),
      );
    }
    const step = width << 4;
    gradients(columns, this.padded, scratch, this.partial + r0 * step, this.partial + r1 * step, size > 1);
    if (size > 2) {
      const upper = scratch + 2 * ROWS * 4;
      gradients(columns, this.padded, upper, this.partial + r2 * step, this.partial + r3 * step, size > 3);
    }
  }

  /** Adds the float32 accumulators to the float64 sums and clears them. */
  private reduce(): void {
    const width = <usize>(this.padded + 1);
    for (let r = 0; r < this.count; r++) {
      if (load<u8>(this.running + r))
        reduceRow(this.partial + ((<usize>r * width) << 4), this.sums + ((<usize>r * width) << 3), width);
    }
  }

  /** Adds the class's sums, times its weight, to value and gradient of each replicate. */
  private collect(label: i32): void {
    const width = <usize>(this.padded + 1);
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      const weight = load<f64>(this.classWeight + ((<usize>r) << 4) + ((<usize>label) << 3));
      const loss = this.loss + ((<usize>r) << 3);
      store<f64>(loss, load<f64>(loss) + weight * log(load<f64>(this.product + ((<usize>r) << 3))));
      const sign = label ? -weight : weight;
      const g = this.optimizer(r).g;
      const sums = this.sums + ((<usize>r * width) << 3);
      for (let k = 0; k <= this.cols; k++) {
        const from = k < this.cols ? k : this.padded;
        const at = g + ((<usize>k) << 3);
        store<f64>(at, load<f64>(at) + sign * load<f64>(sums + ((<usize>from) << 3)));
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

/** True when one of 64 bytes is not zero. */
function anyTaken(taken: usize): bool {
  const a = v128.or(v128.load(taken), v128.load(taken, 16));
  const b = v128.or(v128.load(taken, 32), v128.load(taken, 48));
  return v128.any_true(v128.or(a, b));
}

/** z = X·w + b of 64 rows for four coefficient vectors; the intercept stands behind the padded columns. */
function margins(columns: usize, padded: i32, w0: usize, w1: usize, w2: usize, w3: usize, out: usize): void {
  const intercept = (<usize>padded) << 2;
  const b0 = v128.load32_splat(w0 + intercept);
  const b1 = v128.load32_splat(w1 + intercept);
  const b2 = v128.load32_splat(w2 + intercept);
  const b3 = v128.load32_splat(w3 + intercept);
  for (let i: usize = 0; i < BLOCK_BYTES; i += 32) {
    let z00 = b0;
    let z01 = b0;
    let z10 = b1;
    let z11 = b1;
    let z20 = b2;
    let z21 = b2;
    let z30 = b3;
    let z31 = b3;
    let x = columns + i;
    for (let k: usize = 0; k < intercept; k += 4, x += ROWS * 4) {
      const xa = v128.load(x);
      const xb = v128.load(x, 16);
      let w = v128.load32_splat(w0 + k);
      z00 = f32x4.add(z00, f32x4.mul(xa, w));
      z01 = f32x4.add(z01, f32x4.mul(xb, w));
      w = v128.load32_splat(w1 + k);
      z10 = f32x4.add(z10, f32x4.mul(xa, w));
      z11 = f32x4.add(z11, f32x4.mul(xb, w));
      w = v128.load32_splat(w2 + k);
      z20 = f32x4.add(z20, f32x4.mul(xa, w));
      z21 = f32x4.add(z21, f32x4.mul(xb, w));
      w = v128.load32_splat(w3 + k);
      z30 = f32x4.add(z30, f32x4.mul(xa, w));
      z31 = f32x4.add(z31, f32x4.mul(xb, w));
    }
    v128.store(out + i, z00);
    v128.store(out + i, z01, 16);
    v128.store(out + i, z10, ROWS * 4);
    v128.store(out + i, z11, ROWS * 4 + 16);
    v128.store(out + i, z20, ROWS * 8);
    v128.store(out + i, z21, ROWS * 8 + 16);
    v128.store(out + i, z30, ROWS * 12);
    v128.store(out + i, z31, ROWS * 12 + 16);
  }
}

/**
 * Turns 64 margins of one class into slopes m·σ(u), u = z for class 0 and −z for class 1 (so every row's loss is
 * log(1 + e^u)); adds Σ m·max(u, 0) times the class weight to the loss, the factors 1 + e^-|u| to the product, and the
 * slopes to the intercept's accumulator.
 */
function slopes(
  z: usize,
  taken: usize,
  label: i32,
  loss: usize,
  product: usize,
  intercept: usize,
  classWeights: usize,
): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const flip = label ? f32x4.splat(-0.0) : zero;
  let linear = zero;
  let factor = one;
  let sum = zero;
  let high: u32 = 0;
  for (let i: usize = 0; i < BLOCK_BYTES / 16; i++) {
    const bytes = load<u32>(taken + (i << 2));
    if (bytes == 0) {
      v128.store(z + (i << 4), zero);
      continue;
    }
    const m = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(bytes))));
    const u = v128.xor(v128.load(z + (i << 4)), flip);
    const t = Exp32.four(f32x4.neg(f32x4.abs(u)));
    const p = f32x4.add(one, t);
    const positive = f32x4.ge(u, zero);
    const s = f32x4.mul(m, f32x4.div(v128.bitselect(one, t, positive), p));
    v128.store(z + (i << 4), s);
    sum = f32x4.add(sum, s);
    linear = f32x4.add(linear, f32x4.mul(m, f32x4.max(u, zero)));
    factor = f32x4.mul(factor, v128.bitselect(p, one, f32x4.ge(m, one)));
    if (bytes & 0xfefefefe) {
      // some row of the four is taken twice or more
      let rest = f32x4.sub(m, two);
      let more = f32x4.ge(rest, zero);
      let rounds: u32 = 1;
      while (v128.any_true(more)) {
        factor = f32x4.mul(factor, v128.bitselect(p, one, more));
        rest = f32x4.sub(rest, one);
        more = f32x4.ge(rest, zero);
        rounds++;
      }
      high = max(high, rounds);
    }
    if (high > PRODUCT_LIMIT) {
      // too many factors for one product: take their logarithm now
      drain(factor, product, loss, load<f64>(classWeights + ((<usize>label) << 3)));
      factor = one;
      high = 0;
    }
  }
  v128.store(intercept, f32x4.add(v128.load(intercept), sum));
  const weight = load<f64>(classWeights + ((<usize>label) << 3));
  const a = <f64>f32x4.extract_lane(linear, 0) + <f64>f32x4.extract_lane(linear, 1);
  const b = <f64>f32x4.extract_lane(linear, 2) + <f64>f32x4.extract_lane(linear, 3);
  store<f64>(loss, load<f64>(loss) + weight * (a + b));
  drain(factor, product, loss, weight);
}

/** Multiplies the lanes into the running product, taking its logarithm before it grows too large. */
function drain(factor: v128, product: usize, loss: usize, weight: f64): void {
  // a lane holds at most 2^120, so that LARGE_PRODUCT times two lanes is still finite
  let all = load<f64>(product) * (<f64>f32x4.extract_lane(factor, 0) * <f64>f32x4.extract_lane(factor, 1));
  if (all > LARGE_PRODUCT) {
    store<f64>(loss, load<f64>(loss) + weight * log(all));
    all = 1;
  }
  all *= <f64>f32x4.extract_lane(factor, 2) * <f64>f32x4.extract_lane(factor, 3);
  if (all > LARGE_PRODUCT) {
    store<f64>(loss, load<f64>(loss) + weight * log(all));
    all = 1;
  }
  store<f64>(product, all);
}

/** Adds Xᵀs of 64 rows to the accumulators of two replicates (the second only if `pair`). */
function gradients(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
  for (let k = 0; k < padded; k += 4) {
    const x = columns + ((<usize>k * ROWS) << 2);
    let a0 = v128.load(g0);
    let a1 = v128.load(g0, 16);
    let a2 = v128.load(g0, 32);
    let a3 = v128.load(g0, 48);
    let c0 = v128.load(g1);
    let c1 = v128.load(g1, 16);
    let c2 = v128.load(g1, 32);
    let c3 = v128.load(g1, 48);
    for (let i: usize = 0; i < BLOCK_BYTES; i += 16) {
      const s0 = v128.load(s + i);
      const s1 = v128.load(s + i, ROWS * 4);
      let v = v128.load(x + i);
      a0 = f32x4.add(a0, f32x4.mul(v, s0));
      c0 = f32x4.add(c0, f32x4.mul(v, s1));
      v = v128.load(x + i, ROWS * 4);
      a1 = f32x4.add(a1, f32x4.mul(v, s0));
      c1 = f32x4.add(c1, f32x4.mul(v, s1));
      v = v128.load(x + i, ROWS * 8);
      a2 = f32x4.add(a2, f32x4.mul(v, s0));
      c2 = f32x4.add(c2, f32x4.mul(v, s1));
      v = v128.load(x + i, ROWS * 12);
      a3 = f32x4.add(a3, f32x4.mul(v, s0));
      c3 = f32x4.add(c3, f32x4.mul(v, s1));
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

/** sums_k += the four lanes of partial_k, which is cleared. */
function reduceRow(partial: usize, sums: usize, width: usize): void {
  const zero = f32x4.splat(0);
  for (const end = sums + (width << 3); sums < end; sums += 8, partial += 16) {
    const v = v128.load(partial);
    v128.store(partial, zero);
    const low = f64x2.promote_low_f32x4(v);
    const high = f64x2.promote_low_f32x4(i64x2.splat(i64x2.extract_lane(v, 1)));
    const pair = f64x2.add(low, high);
    store<f64>(sums, load<f64>(sums) + (f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)));
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
