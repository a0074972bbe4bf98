// The half-binomial loss of scikit-learn 1.7.2, y in {0, 1}, over the rows of one label of a block, two rows at a time:
//
//   z ≤ −37        e = exp(z)    loss e − y z                  slope e − y
//   z ≤ −2         e = exp(z)    loss log1p(e) − y z           slope ((1 − y) e − y)/(1 + e)
//   z ≤ 18         e = exp(−z)   loss log1p(e) + (1 − y) z     slope ((1 − y) − y e)/(1 + e)
//   z > 18         e = exp(−z)   loss e + (1 − y) z            slope as before
//
// Eight rows of equal weight share one logarithm: Σ log(1 + e) = log Π (1 + e). Each factor is below 8.4, and what its rounding
// loses (2⁻⁵³ per row) is what summing such losses loses anyway. So log(1 + e) also stands for log1p(e), and in the outer
// branches for e, from which it differs by less than e² < 3e-16.
//
// Two plain loops, one after the other, so that the engine keeps their constants in registers.

import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";

const SPLIT: f64 = -2;
const TAIL: f64 = -37;
const LN2: f64 = 0.6931471805599453;
const GROUP: usize = 64; // bytes: eight rows

export class HalfBinomial {
  /**
   * Rows begin/8 .. end/8 (byte offsets, multiples of 32): from margins z without the intercept and costs c,
   * z ← c · slope, and curvature ← c · p (1 − p) unless that pointer is 0. `u`: scratch as long as z. Returns Σ c · loss.
   */
  static slopes(
    z: usize,
    u: usize,
    c: usize,
    curvature: usize,
    intercept: f64,
    label: i32,
    begin: usize,
    end: usize,
  ): f64 {
    let linear: f64;
    if (curvature == 0) {
      if (label != 0) linear = positives(z, u, c, intercept, begin, end);
      else linear = negatives(z, u, c, intercept, begin, end);
    } else if (label != 0) linear = positivesCurved(z, u, c, curvature, intercept, begin, end);
    else linear = negativesCurved(z, u, c, curvature, intercept, begin, end);
    return linear + logarithms(u, c, begin, end);
  }

  /** As slopes() where all margins are 0. */
  static origin(z: usize, c: usize, curvature: usize, label: i32, begin: usize, end: usize): f64 {
    const slope = f64x2.splat(label != 0 ? -0.5 : 0.5);
    let total = f64x2.splat(0);
    for (let i = begin; i < end; i += 16) {
      const cost = v128.load(c + i);
      v128.store(z + i, f64x2.mul(cost, slope));
      if (curvature != 0) v128.store(curvature + i, f64x2.mul(cost, f64x2.splat(0.25)));
      total = f64x2.add(total, cost);
    }
    return (f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)) * LN2;
  }

  /** z ← c · slope and u ← 1 + e; the sum of c times what the loss adds to log(1 + e). */
  @inline
  static rows(
    z: usize,
    u: usize,
    c: usize,
    curvature: usize,
    curved: bool,
    intercept: f64,
    label: i32,
    begin: usize,
    end: usize,
  ): f64 {
    const b = f64x2.splat(intercept);
    const one = f64x2.splat(1);
    let linear = f64x2.splat(0);
    for (let i = begin; i < end; i += 16) {
      const x = f64x2.add(v128.load(z + i), b);
      const cost = v128.load(c + i);
      const low = f64x2.le(x, f64x2.splat(SPLIT));
      const negated = f64x2.neg(x);
      const e = Exp.pair(v128.bitselect(x, negated, low));
      const sum = f64x2.add(one, e);
      const tail = f64x2.le(x, f64x2.splat(TAIL));
      let slope: v128;
      if (label != 0) {
        linear = f64x2.add(linear, f64x2.mul(cost, v128.and(negated, low)));
        slope = f64x2.neg(f64x2.div(v128.bitselect(one, e, low), sum));
        slope = v128.bitselect(f64x2.sub(e, one), slope, tail);
      } else {
        linear = f64x2.add(linear, f64x2.mul(cost, v128.andnot(x, low)));
        slope = v128.bitselect(e, f64x2.div(v128.bitselect(e, one, low), sum), tail);
      }
      v128.store(u + i, sum);
      v128.store(z + i, f64x2.mul(cost, slope));
      if (curved) {
        const p = f64x2.abs(slope);
        v128.store(curvature + i, f64x2.mul(cost, f64x2.mul(p, f64x2.sub(one, p))));
      }
    }
    return f64x2.extract_lane(linear, 0) + f64x2.extract_lane(linear, 1);
  }

  /** Whether eight rows all have the same cost. */
  @inline
  static equal(c: usize): bool {
    const first = v128.load64_splat(c);
    const left = v128.and(f64x2.eq(first, v128.load(c)), f64x2.eq(first, v128.load(c, 16)));
    const right = v128.and(f64x2.eq(first, v128.load(c, 32)), f64x2.eq(first, v128.load(c, 48)));
    return i64x2.all_true(v128.and(left, right));
  }
}

function negatives(z: usize, u: usize, c: usize, intercept: f64, begin: usize, end: usize): f64 {
  return HalfBinomial.rows(z, u, c, 0, false, intercept, 0, begin, end);
}

function positives(z: usize, u: usize, c: usize, intercept: f64, begin: usize, end: usize): f64 {
  return HalfBinomial.rows(z, u, c, 0, false, intercept, 1, begin, end);
}

function negativesCurved(z: usize, u: usize, c: usize, h: usize, intercept: f64, begin: usize, end: usize): f64 {
  return HalfBinomial.rows(z, u, c, h, true, intercept, 0, begin, end);
}

function positivesCurved(z: usize, u: usize, c: usize, h: usize, intercept: f64, begin: usize, end: usize): f64 {
  return HalfBinomial.rows(z, u, c, h, true, intercept, 1, begin, end);
}

/** Σ c · log u. */
function logarithms(u: usize, c: usize, begin: usize, end: usize): f64 {
  let logs = f64x2.splat(0);
  let i = begin;
  for (; i + GROUP <= end; i += GROUP) {
    if (!HalfBinomial.equal(c + i)) {
      logs = f64x2.add(logs, separateLogarithms(u, c, i, i + GROUP));
      continue;
    }
    const left = f64x2.mul(v128.load(u + i), v128.load(u + i, 16));
    const right = f64x2.mul(v128.load(u + i, 32), v128.load(u + i, 48));
    logs = f64x2.add(logs, f64x2.mul(v128.load(c + i), Log.pair(f64x2.mul(left, right))));
  }
  if (i < end) logs = f64x2.add(logs, separateLogarithms(u, c, i, end));
  return f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1);
}

/** The same for rows whose costs differ, as two lanes. */
function separateLogarithms(u: usize, c: usize, begin: usize, end: usize): v128 {
  let logs = f64x2.splat(0);
  for (let i = begin; i < end; i += 16) {
    logs = f64x2.add(logs, f64x2.mul(v128.load(c + i), Log.pair(v128.load(u + i))));
  }
  return logs;
}
