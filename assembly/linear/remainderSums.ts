// Sums of remainders over one class's rows for each replicate, in three stages: float32 over a few blocks, pairs of float64 over
// more, compensated ones over all. Per replicate a place for each padded column, then one for the slopes of narrow blocks, one for
// those of wide blocks and one for losses.

import { alloc } from "../arena";
import { CompensatedSum } from "./compensatedSum";
import { R_SCALE } from "./remainders";

@unmanaged
export class RemainderSums {
  private padded: i32;
  private count: i32;
  private short: usize; // count × padded × 4 f32
  private pairs: usize; // count × (padded + 3) pairs of f64
  private totals: usize; // the same, compensated

  static create(padded: i32, count: i32): RemainderSums {
    const self = changetype<RemainderSums>(alloc(offsetof<RemainderSums>()));
    self.padded = padded;
    self.count = count;
    self.short = alloc((<usize>(padded * count)) << 4);
    self.pairs = alloc((<usize>((padded + 3) * count)) << 4);
    self.totals = alloc((<usize>((padded + 3) * count)) << 4);
    return self;
  }

  clear(): void {
    memory.fill(this.short, 0, (<usize>(this.padded * this.count)) << 4);
    memory.fill(this.pairs, 0, (<usize>((this.padded + 3) * this.count)) << 4);
    memory.fill(this.totals, 0, (<usize>((this.padded + 3) * this.count)) << 4);
  }

  /** Where narrow gradients are added: four float32 lanes per column, to be scaled by R_SCALE. */
  @inline
  narrow(r: i32): usize {
    return this.short + ((<usize>(r * this.padded)) << 4);
  }

  /** Where wide gradients are added: a pair per column. */
  @inline
  wide(r: i32): usize {
    return this.pairs + ((<usize>(r * (this.padded + 3))) << 4);
  }

  /** Where slopes of narrow blocks are added, a pair, to be scaled by R_SCALE. */
  @inline
  narrowSlopes(r: i32): usize {
    return this.wide(r) + ((<usize>this.padded) << 4);
  }

  /** Where slopes of wide blocks are added, a pair. */
  @inline
  wideSlopes(r: i32): usize {
    return this.narrowSlopes(r) + 16;
  }

  /** Where losses are added, a pair. */
  @inline
  losses(r: i32): usize {
    return this.narrowSlopes(r) + 32;
  }

  /** First stage to second. */
  widen(r: i32): void {
    const zero = f32x4.splat(0);
    const scale = f64x2.splat(R_SCALE);
    let to = this.wide(r);
    for (let at = this.narrow(r), end = this.narrow(r + 1); at < end; at += 16, to += 16) {
      const x = v128.load(at);
      const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
      const sum = f64x2.add(f64x2.promote_low_f32x4(x), high);
      v128.store(to, f64x2.add(v128.load(to), f64x2.mul(scale, sum)));
      v128.store(at, zero);
    }
  }

  /** Second stage to third. */
  reduce(r: i32): void {
    let to = this.totals + (this.wide(r) - this.pairs);
    for (let at = this.wide(r), end = this.wide(r + 1); at < end; at += 16, to += 16) {
      CompensatedSum.add(to, load<f64>(at) + load<f64>(at, 8));
      v128.store(at, f64x2.splat(0));
    }
  }

  /** Third stage: the gradient's component of a column. */
  @inline
  gradient(r: i32, column: i32): f64 {
    return this.total(r, column);
  }

  /** Third stage: the intercept's component. */
  @inline
  slope(r: i32): f64 {
    return R_SCALE * this.total(r, this.padded) + this.total(r, this.padded + 1);
  }

  @inline
  loss(r: i32): f64 {
    return this.total(r, this.padded + 2);
  }

  @inline
  private total(r: i32, place: i32): f64 {
    return CompensatedSum.value(this.totals + ((<usize>(r * (this.padded + 3) + place)) << 4));
  }
}
