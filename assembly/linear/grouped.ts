// One-feature logistic regression on counts: samples with equal feature values share a term, so a fit over a million samples
// costs as much as the number of distinct values (a few thousand for binary16). L2 penalty, intercept free, no weights.
// Equal to the fit over single samples up to the order of summation (24-xsec-rank, section 6: shares move by 3e-16).

import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";
import { Lbfgsb } from "../optimize/lbfgsb";
import { lossSeries, Series, slopeSeries } from "./remainderSeries";

/** Groups whose largest margin decides together how their remainders are had. */
const BLOCK: i32 = 64;
const LN2: f64 = 0.6931471805599453;

@unmanaged
export class GroupedFit {
  weight: f64;
  intercept: f64;
  iterations: i32;
}

/**
 * Fits ascending x_i with zeros_i samples of class 0 and ones_i of class 1 (float64 arrays of `groups` values, made
 * even by zeros) into `out`. `optimizer` has two variables and is restarted. Both classes must occur.
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

/** Σ loss; the sums of slope·x and slope go to gradient[0] and [1]. */
function evaluateGrouped(x: usize, zeros: usize, ones: usize, groups: i32, w: f64, b: f64, gradient: usize): f64 {
  memory.fill(SUMS, 0, 48);
  for (let from = 0; from < groups; from += BLOCK) {
    const at = (<usize>from) << 3;
    const count = min(BLOCK, groups - from);
    const first = w * load<f64>(x + at) + b;
    const last = w * load<f64>(x + at + ((<usize>(count - 1)) << 3)) + b;
    const largest = f64x2.splat(max<f64>(first * first, last * last)); // the values ascend
    const bytes = (<usize>((count + 1) & ~1)) << 3;
    const slopes = slopeSeries(largest);
    if (slopes) addByRemainders(x + at, zeros + at, ones + at, bytes, w, b, slopes, lossSeries(largest));
    else addByExponentials(x + at, zeros + at, ones + at, bytes, w, b);
  }
  store<f64>(gradient, load<f64>(SUMS, 16) + load<f64>(SUMS, 24));
  store<f64>(gradient, load<f64>(SUMS, 32) + load<f64>(SUMS, 40), 8);
  return load<f64>(SUMS) + load<f64>(SUMS, 8);
}

/** Two lanes each: losses, slopes times x, slopes. */
const SUMS = memory.data(48, 16);

class Sums {
  @inline
  static add(x: v128, loss: v128, slope: v128): void {
    v128.store(SUMS, f64x2.add(v128.load(SUMS), loss));
    v128.store(SUMS, f64x2.add(v128.load(SUMS, 16), f64x2.mul(slope, x)), 16);
    v128.store(SUMS, f64x2.add(v128.load(SUMS, 32), slope), 32);
  }
}

/** Adds groups with small margins: a loss is ln 2 ± z/2 + z²/8 + q(z), a slope ±½ + z/4 + r(z) (remainders.ts). */
function addByRemainders(
  x: usize,
  zeros: usize,
  ones: usize,
  bytes: usize,
  w: f64,
  b: f64,
  slopes: usize,
  losses: usize,
): void {
  const weight = f64x2.splat(w);
  const intercept = f64x2.splat(b);
  for (let i: usize = 0; i < bytes; i += 16) {
    const xi = v128.load(x + i);
    const n0 = v128.load(zeros + i);
    const n1 = v128.load(ones + i);
    const z = f64x2.add(f64x2.mul(weight, xi), intercept);
    const v = f64x2.mul(z, z);
    const n = f64x2.add(n0, n1);
    const difference = f64x2.mul(f64x2.splat(0.5), f64x2.sub(n0, n1));
    const even = f64x2.add(f64x2.splat(0.125), f64x2.mul(v, Series.at(losses, v)));
    const odd = f64x2.add(f64x2.splat(0.25), f64x2.mul(v, Series.at(slopes, v)));
    const loss = f64x2.mul(n, f64x2.add(f64x2.splat(LN2), f64x2.mul(v, even)));
    const slope = f64x2.add(difference, f64x2.mul(n, f64x2.mul(z, odd)));
    Sums.add(xi, f64x2.add(loss, f64x2.mul(difference, z)), slope);
  }
}

/** Adds groups with any margins. */
function addByExponentials(x: usize, zeros: usize, ones: usize, bytes: usize, w: f64, b: f64): void {
  const weight = f64x2.splat(w);
  const intercept = f64x2.splat(b);
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const xi = v128.load(x + i);
    const n0 = v128.load(zeros + i);
    const n1 = v128.load(ones + i);
    const z = f64x2.add(f64x2.mul(weight, xi), intercept);
    const e = Exp.pair(f64x2.neg(f64x2.abs(z)));
    const tail = Log.pair1p(e);
    const inverse = f64x2.div(one, f64x2.add(one, e));
    const small = f64x2.mul(e, inverse);
    const positive = f64x2.ge(z, zero);
    const p1 = v128.bitselect(inverse, small, positive); // sigmoid(z)
    const p0 = v128.bitselect(small, inverse, positive); // sigmoid(-z)
    const up = f64x2.add(f64x2.pmax(z, zero), tail); // log(1 + e^z)
    const down = f64x2.add(f64x2.pmax(f64x2.neg(z), zero), tail); // log(1 + e^-z)
    const loss = f64x2.add(f64x2.mul(n0, up), f64x2.mul(n1, down));
    Sums.add(xi, loss, f64x2.sub(f64x2.mul(n0, p1), f64x2.mul(n1, p0)));
  }
}
