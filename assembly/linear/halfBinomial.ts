// The half-binomial loss of scikit-learn 1.7.2, y in {0, 1}, over the rows of one label of a block, two rows at a time:
//
//   z ≤ −37        e = exp(z)    loss e − y z                  slope e − y
//   z ≤ −2         e = exp(z)    loss log1p(e) − y z           slope ((1 − y) e − y)/(1 + e)
//   z ≤ 18         e = exp(−z)   loss log1p(e) + (1 − y) z     slope ((1 − y) − y e)/(1 + e)
//   z > 18         e = exp(−z)   loss e + (1 − y) z            slope as before
//
// Eight rows of equal weight share one logarithm: Σ log(1 + e) = log Π (1 + e). Each factor is below 8.4, and what its rounding
// loses (2⁻⁵³ per row) is what summing such losses loses anyway. In the outer branches log(1 + e) stands for e: they differ
// by less than e² < 3e-16.

import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";

const SPLIT: f64 = -2;
const TAIL: f64 = -37;
const GROUP: usize = 64; // bytes: eight rows

export class HalfBinomial {
  /**
   * Rows begin/8 .. end/8 (byte offsets, multiples of 32): from margins z without the intercept and costs c,
   * z ← c · slope, and curvature ← c · p (1 − p) unless that pointer is 0. Returns Σ c · loss.
   */
  static slopes(z: usize, c: usize, curvature: usize, intercept: f64, label: i32, begin: usize, end: usize): f64 {
    if (label != 0) return positives(z, c, curvature, intercept, begin, end);
    return negatives(z, c, curvature, intercept, begin, end);
  }

  /** The loop over groups, once per label. */
  @inline
  static groups(z: usize, c: usize, curvature: usize, intercept: f64, label: i32, begin: usize, end: usize): f64 {
    const b = f64x2.splat(intercept);
    let linear = f64x2.splat(0);
    let logs = f64x2.splat(0);
    let i = begin;
    while (i < end) {
      const stop = min<usize>(i + GROUP, end);
      const weight = v128.load(c + i);
      if (HalfBinomial.equal(c, i, stop)) {
        let product = f64x2.splat(1);
        for (; i < stop; i += 16) {
          const x = f64x2.add(v128.load(z + i), b);
          const low = f64x2.le(x, f64x2.splat(SPLIT));
          const e = Exp.pair(v128.bitselect(x, f64x2.neg(x), low));
          const u = f64x2.add(f64x2.splat(1), e);
          linear = f64x2.add(linear, f64x2.mul(weight, HalfBinomial.rest(x, low, label)));
          product = f64x2.mul(product, u);
          HalfBinomial.store(
            z + i,
            weight,
            HalfBinomial.slope(x, e, u, low, label),
            curvature == 0 ? 0 : curvature + i,
          );
        }
        logs = f64x2.add(logs, f64x2.mul(weight, Log.pair(product)));
      } else {
        for (; i < stop; i += 16) {
          const x = f64x2.add(v128.load(z + i), b);
          const ci = v128.load(c + i);
          const low = f64x2.le(x, f64x2.splat(SPLIT));
          const e = Exp.pair(v128.bitselect(x, f64x2.neg(x), low));
          const u = f64x2.add(f64x2.splat(1), e);
          linear = f64x2.add(linear, f64x2.mul(ci, HalfBinomial.rest(x, low, label)));
          logs = f64x2.add(logs, f64x2.mul(ci, Log.pair1p(e)));
          HalfBinomial.store(z + i, ci, HalfBinomial.slope(x, e, u, low, label), curvature == 0 ? 0 : curvature + i);
        }
      }
    }
    const sum = f64x2.add(linear, logs);
    return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  }

  /** Whether the rows from i to stop all have the same cost. */
  @inline
  static equal(c: usize, i: usize, stop: usize): bool {
    const first = v128.load64_splat(c + i);
    let same = f64x2.eq(first, v128.load(c + i));
    for (let k = i + 16; k < stop; k += 16) same = v128.and(same, f64x2.eq(first, v128.load(c + k)));
    return i64x2.all_true(same);
  }

  /** What the loss adds to log(1 + e). */
  @inline
  static rest(z: v128, low: v128, label: i32): v128 {
    return label != 0 ? v128.and(f64x2.neg(z), low) : v128.andnot(z, low);
  }

  @inline
  static slope(z: v128, e: v128, u: v128, low: v128, label: i32): v128 {
    const one = f64x2.splat(1);
    const tail = f64x2.le(z, f64x2.splat(TAIL));
    if (label != 0) {
      const falling = f64x2.neg(f64x2.div(v128.bitselect(one, e, low), u));
      return v128.bitselect(f64x2.sub(e, one), falling, tail);
    }
    return v128.bitselect(e, f64x2.div(v128.bitselect(e, one, low), u), tail);
  }

  @inline
  static store(to: usize, c: v128, slope: v128, curvature: usize): void {
    v128.store(to, f64x2.mul(c, slope));
    if (curvature != 0) {
      const p = f64x2.abs(slope);
      v128.store(curvature, f64x2.mul(c, f64x2.mul(p, f64x2.sub(f64x2.splat(1), p))));
    }
  }
}

function negatives(z: usize, c: usize, curvature: usize, intercept: f64, begin: usize, end: usize): f64 {
  return HalfBinomial.groups(z, c, curvature, intercept, 0, begin, end);
}

function positives(z: usize, c: usize, curvature: usize, intercept: f64, begin: usize, end: usize): f64 {
  return HalfBinomial.groups(z, c, curvature, intercept, 1, begin, end);
}
