// Block-bootstrapped L2 logistic regressions on a float32 design, all replicates advanced together.
//
// A replicate is a weighting of the rows by how often its blocks of samples cover them, so the rows are stored once. A block
// of rows stays in the first-level cache while every replicate that covers it takes margins, loss and gradient from it;
// blocks that a replicate never draws are skipped. Arithmetic is float64: float32 lanes for margins or slopes were tried and
// cost five digits on collinear columns, whose path amplifies rounding (docs/performance.md). The loss takes one logarithm
// of a product per many rows. Each replicate follows its own L-BFGS-B path and leaves when it stops; its arithmetic does not
// depend on the others.

import { alloc, allocZeroed, mark, release } from "../arena";
import { Lbfgsb } from "../optimize/lbfgsb";
import { anyTaken, blockGradients, blockMargins, COLUMN, CompensatedSum, ROW_SHIFT, ROWS } from "./blockPasses";
import { blockSlopes, originSlopes, Tally } from "./blockSlopes";
import { PooledRows } from "./pooledRows";

/** Blocks between two reductions of the lanes: short sums first, then a compensated one, keep rounding near one ULP. */
const REDUCE_EVERY: i32 = 64;

@unmanaged
export class Replicates {
  cols: i32;
  count: i32;
  private padded: i32;
  private design: PooledRows;
  /** blocks × count × ROWS bytes: how often each replicate takes each row. */
  private taken: usize;
  private fits: usize; // Lbfgsb per replicate
  private running: usize; // u8 per replicate
  private total: usize; // f64 per replicate: Σ multiplicities
  private classWeight: usize; // 2 × count f64
  private penalty: usize; // f64 per replicate: 1/(C S)
  private coef: usize; // count × (padded + 1) f64: the current coefficients, padded, the intercept last
  private wide: usize; // padded × ROWS f64: the block's columns
  private margins: usize; // 4 × ROWS f64
  private slopes: usize; // 4 × ROWS f64
  private partial: usize; // count × padded pairs of f64: sums since the last reduction, two lanes
  private sums: usize; // count × padded compensated sums of the class at work
  private loss: usize; // f64 per replicate
  private tally: usize; // per replicate a Tally of the class at work
  private group: usize; // replicates of the current block, i32
  private atOrigin: bool; // the first evaluation: every margin is 0

  /** `count` replicates, none drawn yet, on arena memory. */
  static create(design: PooledRows, count: i32): Replicates {
    const self = changetype<Replicates>(alloc(offsetof<Replicates>()));
    self.design = design;
    self.cols = design.cols;
    self.padded = design.padded;
    self.count = count;
    const width = <usize>(self.padded + 1);
    self.taken = allocZeroed(<usize>design.blocks * count * ROWS);
    self.fits = alloc((<usize>count) << 2);
    self.running = alloc(count);
    self.total = allocZeroed((<usize>count) << 3);
    self.classWeight = allocZeroed((<usize>count) << 4);
    self.penalty = allocZeroed((<usize>count) << 3);
    self.coef = allocZeroed(width * count * 8);
    self.wide = allocZeroed(<usize>self.padded * COLUMN);
    self.margins = alloc(4 * COLUMN);
    self.slopes = alloc(4 * COLUMN);
    self.partial = alloc(<usize>self.padded * count * 16);
    self.sums = alloc(<usize>self.padded * count * 16);
    self.loss = allocZeroed((<usize>count) << 3);
    self.tally = alloc(offsetof<Tally>() * count);
    self.group = alloc((<usize>(count + 4)) << 2);
    return self;
  }

  @inline
  private takenAt(replicate: i32, slot: i32): usize {
    return this.taken + (<usize>(slot >> ROW_SHIFT) * this.count + replicate) * ROWS + (slot & (ROWS - 1));
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
    let n0: f64 = 0;
    let n1: f64 = 0;
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
        if (y == 1) {
          store<u8>(this.takenAt(replicate, slot0++), <u8>times);
          n0 += times;
        } else {
          store<u8>(this.takenAt(replicate, slot1++), <u8>times);
          n1 += times;
        }
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
    this.atOrigin = true;
    while (this.prepare()) {
      memory.fill(this.loss, 0, (<usize>this.count) << 3);
      this.pass(0, this.design.zeroBlocks, 0);
      this.pass(this.design.zeroBlocks, this.design.blocks, 1);
      this.advance();
      this.atOrigin = false;
    }
  }

  @inline
  optimizer(replicate: i32): Lbfgsb {
    return changetype<Lbfgsb>(load<usize>(this.fits + ((<usize>replicate) << 2)));
  }

