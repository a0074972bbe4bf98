// Block-bootstrapped L2 logistic regressions on a float32 design, all replicates advanced together.
//
// A replicate is a weighting of the rows by how often its blocks of samples cover them, so the rows are stored once. The
// second-order part of loss and gradient comes from the replicate's moments (secondOrder.ts), so that a pass over the rows
// adds only a remainder (gradientPass.ts). Each replicate follows its own L-BFGS-B path and leaves when it stops. Losses are
// computed where a line search needs them (lossPass.ts), which most do not: convexity decides.

import { alloc, allocZeroed } from "../arena";
import { Lbfgsb } from "../optimize/lbfgsb";
import { DecodedBlock } from "./decodedBlock";
import { DrawnRows } from "./drawnRows";
import { GradientPass } from "./gradientPass";
import { LossPass } from "./lossPass";
import { PooledRows } from "./pooledRows";
import { Precision } from "./precisionGroups";
import { rehearse } from "./rehearsal";
import { SecondOrder } from "./secondOrder";

/**
 * Rounding at random leaves an error of 1e-12 in a gradient where all is float32, of 1e-14 where the margins are float64, on
 * half a million rows and with margins of 0.2. So a fit takes what its path's amplification allows for seven digits or more;
 * where rows are too few to average over, or too few to matter, it takes float64.
 */
const FEW_ROWS: i32 = 1 << 17;
const NARROW_AMPLIFICATION: f64 = 1e5;
const MIDDLE_AMPLIFICATION: f64 = 1e7;
/** A fit that has come as far without end starts over in float64. */
const WIDE_ITERATIONS: i32 = 40;

@unmanaged
export class Replicates {
  rows: DrawnRows;
  cols: i32;
  private count: i32;
  private fits: usize; // Lbfgsb per replicate
  private gradients: usize; // pointers: g of each fit
  private precision: usize; // u8 per replicate: NONE when it has stopped or has one class only
  private second: SecondOrder;
  private pass: GradientPass;
  private losses: LossPass;

  /** `count` replicates, none drawn yet, on arena memory. */
  static create(design: PooledRows, count: i32): Replicates {
    const self = changetype<Replicates>(alloc(offsetof<Replicates>()));
    self.rows = DrawnRows.create(design, count);
    self.cols = design.cols;
    self.count = count;
    self.fits = alloc((<usize>count) << 2);
    self.gradients = alloc((<usize>count) << 2);
    self.precision = allocZeroed(count);
    return self;
  }

  /** See DrawnRows.draw. */
  draw(replicate: i32, starts: usize, startCount: i32, length: i32, C: f64): bool {
    const both = this.rows.draw(replicate, starts, startCount, length, C);
    store<u8>(this.precision + replicate, both ? Precision.NARROW : Precision.NONE);
    return both;
  }

  /** Runs every drawn replicate to its end. */
  fit(maxIter: i32, tol: f64): void {
    this.second = SecondOrder.create(this.rows);
    const block = DecodedBlock.create(this.rows.design);
    this.pass = GradientPass.create(this.rows, block);
    this.losses = LossPass.create(this.rows, block, 2 * this.count);
    for (let r = 0; r < this.count; r++) {
      const fit = Lbfgsb.create(this.cols + 1, maxIter, tol);
      store<usize>(this.fits + ((<usize>r) << 2), changetype<usize>(fit));
      store<usize>(this.gradients + ((<usize>r) << 2), fit.g);
      if (this.precisionOf(r) == Precision.NONE) continue;
      const few = this.rows.design.rows < FEW_ROWS;
      store<u8>(this.precision + r, few ? Precision.WIDE : precisionFor(rehearse(this.second, r, maxIter, tol)));
    }
    this.start();
    while (this.place()) {
      this.sweep();
      this.advance();
    }
  }

  @inline
  optimizer(replicate: i32): Lbfgsb {
    return changetype<Lbfgsb>(load<usize>(this.fits + ((<usize>replicate) << 2)));
  }

