// The rows of a cross-section meta design, stored as the miners' binary16 codes: two bytes a value, half of the float32 that
// they stand for. A row's value in a column is float32(weight·code + intercept), by the base fit of the row's range.
//
// Rows are sorted by class, within a class by range, and cut into blocks of ROWS; every (class, range) begins a new block,
// so that a block has one label and one fit per column. Inside a block each column is contiguous.

import { alloc, allocZeroed } from "../arena";
import { NARROW_COLUMN, ROW_SHIFT, ROWS } from "./blockPasses";

@unmanaged
export class PooledRows {
  cols: i32;
  /** Columns rounded up to a multiple of four; the rest are zeros. */
  padded: i32;
  /** Rows of both classes. */
  rows: i32;
  /** Blocks of class 0, and of both classes. */
  zeroBlocks: i32;
  blocks: i32;
  /** One byte per sample: 0 left out, else label + 1. */
  kept: usize;
  rangeCount: i32;
  private ranges: usize; // (from, to) in samples, i32
  private firstSlots: usize; // per class and range, i32
  private counts: usize; // likewise: rows
  private blockRange: usize; // i32 per block
  private fits: usize; // per range and column: weight, intercept (f64); NaN weight where there is no fit
  private codes: usize; // blocks × padded × ROWS u16

  /** Lays out the samples of `kept` in `rangeCount` ranges of (from, to) samples; no codes and no fits yet. */
  static create(kept: usize, ranges: usize, rangeCount: i32, cols: i32): PooledRows {
    const self = changetype<PooledRows>(alloc(offsetof<PooledRows>()));
    self.cols = cols;
    self.padded = (cols + 3) & ~3;
    self.kept = kept;
    self.ranges = ranges;
    self.rangeCount = rangeCount;
    self.firstSlots = alloc((<usize>rangeCount) << 3);
    self.counts = alloc((<usize>rangeCount) << 3);
    self.fits = alloc((<usize>rangeCount * cols) << 4);
    self.rows = 0;
    let block = 0;
    for (let label = 0; label < 2; label++) {
      for (let range = 0; range < rangeCount; range++) {
        const at = (<usize>(label * rangeCount + range)) << 2;
        const count = self.countKept(range, <u8>(label + 1));
        store<i32>(self.firstSlots + at, block << ROW_SHIFT);
        store<i32>(self.counts + at, count);
        self.rows += count;
        block += (count + ROWS - 1) >> ROW_SHIFT;
      }
      if (label == 0) self.zeroBlocks = block;
    }
    self.blocks = block;
    self.blockRange = alloc((<usize>block) << 2);
    for (let label = 0; label < 2; label++) {
      for (let range = 0; range < rangeCount; range++) {
        const first = self.firstSlot(label, range) >> ROW_SHIFT;
        const next = first + ((self.count(label, range) + ROWS - 1) >> ROW_SHIFT);
        for (let b = first; b < next; b++) store<i32>(self.blockRange + ((<usize>b) << 2), range);
      }
    }
    self.codes = allocZeroed(<usize>block * self.padded * ROWS * 2);
    return self;
  }

  @inline
  from(range: i32): i32 {
    return load<i32>(this.ranges + ((<usize>range) << 3));
  }

  @inline
  to(range: i32): i32 {
    return load<i32>(this.ranges + ((<usize>range) << 3), 4);
  }

  /** Slot (block · ROWS + row) of the first row of a class in a range; the others follow. */
  @inline
  firstSlot(label: i32, range: i32): i32 {
    return load<i32>(this.firstSlots + ((<usize>(label * this.rangeCount + range)) << 2));
  }

  /** Rows of a class in a range. */
  @inline
  count(label: i32, range: i32): i32 {
    return load<i32>(this.counts + ((<usize>(label * this.rangeCount + range)) << 2));
  }

  private countKept(range: i32, value: u8): i32 {
    let count = 0;
    for (let sample = this.from(range), end = this.to(range); sample < end; sample++) {
      count += i32(load<u8>(this.kept + sample) == value);
    }
    return count;
  }

  /** Copies one column's codes of the kept samples into its blocks. */
  setCodes(column: i32, codes: usize): void {
    for (let range = 0; range < this.rangeCount; range++) this.setRange(column, codes, range);
  }

  private setRange(column: i32, codes: usize, range: i32): void {
    let slot0 = this.firstSlot(0, range);
    let slot1 = this.firstSlot(1, range);
    for (let sample = this.from(range), end = this.to(range); sample < end; sample++) {
      const y = load<u8>(this.kept + sample);
      if (!y) continue;
      // labels are as good as random: no branch
      const label = <i32>y - 1;
      const slot = select<i32>(slot1, slot0, label);
      slot1 += label;
      slot0 += 1 - label;
      const at = (<usize>(slot >> ROW_SHIFT) * this.padded + column) * ROWS + (slot & (ROWS - 1));
      store<u16>(this.codes + (at << 1), load<u16>(codes + ((<usize>sample) << 1)));
    }
  }

  setFit(range: i32, column: i32, weight: f64, intercept: f64): void {
    const at = this.fits + ((<usize>(range * this.cols + column)) << 4);
    store<f64>(at, weight);
    store<f64>(at, intercept, 8);
  }

  /** The block's values as float32, columns NARROW_COLUMN bytes apart. `out` must hold zeros in the padding columns. */
  decode(block: i32, out: usize): void {
    const range = load<i32>(this.blockRange + ((<usize>block) << 2));
    let fit = this.fits + ((<usize>(range * this.cols)) << 4);
    let codes = this.codes + ((<usize>block * this.padded * ROWS) << 1);
    for (let k = 0; k < this.cols; k++, fit += 16, codes += ROWS * 2, out += NARROW_COLUMN) {
      const weight = load<f64>(fit);
      if (weight == weight) decodeColumn(codes, weight, load<f64>(fit, 8), out);
      else memory.fill(out, 0, NARROW_COLUMN);
    }
  }

  /** A decoded block as float64, columns COLUMN bytes apart. */
  widen(narrow: usize, out: usize): void {
    for (let end = narrow + <usize>this.padded * NARROW_COLUMN; narrow < end; narrow += 16, out += 32) {
      const x = v128.load(narrow);
      v128.store(out, f64x2.promote_low_f32x4(x));
      v128.store(out, f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)), 16);
    }
  }
}

/** Bits of a float32 that a finite binary16 code takes, its exponent not yet moved; in memory (see Lanes). */
const CODE_BITS = memory.data<u32>([0x8fffe000], 16);
/** By how much a code's bits, moved to their places in a float32, fall short: 2^112 is the difference of the two biases. */
const CODE_SCALE: f64 = 5.192296858534828e33;

/** float32(weight·x + intercept) of ROWS finite codes; 0 for a code of ±0. The weight takes in the scale of the codes, exactly. */
function decodeColumn(codes: usize, weight: f64, intercept: f64, out: usize): void {
  const w = f64x2.splat(weight * CODE_SCALE);
  const b = f64x2.splat(intercept);
  const bits = v128.load32_splat(CODE_BITS);
  const zero = f32x4.splat(0);
  for (let i = 0; i < ROWS; i += 4, codes += 8, out += 16) {
    // the sign stays, five bits of exponent and ten of mantissa go to their places
    const x = v128.and(i32x4.shr_s(i32x4.shl(v128.load16x4_u(codes), 16), 3), bits);
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
    const a = f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(low, w), b));
    const c = f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(high, w), b));
    v128.store(out, v128.and(v128.shuffle<i32>(a, c, 0, 1, 4, 5), f32x4.ne(x, zero)));
  }
}
