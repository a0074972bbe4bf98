// One miner's nonzero rows, compacted once and grouped by equal vectors. Embeddings are binary16, so of some 45,000 rows
// only a few thousand differ. Groups are numbered by first appearance: a prefix of the rows uses a prefix of the groups.

import { alloc, allocZeroed } from "../arena";
import { cleanHalf } from "./cleanHalf";

/** Vectors wider than this do not fit the 64-bit key. */
export const MAX_WIDTH: i32 = 4;
const BLOCK: i32 = 1024;
const SLOT: usize = 16; // hash slot: key u64, group + 1 i32 (0 = free)
const START_BITS: u64 = 13; // 128 KB: a few thousand distinct vectors stay in the second-level cache
const GOLDEN: u64 = 0x9e3779b97f4a7c15;

@unmanaged
export class PresentRows {
  /** Number of nonzero rows, and of distinct vectors among them. */
  count: i32;
  groups: i32;
  width: i32;
  /** i32 per nonzero row: its row number, ascending, and its group. */
  row: usize;
  group: usize;
  /**
   * float64 columns of the groups' values, `stride` bytes apart; column `width` is all ones (liblinear's intercept).
   * Even group counts can be read: the one after the last holds finite numbers.
   */
  x: usize;
  stride: usize;

  private codes: usize;
  private table: usize;
  private bits: u64;

  /** Compacts `rows` × `width` codes, width 1 to MAX_WIDTH. */
  static from(codes: usize, rows: i32, width: i32): PresentRows {
    const self = changetype<PresentRows>(alloc(offsetof<PresentRows>()));
    self.codes = codes;
    self.width = width;
    self.count = 0;
    self.groups = 0;
    self.bits = START_BITS;
    self.row = alloc((<usize>rows) << 2);
    self.group = alloc((<usize>rows) << 2);
    self.stride = (<usize>rows + 2) << 3;
    self.x = allocZeroed(self.stride * (<usize>width + 1));
    self.table = allocZeroed(SLOT << (<usize>START_BITS));
    for (let from: i32 = 0; from < rows; from += BLOCK) self.take(from, min<i32>(rows, from + BLOCK));
    return self;
  }

  /** How many nonzero rows lie before row number `row`. */
  before(row: i32): i32 {
    let low: i32 = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<i32>(this.row + ((<usize>middle) << 2)) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private take(from: i32, to: i32): void {
    const width = this.width;
    let p = this.codes + ((<usize>from * <usize>width) << 1);
    let count = this.count;
    for (let row = from; row < to; row++) {
      let key: u64 = 0;
      let present = false;
      for (let j: i32 = 0; j < width; j++, p += 2) {
        const code = <u64>load<u16>(p);
        const size = code & 0x7fff;
        if (size != 0 && size <= 0x7c00) present = true; // a NaN counts as 0
        key = (key << 16) | code;
      }
      if (!present) continue;
      store<i32>(this.row + ((<usize>count) << 2), row);
      store<i32>(this.group + ((<usize>count) << 2), this.find(key));
      count++;
    }
    this.count = count;
  }

  private find(key: u64): i32 {
    let slot = this.slot(key);
    const group = load<i32>(slot, 8);
    if (group != 0) return group - 1;
    if ((<u64>this.groups) << 1 >= (<u64>1) << this.bits) {
      this.grow();
      slot = this.slot(key);
    }
    store<u64>(slot, key);
    store<i32>(slot, this.groups + 1, 8);
    return this.open(key);
  }

  /** Where the key lies, or the free slot where it would. */
  @inline
  private slot(key: u64): usize {
    const mask = ((<u64>1) << this.bits) - 1;
    let index = (key * GOLDEN) >> (64 - this.bits);
    let p = this.table + <usize>index * SLOT;
    while (load<i32>(p, 8) != 0 && load<u64>(p) != key) {
      index = (index + 1) & mask;
      p = this.table + <usize>index * SLOT;
    }
    return p;
  }

  /** Four times the slots. The old table stays in the arena until the caller releases it. */
  private grow(): void {
    const old = this.table;
    const end = old + (SLOT << (<usize>this.bits));
    this.bits += 2;
    this.table = allocZeroed(SLOT << (<usize>this.bits));
    for (let p = old; p < end; p += SLOT) if (load<i32>(p, 8) != 0) v128.store(this.slot(load<u64>(p)), v128.load(p));
  }

  private open(key: u64): i32 {
    const group = this.groups;
    const p = this.x + ((<usize>group) << 3);
    let bits = key;
    for (let j = this.width - 1; j >= 0; j--, bits >>= 16)
      store<f64>(p + <usize>j * this.stride, cleanHalf(<u32>(bits & 0xffff)));
    store<f64>(p + <usize>this.width * this.stride, 1);
    this.groups = group + 1;
    return group;
  }
}