  @inline
  private precisionOf(r: i32): Precision {
    return <Precision>load<u8>(this.precision + r);
  }

  /** The first step: at the origin all is known. */
  private start(): void {
    for (let r = 0; r < this.count; r++) {
      if (this.precisionOf(r) != Precision.NONE) this.begin(r);
    }
  }

  private begin(r: i32): void {
    const fit = this.optimizer(r);
    fit.f = this.second.mean(r, this.second.evaluate(r, fit.x, fit.g), fit.x);
    this.second.normalise(r, fit.x, fit.g);
    if (!fit.advance()) store<u8>(this.precision + r, Precision.NONE);
  }

  /** Tells the passes what is wanted where; false when no replicate runs. */
  private place(): bool {
    let any = false;
    this.losses.clear();
    for (let r = 0; r < this.count; r++) {
      this.pass.omit(r);
      const precision = this.precisionOf(r);
      if (precision == Precision.NONE) continue;
      any = true;
      const fit = this.optimizer(r);
      if (fit.wantsValues) {
        this.losses.place(r, fit.x);
        if (isNaN(fit.f0)) this.losses.place(r, fit.x0);
      } else {
        // the first trial has unit length, which hardly ever suits: its value will be asked for
        const first = fit.iterations == 0 && fit.evaluations == 1;
        const valued = precision == Precision.WIDE ? Precision.WIDE_VALUED : Precision.MIDDLE_VALUED;
        this.pass.place(r, fit.x, first ? valued : precision);
        this.second.evaluate(r, fit.x, fit.g); // the pass adds the remainder
      }
    }
    return any;
  }

  /** Both passes over all rows. */
  private sweep(): void {
    const design = this.rows.design;
    const pass = this.pass;
    const losses = this.losses;
    pass.start();
    losses.start();
    for (let label = 0; label < 2; label++) {
      pass.startClass();
      losses.startClass();
      const last = label ? design.blocks : design.zeroBlocks;
      for (let block = label ? design.zeroBlocks : 0; block < last; block++) {
        pass.add(block);
        losses.add(block);
      }
      pass.endClass(label, this.gradients);
      losses.endClass(label);
    }
  }

  /** Lets each optimiser take its step. */
  private advance(): void {
    let point = 0;
    for (let r = 0; r < this.count; r++) {
      if (this.precisionOf(r) == Precision.NONE) continue;
      const fit = this.optimizer(r);
      if (fit.wantsValues) {
        fit.f = this.second.mean(r, this.second.value(r, fit.x) + this.losses.value(point++), fit.x);
        if (isNaN(fit.f0)) {
          fit.f0 = this.second.mean(r, this.second.value(r, fit.x0) + this.losses.value(point++), fit.x0);
        }
      } else {
        this.second.normalise(r, fit.x, fit.g);
        fit.f = NaN;
        if (fit.evaluations == 1) fit.f = this.second.mean(r, this.second.value(r, fit.x) + this.pass.value(r), fit.x);
        fit.extent = this.pass.extent(r);
        fit.travel = this.second.travel(fit.x, fit.x0);
      }
      this.step(r);
    }
  }

  private step(r: i32): void {
    const fit = this.optimizer(r);
    if (!fit.advance()) {
      store<u8>(this.precision + r, Precision.NONE);
    } else if (!fit.wantsValues && fit.iterations >= WIDE_ITERATIONS && this.precisionOf(r) != Precision.WIDE) {
      store<u8>(this.precision + r, Precision.WIDE);
      fit.restart();
      this.begin(r);
    }
  }
}

/** NaN, from a rehearsal without end, asks for the widest. */
function precisionFor(amplification: f64): Precision {
  if (amplification < NARROW_AMPLIFICATION) return Precision.NARROW;
  return amplification < MIDDLE_AMPLIFICATION ? Precision.MIDDLE : Precision.WIDE;
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
