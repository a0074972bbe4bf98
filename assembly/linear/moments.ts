// Weighted first and second moments of a design under many weightings at once: Σ m x xᵀ with a constant 1 behind x.
//
// The weightings of a block bootstrap are piecewise constant, so the outer products of the rows are summed once, in R, and
// each weighting takes what it needs of R where its multiplicity changes: Σ m dR = [m R] − Σ R dm (Abel's summation).
// R starts anew every FLUSH blocks and totals are compensated, so that differences of R cost no digits.

import { alloc, allocZeroed } from "../arena";
import { COLUMN, ROWS } from "./blockPasses";
import { CompensatedSum } from "./compensatedSum";

const FLUSH: i32 = 32;

@unmanaged
export class Moments {
  /** Variables, the constant (the last one) included. */
  private size: i32;
  private stride: i32; // size, made even
  /** f64 in the packed upper triangle: row i holds columns from i & ~1. */
  private length: i32;
  private count: i32;
  private running: usize; // R
  private local: usize; // count × length f64: sums since the last flush
  private totals: usize; // count × length compensated sums
  private rows: usize; // ROWS × stride f64: the block transposed
  private last: usize; // multiplicity of the row before, u8 per weighting
  private changes: usize; // per row of the block: the weightings that change there, u8, ROWS × count
  private changeCounts: usize; // i32 per row
  private blocks: i32;

  static create(cols: i32, count: i32): Moments {
    const self = changetype<Moments>(alloc(offsetof<Moments>()));
    self.size = cols + 1;
    self.stride = (cols + 2) & ~1;
    let length = 0;
    for (let i = 0; i < self.size; i++) length += self.stride - (i & ~1);
    self.length = length;
    self.count = count;
    const bytes = (<usize>length) << 3;
    self.running = allocZeroed(bytes);
    self.local = allocZeroed(bytes * count);
    self.totals = allocZeroed(2 * bytes * count);
    self.rows = allocZeroed((<usize>self.stride * ROWS) << 3);
    self.last = allocZeroed(count);
    self.changes = alloc(<usize>ROWS * count);
    self.changeCounts = allocZeroed(ROWS << 2);
    self.blocks = 0;
    for (let row = 0; row < ROWS; row++) {
      store<f64>(self.rows + ((<usize>(row * self.stride + cols)) << 3), 1);
    }
    return self;
  }

  /** Adds a block of rows: columns of float64, COLUMN bytes apart; `taken` holds ROWS multiplicities per weighting. */
  add(columns: usize, taken: usize): void {
    this.transpose(columns);
    this.findChanges(taken);
    const step = (<usize>this.stride) << 3;
    let row = this.rows;
    for (let i = 0; i < ROWS; i++, row += step) {
      this.takeChanges(i, taken);
      addOuterProduct(this.running, row, this.size, this.stride);
    }
    if (++this.blocks == FLUSH) this.flush();
  }

  /** Ends a run of blocks; the moments of weighting r are then at `value(r, i, j)` until `clear`. */
  finish(): void {
    this.flush();
    memory.fill(this.last, 0, this.count);
  }

  clear(): void {
    memory.fill(this.totals, 0, ((<usize>this.length) << 4) * this.count);
  }

  /** Σ m x_i x_j of weighting r. */
  value(r: i32, i: i32, j: i32): f64 {
    const row = min(i, j);
    const half = row >> 1;
    // two rows per step of two columns less
    let at = 2 * (half * this.stride - half * (half - 1));
    if (row & 1) at += this.stride - (row & ~1);
    at += max(i, j) - (row & ~1);
    return CompensatedSum.value(this.totals + ((<usize>(r * this.length + at)) << 4));
  }

  private transpose(columns: usize): void {
    const step = (<usize>this.stride) << 3;
    for (let k = 0; k < this.size - 1; k++) {
      let to = this.rows + ((<usize>k) << 3);
      let from = columns + <usize>k * COLUMN;
      for (let i = 0; i < ROWS; i++, from += 8, to += step) store<f64>(to, load<f64>(from));
    }
  }

  /** Lists for each row the weightings whose multiplicity differs from the row before. */
  private findChanges(taken: usize): void {
    memory.fill(this.changeCounts, 0, ROWS << 2);
    for (let r = 0; r < this.count; r++, taken += ROWS) {
      const a = v128.load(taken);
      const b = v128.load(taken, 16);
      const before = i8x16.splat(load<i8>(this.last + r));
      const a1 = v128.shuffle<i8>(before, a, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
      const b1 = v128.shuffle<i8>(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
      let mask = i8x16.bitmask(i8x16.ne(a, a1)) | (i8x16.bitmask(i8x16.ne(b, b1)) << 16);
      while (mask) {
        const row = ctz(mask);
        mask &= mask - 1;
        const counter = this.changeCounts + ((<usize>row) << 2);
        const found = load<i32>(counter);
        store<u8>(this.changes + <usize>(row * this.count + found), <u8>r);
        store<i32>(counter, found + 1);
      }
    }
  }

  /** The weightings that change before row i take R, times their change. */
  private takeChanges(i: i32, taken: usize): void {
    const list = this.changes + <usize>(i * this.count);
    for (let c = 0, found = load<i32>(this.changeCounts + ((<usize>i) << 2)); c < found; c++) {
      const r = <i32>load<u8>(list + c);
      const now = load<u8>(taken + <usize>(r * ROWS + i));
      const change = <i32>load<u8>(this.last + r) - <i32>now;
      store<u8>(this.last + r, now);
      addScaled(this.local + ((<usize>(r * this.length)) << 3), <f64>change, this.running, this.length);
    }
  }

  private flush(): void {
    const bytes = (<usize>this.length) << 3;
    for (let r = 0; r < this.count; r++) {
      const local = this.local + bytes * r;
      addScaled(local, <f64>load<u8>(this.last + r), this.running, this.length);
      const total = this.totals + 2 * bytes * r;
      for (let i: usize = 0; i < bytes; i += 8) CompensatedSum.add(total + 2 * i, load<f64>(local + i));
      memory.fill(local, 0, bytes);
    }
    memory.fill(this.running, 0, bytes);
    this.blocks = 0;
  }
}

/** y += a x; n is even. */
function addScaled(y: usize, a: f64, x: usize, n: i32): void {
  const scale = f64x2.splat(a);
  for (let end = y + ((<usize>n) << 3); y < end; y += 16, x += 16) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(scale, v128.load(x))));
  }
}

/** Adds x xᵀ to a packed upper triangle. */
function addOuterProduct(triangle: usize, x: usize, size: i32, stride: i32): void {
  const end = x + ((<usize>stride) << 3);
  for (let i = 0; i < size; i++) {
    const a = v128.load64_splat(x + ((<usize>i) << 3));
    for (let at = x + ((<usize>(i & ~1)) << 3); at < end; at += 16, triangle += 16) {
      v128.store(triangle, f64x2.add(v128.load(triangle), f64x2.mul(a, v128.load(at))));
    }
  }
}
