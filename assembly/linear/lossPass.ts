// Σ weight m q(z) over all rows at a few points, in float64: the losses' remainders for line searches that need a value.

import { alloc, allocZeroed } from "../arena";
import { COLUMN, margins, ROWS } from "./blockPasses";
import { CompensatedSum } from "./compensatedSum";
import { DecodedBlock } from "./decodedBlock";
import { DrawnRows } from "./drawnRows";
import { wideLosses } from "./remainders";

const REDUCE_EVERY: i32 = 64;

@unmanaged
export class LossPass {
  private rows: DrawnRows;
  private padded: i32;
  private capacity: i32;
  /** Points placed since the last clear(). */
  points: i32;
  private replicates: usize; // i32 per point
  private coef: usize; // capacity × (padded + 1) f64, the intercept last
  private block: DecodedBlock;
  private waiting: i32; // blocks since the last reduction
  private margins: usize; // 2 × ROWS f64
  private sums: usize; // a pair per point
  private totals: usize; // compensated, per point
  private values: usize; // f64 per point
  private group: usize; // i32: points of the block at work

  /** `block` may be shared with other passes over the same design. */
  static create(rows: DrawnRows, block: DecodedBlock, capacity: i32): LossPass {
    const self = changetype<LossPass>(alloc(offsetof<LossPass>()));
    const padded = rows.design.padded;
    self.rows = rows;
    self.padded = padded;
    self.capacity = capacity;
    self.points = 0;
    self.replicates = alloc((<usize>capacity) << 2);
    self.coef = allocZeroed((<usize>((padded + 1) * capacity)) << 3);
    self.block = block;
    self.margins = alloc(2 * COLUMN);
    self.sums = alloc((<usize>capacity) << 4);
    self.totals = alloc((<usize>capacity) << 4);
    self.values = alloc((<usize>capacity) << 3);
    self.group = alloc((<usize>capacity) << 2);
    return self;
  }

  clear(): void {
    this.points = 0;
  }

  /** Adds a point x (the intercept last) of replicate r; returns its place. */
  place(r: i32, x: usize): i32 {
    const point = this.points++;
    const cols = this.rows.design.cols;
    const row = this.coefOf(point);
    store<i32>(this.replicates + ((<usize>point) << 2), r);
    memory.copy(row, x, (<usize>cols) << 3);
    store<f64>(row + ((<usize>this.padded) << 3), load<f64>(x + ((<usize>cols) << 3)));
    return point;
  }

  @inline
  value(point: i32): f64 {
    return load<f64>(this.values + ((<usize>point) << 3));
  }

  /** Before the blocks of both classes. */
  start(): void {
    memory.fill(this.values, 0, (<usize>this.capacity) << 3);
  }

  /** Before the blocks of a class. */
  startClass(): void {
    memory.fill(this.sums, 0, (<usize>this.capacity) << 4);
    memory.fill(this.totals, 0, (<usize>this.capacity) << 4);
    this.waiting = 0;
  }

  /** Adds a block of rows. */
  add(block: i32): void {
    this.visit(block);
    if (++this.waiting == REDUCE_EVERY) {
      this.reduce();
      this.waiting = 0;
    }
  }

  endClass(label: i32): void {
    this.reduce();
    for (let point = 0; point < this.points; point++) {
      const weight = this.rows.classWeight(this.replicateOf(point), label);
      const sum = CompensatedSum.value(this.totals + ((<usize>point) << 4));
      store<f64>(this.values + ((<usize>point) << 3), this.value(point) + weight * sum);
    }
  }

  private visit(block: i32): void {
    const taken = this.rows.takenOf(block);
    let found = 0;
    for (let point = 0; point < this.points; point++) {
      if (this.rows.takes(block, this.replicateOf(point))) {
        store<i32>(this.group + ((<usize>found) << 2), point);
        found++;
      }
    }
    if (found == 0) return;
    this.block.show(block);
    for (let i = 0; i < found; i += 2) this.addTwo(taken, this.member(i), this.member(min(i + 1, found - 1)));
  }

  /** Two points, or one twice. */
  private addTwo(taken: usize, p0: i32, p1: i32): void {
    margins<f64>(this.block.widen(), this.padded, this.coefOf(p0), this.coefOf(p1), this.margins);
    this.addLosses(taken, p0, 0);
    if (p1 != p0) this.addLosses(taken, p1, COLUMN);
  }

  private addLosses(taken: usize, point: i32, at: usize): void {
    const multiplicities = taken + <usize>(this.replicateOf(point) * ROWS);
    wideLosses(this.margins + at, multiplicities, this.sums + ((<usize>point) << 4));
  }

  @inline
  private member(i: i32): i32 {
    return load<i32>(this.group + ((<usize>i) << 2));
  }

  @inline
  private replicateOf(point: i32): i32 {
    return load<i32>(this.replicates + ((<usize>point) << 2));
  }

  @inline
  private coefOf(point: i32): usize {
    return this.coef + ((<usize>(point * (this.padded + 1))) << 3);
  }

  private reduce(): void {
    for (let point = 0; point < this.points; point++) {
      const pair = this.sums + ((<usize>point) << 4);
      CompensatedSum.add(this.totals + ((<usize>point) << 4), load<f64>(pair) + load<f64>(pair, 8));
      v128.store(pair, f64x2.splat(0));
    }
  }
}
