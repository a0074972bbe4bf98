// Coefficients in float32 that are right on average: what one rounding leaves out, the next one takes in (error feedback), so
// that over many blocks of rows the mean of the rounded coefficients is the coefficient to far more than 24 bits.

import { alloc, allocZeroed } from "../arena";

@unmanaged
export class RoundedCoefficients {
  private width: i32; // padded columns, then the intercept and zeros: a multiple of four
  private nearest: usize; // per replicate, f32
  private rest: usize; // coefficient − nearest
  private carry: usize;
  private current: usize;

  static create(padded: i32, count: i32): RoundedCoefficients {
    const self = changetype<RoundedCoefficients>(alloc(offsetof<RoundedCoefficients>()));
    self.width = padded + 4;
    const bytes = (<usize>(self.width * count)) << 2;
    self.nearest = allocZeroed(bytes);
    self.rest = allocZeroed(bytes);
    self.carry = allocZeroed(bytes);
    self.current = allocZeroed(bytes);
    return self;
  }

  /** The rounded coefficients of a replicate; the intercept behind the padded columns. */
  @inline
  of(replicate: i32): usize {
    return this.current + ((<usize>(replicate * this.width)) << 2);
  }

  /** Sets one coefficient; `place` is a column, or the number of padded columns for the intercept. */
  set(replicate: i32, place: i32, value: f64): void {
    const at = (<usize>(replicate * this.width + place)) << 2;
    const nearest = <f32>value;
    store<f32>(this.nearest + at, nearest);
    store<f32>(this.rest + at, <f32>(value - <f64>nearest));
    store<f32>(this.carry + at, 0);
    store<f32>(this.current + at, nearest);
  }

  /** The next rounding of a replicate's coefficients. */
  next(replicate: i32): void {
    let at = (<usize>(replicate * this.width)) << 2;
    for (let end = at + ((<usize>this.width) << 2); at < end; at += 16) {
      const nearest = v128.load(this.nearest + at);
      const wanted = f32x4.add(v128.load(this.carry + at), v128.load(this.rest + at));
      const current = f32x4.add(nearest, wanted);
      v128.store(this.current + at, current);
      v128.store(this.carry + at, f32x4.sub(wanted, f32x4.sub(current, nearest)));
    }
  }
}
