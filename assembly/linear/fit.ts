// L2 logistic regression on a weighting of a design's rows, along the iterates of scikit-learn 1.7.2's solvers "liblinear"
// (the intercept's column of ones is penalised like a feature) and "lbfgs" (the mean loss, the intercept free). Several fits
// advance together, one pass over the rows answering what each of them asks.

import { alloc } from "../arena";
import { dot } from "../numeric/vector";
import { Lbfgsb } from "../optimize/lbfgsb";
import { Tron } from "../optimize/tron";
import { Design } from "./design";
import { Member } from "./member";

export enum Solver {
  LBFGS,
  LIBLINEAR,
  IRLS,
  SAGA,
  CD,
}

@unmanaged
export class Fit {
  member: Member;
  /** cols coefficients and the intercept. */
  solution: usize;
  iterations: i32;
  converged: bool;

  private cols: i32;
  private intercept: bool;
  private tron: Tron; // null for lbfgs
  private lbfgs: Lbfgsb; // null for liblinear
  private total: f64; // Σ costs: what lbfgs divides the loss by
  private penalty: f64; // lbfgs: 1/(C Σ costs)
  private smaller: i32; // liblinear: rows of the smaller class
  private rows: i32;

  static create(design: Design, solver: Solver, intercept: bool, tolerance: f64, maxIterations: i32): Fit {
    const self = changetype<Fit>(alloc(offsetof<Fit>()));
    const variables = design.cols + 1;
    self.cols = design.cols;
    self.intercept = intercept;
    self.member = Member.create(design, solver == Solver.LIBLINEAR);
    self.tron = changetype<Tron>(solver == Solver.LIBLINEAR ? changetype<usize>(Tron.create(variables)) : 0);
    self.lbfgs = changetype<Lbfgsb>(
      solver == Solver.LIBLINEAR ? <usize>0 : changetype<usize>(Lbfgsb.create(variables, maxIterations, tolerance)),
    );
    return self;
  }

  /**
   * Sets the weighting: float64 `weights` per row as given (0: none), i32 `multiplicities` likewise (0: every row once).
   * False when a label has no row left. Class weights, "balanced", are counted with the weights:
   * (S₀ + S₁)/(2 S_c), S_c the sum over the rows of label c in their order.
   */
  weigh(design: Design, weights: usize, multiplicities: usize, C: f64, balanced: bool): bool {
    const half = design.blocks0 * design.block;
    const s0 = fill(design, this.member.costs, weights, multiplicities, 0, half);
    const s1 = fill(design, this.member.costs, weights, multiplicities, half, design.padded);
    const n0 = count(design, multiplicities, 0, half);
    const n1 = count(design, multiplicities, half, design.padded);
    if (n0 == 0 || n1 == 0) return false;
    const liblinear = changetype<usize>(this.tron) != 0;
    let factor0: f64 = balanced ? (s0 + s1) / (2 * s0) : 1;
    let factor1: f64 = balanced ? (s0 + s1) / (2 * s1) : 1;
    if (liblinear) {
      factor0 *= C;
      factor1 *= C;
    }
    const total0 = multiply(this.member.costs, factor0, half, design.block);
    const total1 = multiply(this.member.costs + ((<usize>half) << 3), factor1, design.padded - half, design.block);
    this.total = total0 + total1;
    this.penalty = 1 / (C * this.total);
    this.smaller = min<i32>(n0, n1);
    this.rows = n0 + n1;
    this.member.settle(design);
    return true;
  }

  start(tolerance: f64, maxIterations: i32): void {
    this.iterations = 0;
    this.converged = false;
    this.member.wants = Member.VALUE;
    if (changetype<usize>(this.tron) != 0) {
      this.tron.start((tolerance * <f64>max<i32>(this.smaller, 1)) / <f64>this.rows, maxIterations);
      this.member.vector = this.tron.point;
    } else {
      this.lbfgs.restart();
      this.member.vector = this.lbfgs.x;
    }
  }

  /** Hands the solver what the pass found and notes what it wants next. */
  absorb(): void {
    if (changetype<usize>(this.tron) != 0) this.absorbTron();
    else this.absorbLbfgs();
  }

