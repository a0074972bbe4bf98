// Which replicates take part in a pass and how, and the list of those that take rows of the block at work.

import { alloc, allocZeroed } from "../arena";
import { DrawnRows } from "./drawnRows";

/**
 * What a replicate takes part with: margins and slopes in float32, margins alone in float64, or both; the losses as well where
 * it says so, always in float64.
 */
export const enum Precision {
  NONE,
  NARROW,
  MIDDLE,
  MIDDLE_VALUED,
  WIDE,
  WIDE_VALUED,
}
const PRECISIONS: i32 = 6;

@unmanaged
export class PrecisionGroups {
  private rows: DrawnRows;
  private precision: usize; // u8 per replicate
  private members: usize; // the same as a bit per replicate: u32 per precision and word
  private groups: usize; // per precision: the replicates of the block at work, i32
  private sizes: usize; // i32 per precision

  static create(rows: DrawnRows): PrecisionGroups {
    const self = changetype<PrecisionGroups>(alloc(offsetof<PrecisionGroups>()));
    self.rows = rows;
    self.precision = allocZeroed(rows.count);
    self.members = allocZeroed((<usize>(PRECISIONS * rows.words)) << 2);
    self.groups = alloc((<usize>(PRECISIONS * rows.count)) << 2);
    self.sizes = alloc(PRECISIONS << 2);
    return self;
  }

  @inline
  precisionOf(r: i32): Precision {
    return <Precision>load<u8>(this.precision + r);
  }

  set(r: i32, precision: Precision): void {
    const bit = (<u32>1) << (r & 31);
    const before = this.word(this.precisionOf(r), r >> 5);
    store<u32>(before, load<u32>(before) & ~bit);
    const now = this.word(precision, r >> 5);
    store<u32>(now, load<u32>(now) | bit);
    store<u8>(this.precision + r, <u8>precision);
  }

  /** Lists the replicates that take rows of a block; false when there are none. */
  gather(block: i32): bool {
    let any: u32 = 0;
    for (let precision = Precision.NARROW; precision <= Precision.WIDE_VALUED; precision++) {
      let to = this.group(precision);
      for (let word = 0; word < this.rows.words; word++) {
        let members = this.rows.takers(block, word) & load<u32>(this.word(precision, word));
        any |= members;
        for (; members; members &= members - 1, to += 4) store<i32>(to, 32 * word + ctz(members));
      }
      store<i32>(this.sizes + ((<usize>precision) << 2), <i32>((to - this.group(precision)) >> 2));
    }
    return any != 0;
  }

  @inline
  size(precision: Precision): i32 {
    return load<i32>(this.sizes + ((<usize>precision) << 2));
  }

  /** The i-th of those listed. */
  @inline
  at(precision: Precision, i: i32): i32 {
    return load<i32>(this.group(precision) + ((<usize>i) << 2));
  }

  /** Puts replicate r behind the others listed. */
  join(r: i32, precision: Precision): void {
    const size = this.size(precision);
    store<i32>(this.group(precision) + ((<usize>size) << 2), r);
    store<i32>(this.sizes + ((<usize>precision) << 2), size + 1);
  }

  @inline
  private word(precision: Precision, word: i32): usize {
    return this.members + ((<usize>(<i32>precision * this.rows.words + word)) << 2);
  }

  @inline
  private group(precision: Precision): usize {
    return this.groups + ((<usize>(<i32>precision * this.rows.count)) << 2);
  }
}
