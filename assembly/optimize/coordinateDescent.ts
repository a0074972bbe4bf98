// Coordinate descent with covariance updates (Friedman, Hastie, Tibshirani 2010) on a quadratic model with an elastic-net
// penalty: minimise over the step δ
//
//   g·δ + ½ δᵀ H δ + (ridge/2) |w + δ|² + lasso |w + δ|₁      (the last variable is the intercept: no penalty)
//
// Sweeps find the support and its signs; on them the solution is that of a linear system, which Cholesky gives at once where
// sweeps would crawl (columns that nearly repeat each other). It is taken when it keeps the signs and the optimality
// conditions hold off the support, otherwise the sweeps go on.

import { alloc } from "../arena";
import { Cholesky } from "./cholesky";

const SWEEPS_PER_ROUND: i32 = 20;
const ROUNDS: i32 = 200;
const RESTING: f64 = 1e-14; // of the largest coefficient
const SLACK: f64 = 1e-10; // of the lasso penalty, for the conditions off the support

@unmanaged
export class ElasticNetModel {
  /** The step, filled by minimise(). */
  step: usize;
  private n: i32; // variables, the intercept last
  private product: usize; // H δ
  private support: usize; // i32 indices
  private matrix: usize;
  private solution: usize;

  static create(n: i32): ElasticNetModel {
    const self = changetype<ElasticNetModel>(alloc(offsetof<ElasticNetModel>()));
    const bytes = (<usize>n) << 3;
    self.n = n;
    self.step = alloc(bytes);
    self.product = alloc(bytes);
    self.support = alloc((<usize>n) << 2);
    self.matrix = alloc(bytes * <usize>n);
    self.solution = alloc(bytes);
    return self;
  }

  /** `h`: n × n; `g`, `w`: n float64. `free`: whether the intercept may move. */
  minimise(h: usize, g: usize, w: usize, ridge: f64, lasso: f64, free: bool): void {
    const bytes = (<usize>this.n) << 3;
    memory.fill(this.step, 0, bytes);
    memory.fill(this.product, 0, bytes);
    if (lasso == 0) {
      this.solveSupport(h, g, w, ridge, lasso, free);
      return;
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (let k = 0; k < SWEEPS_PER_ROUND; k++) {
        if (this.sweep(h, g, w, ridge, lasso, free)) break;
      }
      if (this.solveSupport(h, g, w, ridge, lasso, free)) return;
    }
  }

  /** One pass over the coordinates; true when none moved. */
  private sweep(h: usize, g: usize, w: usize, ridge: f64, lasso: f64, free: bool): bool {
    const n = this.n;
    let moved: f64 = 0;
    let largest: f64 = 0;
    for (let j = 0; j < n; j++) {
      const penalised = j < n - 1;
      if (!penalised && !free) continue;
      const at = (<usize>j) << 3;
      const row = h + at * <usize>n;
      const old = load<f64>(w + at) + load<f64>(this.step + at);
      const curvature = load<f64>(row + at) + (penalised ? ridge : 0);
      if (!(curvature > 0)) continue;
      const slope = load<f64>(g + at) + load<f64>(this.product + at) + (penalised ? ridge * old : 0);
      const target = curvature * old - slope;
      const now = (penalised ? soften(target, lasso) : target) / curvature;
      const change = now - old;
      largest = max<f64>(largest, abs<f64>(now));
      if (change == 0) continue;
      moved = max<f64>(moved, abs<f64>(change));
      store<f64>(this.step + at, now - load<f64>(w + at));
      addRow(change, row, this.product, n);
    }
    return moved <= RESTING * largest;
  }

  /** The exact minimiser on the present support and signs; false, leaving the step, when it is not the model's. */
  private solveSupport(h: usize, g: usize, w: usize, ridge: f64, lasso: f64, free: bool): bool {
    const n = this.n;
    let size = 0;
    for (let j = 0; j < n; j++) {
      const at = (<usize>j) << 3;
      const used = j < n - 1 ? load<f64>(w + at) + load<f64>(this.step + at) != 0 || lasso == 0 : free;
      if (!used) continue;
      store<i32>(this.support + ((<usize>size) << 2), j);
      size++;
    }
    // unknown: the new coefficients v on the support. (H + ridge) v = H w − g − lasso sign, w's other entries moving to 0
    for (let a = 0; a < size; a++) {
      const i = load<i32>(this.support + ((<usize>a) << 2));
      const row = h + ((<usize>i * <usize>n) << 3);
      const penalised = i < n - 1;
      const to = this.matrix + ((<usize>a * <usize>size) << 3);
      for (let b = 0; b < size; b++) {
        const k = load<i32>(this.support + ((<usize>b) << 2));
        const diagonal = a == b && penalised ? ridge : 0;
        store<f64>(to + ((<usize>b) << 3), load<f64>(row + ((<usize>k) << 3)) + diagonal);
      }
      // as a correction to the present point, so that nothing is lost by cancellation
      const at = (<usize>i) << 3;
      const present = load<f64>(w + at) + load<f64>(this.step + at);
      let slope = load<f64>(g + at) + load<f64>(this.product + at);
      if (penalised) slope += ridge * present + lasso * sign(present);
      store<f64>(this.solution + ((<usize>a) << 3), -slope);
    }
    Cholesky.factor(this.matrix, size);
    Cholesky.solve(this.matrix, size, this.solution);
    for (let a = 0; a < size; a++) {
      const i = load<i32>(this.support + ((<usize>a) << 2));
      if (i == n - 1 || lasso == 0) continue;
      const at = (<usize>i) << 3;
      const present = load<f64>(w + at) + load<f64>(this.step + at);
      if (!((present + load<f64>(this.solution + ((<usize>a) << 3))) * present > 0)) return false;
    }
    for (let a = 0; a < size; a++) {
      const i = load<i32>(this.support + ((<usize>a) << 2));
      const change = load<f64>(this.solution + ((<usize>a) << 3));
      const at = (<usize>i) << 3;
      store<f64>(this.step + at, load<f64>(this.step + at) + change);
      addRow(change, h + at * <usize>n, this.product, n);
    }
    for (let j = 0; j < n - 1; j++) {
      const at = (<usize>j) << 3;
      if (load<f64>(w + at) + load<f64>(this.step + at) != 0) continue;
      if (abs<f64>(load<f64>(g + at) + load<f64>(this.product + at)) > lasso * (1 + SLACK)) return false;
    }
    return true;
  }
}

function soften(x: f64, by: f64): f64 {
  return x > by ? x - by : x < -by ? x + by : 0;
}

function sign(x: f64): f64 {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

function addRow(factor: f64, row: usize, to: usize, n: i32): void {
  for (let end = row + ((<usize>n) << 3); row < end; row += 8, to += 8) {
    store<f64>(to, load<f64>(to) + factor * load<f64>(row));
  }
}
