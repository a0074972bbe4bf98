// Bootstrap replicates of a pooled design: how often each replicate takes each row, its class weights and its scale.

import { alloc, allocZeroed, mark, release } from "../arena";
import { ROW_SHIFT, ROWS } from "./blockPasses";
import { PooledRows } from "./pooledRows";

@unmanaged
export class DrawnRows {
  design: PooledRows;
  count: i32;
  private taken: usize; // blocks × count × ROWS bytes
  private totals: usize; // f64 per replicate
  private classWeights: usize; // 2 × count f64
  private penalties: usize; // f64 per replicate

  /** `count` replicates, none drawn yet, on arena memory. */
  static create(design: PooledRows, count: i32): DrawnRows {
    const self = changetype<DrawnRows>(alloc(offsetof<DrawnRows>()));
    self.design = design;
    self.count = count;
    self.taken = allocZeroed(<usize>design.blocks * count * ROWS);
    self.totals = allocZeroed((<usize>count) << 3);
    self.classWeights = allocZeroed((<usize>count) << 4);
    self.penalties = allocZeroed((<usize>count) << 3);
    return self;
  }

  /** Multiplicities of a block's rows: ROWS bytes per replicate. */
  @inline
  takenOf(block: i32): usize {
    return this.taken + <usize>block * this.count * ROWS;
  }

  /** Σ of class weight times multiplicity. */
  @inline
  total(replicate: i32): f64 {
    return load<f64>(this.totals + ((<usize>replicate) << 3));
  }

  @inline
  classWeight(replicate: i32, label: i32): f64 {
    return load<f64>(this.classWeights + ((<usize>(2 * replicate + label)) << 3));
  }

  /** 1/(C total): the factor of ½‖w‖² beside the mean loss. */
  @inline
  penalty(replicate: i32): f64 {
    return load<f64>(this.penalties + ((<usize>replicate) << 3));
  }

  @inline
  private takenAt(replicate: i32, slot: i32): usize {
    return this.takenOf(slot >> ROW_SHIFT) + <usize>(replicate * ROWS + (slot & (ROWS - 1)));
  }

  /** Draws a replicate: `starts` are u32, each of `length` positions in the kept samples. False if one class only is drawn. */
  draw(replicate: i32, starts: usize, startCount: i32, length: i32, C: f64): bool {
    const level = mark();
    const steps = allocZeroed(<usize>(this.design.rows + 1)); // i8: +1 where a block begins, −1 behind its end
    for (let i = 0; i < startCount; i++) {
      const begin = steps + load<u32>(starts + ((<usize>i) << 2));
      store<i8>(begin, load<i8>(begin) + 1);
      store<i8>(begin + length, load<i8>(begin + length) - 1);
    }
    let drawn: i64 = 0;
    let ones: i64 = 0;
    let times = 0;
    let step = steps;
    const kept = this.design.kept;
    for (let range = 0; range < this.design.rangeCount; range++) {
      let slot0 = this.design.firstSlot(0, range);
      let slot1 = this.design.firstSlot(1, range);
      for (let sample = this.design.from(range), end = this.design.to(range); sample < end; sample++) {
        const y = load<u8>(kept + sample);
        if (!y) continue;
        times += load<i8>(step++);
        // labels are as good as random: no branch
        const label = <i32>y - 1;
        store<u8>(this.takenAt(replicate, select<i32>(slot1, slot0, label)), <u8>times);
        slot1 += label;
        slot0 += 1 - label;
        drawn += times;
        ones += times * label;
      }
    }
    const n1 = <f64>ones;
    const n0 = <f64>(drawn - ones);
    release(level);
    if (n0 == 0 || n1 == 0) return false;
    const weight0 = (n0 + n1) / (2 * n0);
    const weight1 = (n0 + n1) / (2 * n1);
    const total = n0 * weight0 + n1 * weight1;
    store<f64>(this.classWeights + ((<usize>replicate) << 4), weight0);
    store<f64>(this.classWeights + ((<usize>replicate) << 4), weight1, 8);
    store<f64>(this.totals + ((<usize>replicate) << 3), total);
    store<f64>(this.penalties + ((<usize>replicate) << 3), 1 / (C * total));
    return true;
  }
}
