// Each replicate's summed loss to second order at the origin: total ln 2 + lᵀx + ½ xᵀQx, the intercept last in x.

import { alloc, allocZeroed, mark, release } from "../arena";
import { dot } from "../numeric/vector";
import { COLUMN } from "./blockPasses";
import { DecodedBlock } from "./decodedBlock";
import { DrawnRows } from "./drawnRows";
import { Moments } from "./moments";

/** ln 2 in two parts, the first with 32 bits: its product with a number of samples is exact. */
const LN2_HI: f64 = 0.6931471803691238;
const LN2_LO: f64 = 1.9082149292705877e-10;

@unmanaged
export class SecondOrder {
  private rows: DrawnRows;
  /** Variables, the intercept included. */
  size: i32;
  /** The largest size of each variable, f64. */
  private largest: usize;
  private linear: usize; // count × size f64
  private quadratic: usize; // count × size² f64: a quarter of the weighted Gram matrix

  static create(rows: DrawnRows): SecondOrder {
    const self = changetype<SecondOrder>(alloc(offsetof<SecondOrder>()));
    const design = rows.design;
    const size = design.cols + 1;
    self.rows = rows;
    self.size = size;
    self.largest = allocZeroed((<usize>size) << 3);
    store<f64>(self.largest + ((<usize>design.cols) << 3), 1);
    self.linear = allocZeroed((<usize>(size * rows.count)) << 3);
    self.quadratic = allocZeroed((<usize>(size * size * rows.count)) << 3);
    const level = mark();
    const moments = Moments.create(design.cols, rows.count);
    const decoded = DecodedBlock.create(design);
    for (let label = 0; label < 2; label++) {
      const last = label ? design.blocks : design.zeroBlocks;
      for (let block = label ? design.zeroBlocks : 0; block < last; block++) {
        decoded.show(block);
        const columns = decoded.widen();
        moments.add(columns, rows.takenOf(block));
        noteLargest(columns, design.cols, self.largest);
      }
      moments.finish();
      for (let r = 0; r < rows.count; r++) self.add(moments, r, rows.classWeight(r, label), label ? -0.5 : 0.5);
      moments.clear();
    }
    release(level);
    return self;
  }

  private add(moments: Moments, r: i32, weight: f64, slope: f64): void {
    const size = this.size;
    let entry = this.quadratic + ((<usize>(r * size * size)) << 3);
    for (let i = 0; i < size; i++) {
      const at = this.linear + ((<usize>(r * size + i)) << 3);
      store<f64>(at, load<f64>(at) + slope * weight * moments.value(r, i, size - 1));
      for (let j = 0; j < size; j++, entry += 8) {
        store<f64>(entry, load<f64>(entry) + 0.25 * weight * moments.value(r, i, j));
      }
    }
  }

  /** Puts l + Qx into g and returns lᵀx + ½ xᵀQx. */
  evaluate(r: i32, x: usize, g: usize): f64 {
    const size = this.size;
    let value: f64 = 0;
    for (let i = 0; i < size; i++) {
      const at = (<usize>i) << 3;
      const l = load<f64>(this.linear + ((<usize>(r * size)) << 3) + at);
      const product = dot(this.quadratic + ((<usize>((r * size + i) * size)) << 3), x, size);
      store<f64>(g + at, l + product);
      value += load<f64>(x + at) * (l + 0.5 * product);
    }
    return value;
  }

  /** lᵀx + ½ xᵀQx. */
  value(r: i32, x: usize): f64 {
    const level = mark();
    const value = this.evaluate(r, x, alloc((<usize>this.size) << 3));
    release(level);
    return value;
  }

  /** A bound of how far any row's margin at x lies from that at x0. */
  travel(x: usize, x0: usize): f64 {
    let travel: f64 = 0;
    for (let at: usize = 0, end = (<usize>this.size) << 3; at < end; at += 8) {
      travel += abs<f64>(load<f64>(x + at) - load<f64>(x0 + at)) * load<f64>(this.largest + at);
    }
    return travel;
  }

  /** Mean loss with penalty at x; `beyond` is the summed loss less that at the origin. */
  mean(r: i32, beyond: f64, x: usize): f64 {
    const total = this.rows.total(r);
    const squares = dot(x, x, this.size - 1);
    return (LN2_HI * total + (LN2_LO * total + beyond)) / total + 0.5 * this.rows.penalty(r) * squares;
  }

  /** Turns a gradient of the summed loss at x into that of mean loss with penalty. */
  normalise(r: i32, x: usize, g: usize): void {
    const total = this.rows.total(r);
    const penalty = this.rows.penalty(r);
    for (let k = 0; k < this.size; k++) {
      const at = (<usize>k) << 3;
      const mean = load<f64>(g + at) / total;
      store<f64>(g + at, k < this.size - 1 ? mean + penalty * load<f64>(x + at) : mean);
    }
  }
}

/** Raises `largest`, per column, to what a block of float64 holds. */
function noteLargest(columns: usize, cols: i32, largest: usize): void {
  for (let k = 0; k < cols; k++, columns += COLUMN, largest += 8) {
    let most = v128.load64_splat(largest);
    for (let i: usize = 0; i < COLUMN; i += 16) most = f64x2.pmax(most, f64x2.abs(v128.load(columns + i)));
    store<f64>(largest, max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)));
  }
}
