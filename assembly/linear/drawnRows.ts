// Bootstrap replicates of a pooled design: how often each replicate takes each row, its class weights and its scale.

import { alloc, allocZeroed, mark, release } from "../arena";
import { anyTaken, ROW_SHIFT, ROWS } from "./blockPasses";
import { LabelRanks } from "./labelRanks";
import { PooledRows } from "./pooledRows";

const LANES: usize = 16;

@unmanaged
export class DrawnRows {
  design: PooledRows;
  count: i32;
  /** Words of 32 replicates. */
  words: i32;
  private taken: usize; // blocks × count × ROWS bytes
  private totals: usize; // f64 per replicate
  private classWeights: usize; // 2 × count f64
  private penalties: usize; // f64 per replicate
  private present: usize; // blocks × words u32: who takes any row
  private ranks: LabelRanks;

  // The replicate being drawn: multiplicities of both classes' rows so far, in the order of the samples.
  private run0: usize;
  private run1: usize;
  private position: i32; // samples so far
  private ones: i32; // of them of class 1
  private drawn0: i64;
  private drawn1: i64;

  /** `count` replicates, none drawn yet, on arena memory. */
  static create(design: PooledRows, count: i32): DrawnRows {
    const self = changetype<DrawnRows>(alloc(offsetof<DrawnRows>()));
    self.design = design;
    self.count = count;
    self.taken = allocZeroed(<usize>design.blocks * count * ROWS);
    self.totals = allocZeroed((<usize>count) << 3);
    self.classWeights = allocZeroed((<usize>count) << 4);
    self.penalties = allocZeroed((<usize>count) << 3);
    self.words = (count + 31) >> 5;
    self.present = allocZeroed((<usize>(design.blocks * self.words)) << 2);
    self.ranks = LabelRanks.create(design);
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

  /** Replicates 32 · word and on that take any row of a block, a bit each. */
  @inline
  takers(block: i32, word: i32): u32 {
    return load<u32>(this.present + ((<usize>(block * this.words + word)) << 2));
  }

  /** Whether a replicate takes any row of a block. */
  @inline
  takes(block: i32, replicate: i32): bool {
    return <bool>((this.takers(block, replicate >> 5) >> (replicate & 31)) & 1);
  }

  /** Draws a replicate: `starts` are u32, each of `length` positions in the kept samples. False if one class only is drawn. */
  draw(replicate: i32, starts: usize, startCount: i32, length: i32, C: f64): bool {
    const level = mark();
    const design = this.design;
    const rows = design.rows;
    const steps = allocZeroed(<usize>(rows + 1) + LANES); // i8: +1 where a block begins, −1 behind its end
    for (let i = 0; i < startCount; i++) {
      const begin = steps + load<u32>(starts + ((<usize>i) << 2));
      store<i8>(begin, load<i8>(begin) + 1);
      store<i8>(begin + length, load<i8>(begin + length) - 1);
    }
    this.begin(alloc(<usize>rows + LANES), alloc(<usize>rows + LANES));
    let times = 0;
    for (let at = 0; at < rows; at += <i32>LANES) {
      let changes = i8x16.bitmask(i8x16.ne(v128.load(steps + at), i8x16.splat(0)));
      for (; changes; changes &= changes - 1) {
        const position = at + ctz(changes);
        if (position >= rows) break;
        this.extend(position, times);
        times += load<i8>(steps + position);
      }
    }
    this.extend(rows, times);
    this.scatter(replicate, 0, this.run0);
    this.scatter(replicate, 1, this.run1);
    release(level);
    return this.weigh(replicate, C);
  }

  private begin(run0: usize, run1: usize): void {
    this.run0 = run0;
    this.run1 = run1;
    this.position = 0;
    this.ones = 0;
    this.drawn0 = 0;
    this.drawn1 = 0;
  }

  /** Takes the samples up to `end` so many times. */
  private extend(end: i32, times: i32): void {
    const before = this.ranks.before(end);
    const ones = before - this.ones;
    const zeros = end - this.position - ones;
    fill(this.run1 + this.ones, ones, times);
    fill(this.run0 + (this.position - this.ones), zeros, times);
    this.drawn1 += <i64>times * ones;
    this.drawn0 += <i64>times * zeros;
    this.ones = before;
    this.position = end;
  }

  /** Distributes a class's multiplicities, one after another at `run`, to its blocks. */
  private scatter(replicate: i32, label: i32, run: usize): void {
    const design = this.design;
    const bit = (<u32>1) << (replicate & 31);
    for (let range = 0; range < design.rangeCount; range++) {
      let block = design.firstSlot(label, range) >> ROW_SHIFT;
      for (let left = design.count(label, range); left > 0; left -= ROWS, block++) {
        const to = this.takenOf(block) + <usize>(replicate * ROWS);
        const rows = min(left, ROWS);
        if (rows == ROWS) {
          v128.store(to, v128.load(run));
          v128.store(to, v128.load(run, 16), 16);
        } else {
          memory.copy(to, run, rows);
        }
        run += rows;
        if (!anyTaken(to)) continue;
        const word = this.present + ((<usize>(block * this.words + (replicate >> 5))) << 2);
        store<u32>(word, load<u32>(word) | bit);
      }
    }
  }

  private weigh(replicate: i32, C: f64): bool {
    const n0 = <f64>this.drawn0;
    const n1 = <f64>this.drawn1;
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

/** Sets `count` bytes, and up to LANES behind them that are set later. */
function fill(to: usize, count: i32, value: i32): void {
  const bytes = i8x16.splat(<i8>value);
  for (const end = to + count; to < end; to += LANES) v128.store(to, bytes);
}
