// The block of rows at work, decoded once for all passes that visit it and widened to float64 when one of them asks.

import { alloc, allocZeroed } from "../arena";
import { COLUMN, NARROW_COLUMN } from "./blockPasses";
import { PooledRows } from "./pooledRows";

@unmanaged
export class DecodedBlock {
  /** The columns in float32, NARROW_COLUMN bytes apart. */
  narrow: usize;
  private wide: usize;
  private design: PooledRows;
  private block: i32;
  private widened: i32;

  static create(design: PooledRows): DecodedBlock {
    const self = changetype<DecodedBlock>(alloc(offsetof<DecodedBlock>()));
    self.design = design;
    self.narrow = allocZeroed(<usize>design.padded * NARROW_COLUMN);
    self.wide = alloc(<usize>design.padded * COLUMN);
    self.block = -1;
    self.widened = -1;
    return self;
  }

  show(block: i32): void {
    if (block == this.block) return;
    this.design.decode(block, this.narrow);
    this.block = block;
  }

  /** The columns of the block shown in float64, COLUMN bytes apart. */
  widen(): usize {
    if (this.widened != this.block) {
      this.design.widen(this.narrow, this.wide);
      this.widened = this.block;
    }
    return this.wide;
  }
}