  /** Lays out the coefficients of running replicates and clears their gradients; false when none runs. */
  private prepare(): bool {
    const width = this.padded + 1;
    let any = false;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      any = true;
      const fit = this.optimizer(r);
      const row = this.coef + ((<usize>r * width) << 3);
      for (let k = 0; k < this.cols; k++) {
        store<f64>(row + ((<usize>k) << 3), load<f64>(fit.x + ((<usize>k) << 3)));
        store<f64>(fit.g + ((<usize>k) << 3), 0);
      }
      store<f64>(row + ((<usize>this.padded) << 3), load<f64>(fit.x + ((<usize>this.cols) << 3)));
      store<f64>(fit.g + ((<usize>this.cols) << 3), 0);
    }
    return any;
  }

  /** Loss and slopes of one class's blocks. */
  private pass(first: i32, last: i32, label: i32): void {
    const bytes = (<usize>this.padded * this.count) << 4;
    memory.fill(this.partial, 0, bytes);
    memory.fill(this.sums, 0, bytes);
    for (let r = 0; r < this.count; r++) this.tallyOf(r).clear();
    let waiting = 0;
    for (let block = first; block < last; block++) {
      this.visit(block, label);
      if (++waiting == REDUCE_EVERY) {
        this.reduce();
        waiting = 0;
      }
    }
    this.reduce();
    this.collect(label);
  }

  private reduce(): void {
    const step = (<usize>this.padded) << 4;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      for (let at = <usize>r * step, end = at + step; at < end; at += 16) {
        CompensatedSum.addPair(this.sums + at, this.partial + at);
      }
      this.tallyOf(r).reduce();
    }
  }

  @inline
  private tallyOf(replicate: i32): Tally {
    return changetype<Tally>(this.tally + offsetof<Tally>() * replicate);
  }

  /** All running replicates that cover the block, four at a time. */
  private visit(block: i32, label: i32): void {
    let found = 0;
    const group = this.group;
    const taken = this.taken + <usize>block * this.count * ROWS;
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r) || !anyTaken(taken + <usize>r * ROWS)) continue;
      store<i32>(group + ((<usize>found) << 2), r);
      found++;
    }
    if (found == 0) return;
    this.design.widen(block, this.wide);
    for (let i = 0; i < found; i += 4) {
      const size = min(4, found - i);
      for (let j = size; j < 4; j++) {
        store<i32>(group + ((<usize>(i + j)) << 2), load<i32>(group + ((<usize>i) << 2)));
      }
      this.fourReplicates(taken, group + ((<usize>i) << 2), size, label);
    }
  }

  private fourReplicates(taken: usize, group: usize, size: i32, label: i32): void {
    const width = <usize>(this.padded + 1);
    const r0 = <usize>load<i32>(group);
    const r1 = <usize>load<i32>(group, 4);
    const r2 = <usize>load<i32>(group, 8);
    const r3 = <usize>load<i32>(group, 12);
    const bytes = width << 3;
    if (!this.atOrigin) {
      blockMargins(
        this.wide,
        this.padded,
        this.coef + r0 * bytes,
        this.coef + r1 * bytes,
        this.coef + r2 * bytes,
        this.coef + r3 * bytes,
        this.margins,
      );
    }
    for (let j = 0; j < size; j++) {
      const r = load<i32>(group + ((<usize>j) << 2));
      const out = this.slopes + <usize>j * COLUMN;
      if (this.atOrigin) originSlopes(out, taken + <usize>r * ROWS, this.tallyOf(r));
      else blockSlopes(this.margins + <usize>j * COLUMN, out, taken + <usize>r * ROWS, label, this.tallyOf(r));
    }
    const step = (<usize>this.padded) << 4;
    blockGradients(this.wide, this.padded, this.slopes, this.partial + r0 * step, this.partial + r1 * step, size > 1);
    if (size > 2) {
      const upper = this.slopes + 2 * COLUMN;
      blockGradients(this.wide, this.padded, upper, this.partial + r2 * step, this.partial + r3 * step, size > 3);
    }
  }

  /** Adds the class's sums, times its weight, to value and gradient of each replicate. */
  private collect(label: i32): void {
    const width = <usize>(this.padded + 1);
    for (let r = 0; r < this.count; r++) {
      if (!load<u8>(this.running + r)) continue;
      const weight = load<f64>(this.classWeight + ((<usize>r) << 4) + ((<usize>label) << 3));
      const tally = this.tallyOf(r);
      const loss = this.loss + ((<usize>r) << 3);
      store<f64>(loss, load<f64>(loss) + weight * tally.loss());
      const sign = label ? -weight : weight;
      const g = this.optimizer(r).g;
      const sums = this.sums + ((<usize>r * this.padded) << 4);
      for (let k = 0; k <= this.cols; k++) {
        const from = k < this.cols ? sums + ((<usize>k) << 4) : tally.slopeSum;
        const at = g + ((<usize>k) << 3);
        store<f64>(at, load<f64>(at) + sign * CompensatedSum.value(from));
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

// The ABI: a pointer to Replicates stands for it.

/** See PooledRows.create. */
export function pooledRowsCreate(kept: usize, ranges: usize, rangeCount: i32, cols: i32): usize {
  return changetype<usize>(PooledRows.create(kept, ranges, rangeCount, cols));
}

export function pooledRowsSetCodes(self: usize, column: i32, codes: usize): void {
  changetype<PooledRows>(self).setCodes(column, codes);
}

export function pooledRowsSetFit(self: usize, range: i32, column: i32, weight: f64, intercept: f64): void {
  changetype<PooledRows>(self).setFit(range, column, weight, intercept);
}

export function replicatesCreate(design: usize, count: i32): usize {
  return changetype<usize>(Replicates.create(changetype<PooledRows>(design), count));
}

export function replicatesDraw(self: usize, replicate: i32, starts: usize, count: i32, length: i32, C: f64): bool {
  return changetype<Replicates>(self).draw(replicate, starts, count, length, C);
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
