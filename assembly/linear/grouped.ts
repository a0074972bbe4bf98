// One-feature logistic regression on counts: samples with equal feature values share a term, so a fit over a million samples
// costs as much as the number of distinct values (a few thousand for binary16). L2 penalty, intercept free, no weights.
// Equal to the fit over single samples up to the order of summation (24-xsec-rank, section 6: shares move by 3e-16).

import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";
import { Lbfgsb } from "../optimize/lbfgsb";

@unmanaged
export class GroupedFit {
  weight: f64;
  intercept: f64;
  iterations: i32;
}

/**
 * Fits x_i with zeros_i samples of class 0 and ones_i of class 1 (float64 arrays of `groups` values) into `out`.
 * `optimizer` has two variables and is restarted. Both classes must occur.
 */
export function fitGrouped(
  x: usize,
  zeros: usize,
  ones: usize,
  groups: i32,
  C: f64,
  optimizer: Lbfgsb,
  out: GroupedFit,
): void {
  let total: f64 = 0;
  for (let i = 0; i < groups; i++) total += load<f64>(zeros + ((<usize>i) << 3)) + load<f64>(ones + ((<usize>i) << 3));
  const penalty = 1 / (C * total);
  optimizer.restart();
  do {
    const w = load<f64>(optimizer.x);
    const value = evaluateGrouped(x, zeros, ones, groups, w, load<f64>(optimizer.x, 8), optimizer.g);
    store<f64>(optimizer.g, load<f64>(optimizer.g) / total + penalty * w);
    store<f64>(optimizer.g, load<f64>(optimizer.g, 8) / total, 8);
    optimizer.f = value / total + 0.5 * penalty * w * w;
  } while (optimizer.advance());
  out.weight = load<f64>(optimizer.x);
  out.intercept = load<f64>(optimizer.x, 8);
  out.iterations = optimizer.iterations;
}

/** Σ loss; the sums of slope·x and slope go to gradient[0] and [1]. An odd last value runs in both lanes with weight 0 in one. */
function evaluateGrouped(x: usize, zeros: usize, ones: usize, groups: i32, w: f64, b: f64, gradient: usize): f64 {
  const weight = f64x2.splat(w);
  const intercept = f64x2.splat(b);
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  let loss = zero;
  let slopeX = zero;
  let slope = zero;
  const pairs = groups & ~1;
  for (let i = 0; i < groups; i += 2) {
    const at = (<usize>i) << 3;
    let xi: v128;
    let n0: v128;
    let n1: v128;
    if (i < pairs) {
      xi = v128.load(x + at);
      n0 = v128.load(zeros + at);
      n1 = v128.load(ones + at);
    } else {
      xi = f64x2.splat(load<f64>(x + at));
      n0 = f64x2.replace_lane(zero, 0, load<f64>(zeros + at));
      n1 = f64x2.replace_lane(zero, 0, load<f64>(ones + at));
    }
    const z = f64x2.add(f64x2.mul(weight, xi), intercept);
    const magnitude = f64x2.abs(z);
    const e = Exp.pair(f64x2.neg(magnitude));
    const tail = Log.pair1p(e);
    const inverse = f64x2.div(one, f64x2.add(one, e));
    const small = f64x2.mul(e, inverse);
    const positive = f64x2.ge(z, zero);
    const p1 = v128.bitselect(inverse, small, positive); // sigmoid(z)
    const p0 = v128.bitselect(small, inverse, positive); // sigmoid(-z)
    const up = f64x2.add(f64x2.pmax(z, zero), tail); // log(1 + e^z)
    const down = f64x2.add(f64x2.pmax(f64x2.neg(z), zero), tail); // log(1 + e^-z)
    loss = f64x2.add(loss, f64x2.add(f64x2.mul(n0, up), f64x2.mul(n1, down)));
    const s = f64x2.sub(f64x2.mul(n0, p1), f64x2.mul(n1, p0));
    slopeX = f64x2.add(slopeX, f64x2.mul(s, xi));
    slope = f64x2.add(slope, s);
  }
  store<f64>(gradient, f64x2.extract_lane(slopeX, 0) + f64x2.extract_lane(slopeX, 1));
  store<f64>(gradient, f64x2.extract_lane(slope, 0) + f64x2.extract_lane(slope, 1), 8);
  return f64x2.extract_lane(loss, 0) + f64x2.extract_lane(loss, 1);
}