  private absorbTron(): void {
    const tron = this.tron;
    const member = this.member;
    const variables = this.cols + 1;
    member.collect(tron.answer, this.cols);
    if (member.wants == Member.VALUE) tron.f = 0.5 * dot(tron.point, tron.point, variables) + member.loss;
    for (let j = 0; j < variables; j++) {
      const at = (<usize>j) << 3;
      store<f64>(tron.answer + at, load<f64>(tron.point + at) + load<f64>(tron.answer + at));
    }
    if (!this.intercept) store<f64>(tron.answer + ((<usize>this.cols) << 3), 0);
    tron.advance();
    if (tron.wants == Tron.NOTHING) {
      member.wants = Member.NOTHING;
      this.end(tron.w, tron.iterations, tron.converged);
      return;
    }
    member.wants = tron.wants == Tron.PRODUCT ? Member.PRODUCT : Member.VALUE;
    member.vector = tron.point;
  }

  private absorbLbfgs(): void {
    const lbfgs = this.lbfgs;
    const member = this.member;
    const cols = this.cols;
    const g = lbfgs.g;
    const x = lbfgs.x;
    member.collect(g, cols);
    lbfgs.f = member.loss / this.total + 0.5 * this.penalty * dot(x, x, cols);
    for (let j = 0; j < cols; j++) {
      const at = (<usize>j) << 3;
      store<f64>(g + at, load<f64>(g + at) / this.total + this.penalty * load<f64>(x + at));
    }
    const last = g + ((<usize>cols) << 3);
    store<f64>(last, this.intercept ? load<f64>(last) / this.total : 0);
    if (!lbfgs.advance()) {
      member.wants = Member.NOTHING;
      this.end(x, lbfgs.iterations, lbfgs.converged);
    }
  }

  private end(solution: usize, iterations: i32, converged: bool): void {
    this.solution = solution;
    this.iterations = iterations;
    this.converged = converged;
  }

  /** True when coefficients and intercept are finite numbers. */
  finite(): bool {
    for (let j = 0; j <= this.cols; j++) {
      const w = load<f64>(this.solution + ((<usize>j) << 3));
      if (w - w != 0) return false;
    }
    return true;
  }

  /** Runs started fits to their ends. `fits`, `members`: pointers; members is room for as many. */
  static run(design: Design, fits: usize, members: usize, number: i32): void {
    for (;;) {
      let active = 0;
      for (let k: usize = 0; k < <usize>number; k++) {
        const fit = changetype<Fit>(load<usize>(fits + (k << 2)));
        if (fit.member.wants != Member.NOTHING) {
          store<usize>(members + ((<usize>active) << 2), changetype<usize>(fit.member));
          active++;
        }
      }
      if (active == 0) return;
      Member.pass(design, members, active);
      for (let k: usize = 0; k < <usize>number; k++) {
        const fit = changetype<Fit>(load<usize>(fits + (k << 2)));
        if (fit.member.wants != Member.NOTHING) fit.absorb();
      }
    }
  }
}

/** costs ← weight · multiplicity for padded rows from..to; their sum in row order. */
function fill(design: Design, costs: usize, weights: usize, multiplicities: usize, from: i32, to: i32): f64 {
  let sum: f64 = 0;
  for (let i = from; i < to; i++) {
    const row = load<i32>(design.source + ((<usize>i) << 2));
    let cost: f64 = 0;
    if (row >= 0) {
      cost = weights == 0 ? 1 : load<f64>(weights + ((<usize>row) << 3));
      if (multiplicities != 0) cost *= <f64>load<i32>(multiplicities + ((<usize>row) << 2));
    }
    store<f64>(costs + ((<usize>i) << 3), cost);
    sum += cost;
  }
  return sum;
}

/** Rows from..to, each as often as its multiplicity. */
function count(design: Design, multiplicities: usize, from: i32, to: i32): i32 {
  let rows = 0;
  for (let i = from; i < to; i++) {
    const row = load<i32>(design.source + ((<usize>i) << 2));
    if (row >= 0) rows += multiplicities == 0 ? 1 : load<i32>(multiplicities + ((<usize>row) << 2));
  }
  return rows;
}

/** costs ← costs · factor; the sum of the products, block by block. */
function multiply(costs: usize, factor: f64, rows: i32, block: i32): f64 {
  let total: f64 = 0;
  for (let b = 0; b < rows; b += block) {
    let sum: f64 = 0;
    for (let i = b; i < b + block; i++) {
      const cost = load<f64>(costs + ((<usize>i) << 3)) * factor;
      store<f64>(costs + ((<usize>i) << 3), cost);
      sum += cost;
    }
    total += sum;
  }
  return total;
}
