// The rows of a logistic regression laid out for the passes over them: the rows of label 0 first, then those of label 1, each
// in the order given (LIBLINEAR's order), each label starting a new block; blocks of rows, column-major inside, so that a block
// stays in cache while margins, slopes and gradients of many coefficient vectors are formed from it.
//
// float32 designs stay float32 and each block is widened when read, so that many vectors pay for it once; a design that few
// vectors will read is widened when it is packed. The values are the same numbers either way.

import { alloc } from "../arena";
import { BLOCK } from "./product";

/** Float64 that a second-level cache is sure to hold with room to spare. */
const CACHED: usize = 1 << 16;
const LINE: usize = 64;

@unmanaged
export class Design {
  cols: i32;
  /** Rows of each label that were kept. */
  rows0: i32;
  rows1: i32;
  /** Rows per block. */
  block: i32;
  blocks0: i32;
  blocks: i32;
  /** blocks · block: rows including the padding of each label's last block. */
  padded: i32;
  /** i32 per padded row: the row as given, −1 for padding. */
  source: usize;
  private values: usize;
  private buffer: usize; // one widened block; 0 when the values are float64 already
  private far: bool; // more than a cache holds

  /**
   * Packs a column-major design. `x` points at rows × cols numbers, float32 if `single`; `y` at bytes 0 or 1; rows whose
   * weight is not above 0 are left out (`weights` points at float64, or is 0). `readers`: how many vectors read each pass.
   */
  static pack(x: usize, single: bool, rows: i32, cols: i32, y: usize, weights: usize, readers: i32): Design {
    const self = changetype<Design>(alloc(offsetof<Design>()));
    const block = BLOCK;
    self.cols = cols;
    self.block = block;
    let counts0 = 0;
    let counts1 = 0;
    for (let i = 0; i < rows; i++) {
      if (weights != 0 && !(load<f64>(weights + ((<usize>i) << 3)) > 0)) continue;
      if (load<u8>(y + i) != 0) counts1++;
      else counts0++;
    }
    self.rows0 = counts0;
    self.rows1 = counts1;
    self.blocks0 = (counts0 + block - 1) / block;
    self.blocks = self.blocks0 + (counts1 + block - 1) / block;
    self.padded = self.blocks * block;
    self.source = alloc((<usize>self.padded) << 2);
    memory.fill(self.source, 0xff, (<usize>self.padded) << 2);
    let at0 = self.source;
    let at1 = self.source + ((<usize>(self.blocks0 * block)) << 2);
    for (let i = 0; i < rows; i++) {
      if (weights != 0 && !(load<f64>(weights + ((<usize>i) << 3)) > 0)) continue;
      if (load<u8>(y + i) != 0) {
        store<i32>(at1, i);
        at1 += 4;
      } else {
        store<i32>(at0, i);
        at0 += 4;
      }
    }
    const keepSingle = single && readers > 2;
    const size = <usize>self.padded * <usize>cols;
    self.values = alloc(max<usize>(size << (keepSingle ? 2 : 3), 16));
    self.far = !keepSingle && size > CACHED;
    self.buffer = keepSingle ? alloc((<usize>block * <usize>cols) << 3) : 0;
    for (let b = 0; b < self.blocks; b++) {
      if (keepSingle) self.packSingle(x, rows, b);
      else if (single) self.packWidened(x, rows, b);
      else self.packDouble(x, rows, b);
    }
    return self;
  }

  /** The block as float64, column-major with a column every STRIDE bytes. Valid until the next call. */
  read(b: i32): usize {
    const size = <usize>this.block * <usize>this.cols;
    if (this.buffer == 0) {
      const values = this.values + ((<usize>b * size) << 3);
      if (this.far) touch(values, size << 3);
      return values;
    }
    widen(this.values + ((<usize>b * size) << 2), this.buffer, size);
    return this.buffer;
  }

  /** The label of all rows of the block. */
  @inline
  label(b: i32): i32 {
    return b >= this.blocks0 ? 1 : 0;
  }

  private packDouble(x: usize, rows: i32, b: i32): void {
    const block = this.block;
    const from = this.source + ((<usize>(b * block)) << 2);
    let to = this.values + ((<usize>b * <usize>block * <usize>this.cols) << 3);
    for (let j = 0; j < this.cols; j++, x += (<usize>rows) << 3) {
      for (let i = 0; i < block; i++, to += 8) {
        const row = load<i32>(from + ((<usize>i) << 2));
        store<f64>(to, row < 0 ? 0 : load<f64>(x + ((<usize>row) << 3)));
      }
    }
  }

  private packWidened(x: usize, rows: i32, b: i32): void {
    const block = this.block;
    const from = this.source + ((<usize>(b * block)) << 2);
    let to = this.values + ((<usize>b * <usize>block * <usize>this.cols) << 3);
    for (let j = 0; j < this.cols; j++, x += (<usize>rows) << 2) {
      for (let i = 0; i < block; i++, to += 8) {
        const row = load<i32>(from + ((<usize>i) << 2));
        store<f64>(to, row < 0 ? 0 : <f64>load<f32>(x + ((<usize>row) << 2)));
      }
    }
  }

  private packSingle(x: usize, rows: i32, b: i32): void {
    const block = this.block;
    const from = this.source + ((<usize>(b * block)) << 2);
    let to = this.values + ((<usize>b * <usize>block * <usize>this.cols) << 2);
    for (let j = 0; j < this.cols; j++, x += (<usize>rows) << 2) {
      for (let i = 0; i < block; i++, to += 4) {
        const row = load<i32>(from + ((<usize>i) << 2));
        store<f32>(to, row < 0 ? 0 : load<f32>(x + ((<usize>row) << 2)));
      }
    }
  }
}

/** float32 → float64, `size` numbers, a multiple of 4. */
function widen(from: usize, to: usize, size: usize): void {
  for (let end = from + (size << 2); from < end; from += 16, to += 32) {
    const x = v128.load(from);
    v128.store(to, f64x2.promote_low_f32x4(x));
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)), 16);
  }
}

/**
 * Reads a block once from front to end: the passes go through it eight columns at a time, a pattern that processors do not
 * fetch ahead, so that they would wait for memory four times as long.
 */
function touch(block: usize, bytes: usize): void {
  let seen: u32 = 0;
  for (const end = block + bytes; block < end; block += LINE) seen |= load<u32>(block);
  touched = seen;
}

/** Keeps touch() from being optimised away. */
let touched: u32 = 0;
