// L2 logistic regression on a weighting of a design's rows, along the iterates of scikit-learn 1.7.2's solvers "liblinear"
// (the intercept's column of ones is penalised like a feature) and "lbfgs" (the mean loss, the intercept free). Several fits
// advance together, one pass over the rows answering what each of them asks.

import { alloc } from "../arena";
import { dot } from "../numeric/vector";
import { Lbfgsb } from "../optimize/lbfgsb";
import { Tron } from "../optimize/tron";
import { Design } from "./design";
import { Hessian } from "./hessian";
import { Member } from "./member";
import { weigh } from "./weighting";

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
  private penalty: f64; // lbfgs: 1/(C Σ costs)

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

  /** Has a liblinear fit form its Hessian; `scaled` as for Hessian.create(). */
  formHessian(design: Design, scaled: usize): void {
    this.member.hessian = Hessian.create(design, scaled);
  }

  /**
   * Sets the weighting: float64 `weights` per row as given (0: none), i32 `multiplicities` likewise (0: every row once).
   * False when a label has no row left.
   */
  weigh(design: Design, weights: usize, multiplicities: usize, C: f64, balanced: bool): bool {
    const member = this.member;
    const scale = changetype<usize>(this.tron) != 0 ? C : 1;
    if (!weigh(member, design, weights, multiplicities, scale, balanced)) return false;
    this.penalty = 1 / (C * member.total);
    return true;
  }

  start(tolerance: f64, maxIterations: i32): void {
    this.iterations = 0;
    this.converged = false;
    this.member.wants = Member.VALUE;
    if (changetype<usize>(this.tron) != 0) {
      this.tron.start((tolerance * <f64>max<i32>(this.member.smaller, 1)) / <f64>this.member.rows, maxIterations);
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
    const hessian = member.hessian;
    const formed = changetype<usize>(hessian) != 0;
    if (member.wants == Member.HESSIAN) {
      hessian.finish();
      hessian.times(tron.point, tron.answer);
    } else {
      member.collect(tron.answer, this.cols);
      if (formed) hessian.ready = false;
    }
    if (member.wants == Member.VALUE) {
      tron.f = 0.5 * dot(tron.point, tron.point, this.cols + 1) + member.loss;
    }
    this.advanceTron();
    while (formed && hessian.ready && tron.wants == Tron.PRODUCT) {
      hessian.times(tron.point, tron.answer);
      this.advanceTron();
    }
    if (tron.wants == Tron.NOTHING) {
      member.wants = Member.NOTHING;
      this.end(tron.w, tron.iterations, tron.converged);
      return;
    }
    if (tron.wants == Tron.VALUE) member.wants = Member.VALUE;
    else member.wants = formed ? Member.HESSIAN : Member.PRODUCT;
    member.vector = tron.point;
  }

  /** Adds what the penalty contributes to the answer, a gradient or a product. */
  private advanceTron(): void {
    const tron = this.tron;
    for (let j = 0; j <= this.cols; j++) {
      const at = (<usize>j) << 3;
      store<f64>(tron.answer + at, load<f64>(tron.point + at) + load<f64>(tron.answer + at));
    }
    if (!this.intercept) store<f64>(tron.answer + ((<usize>this.cols) << 3), 0);
    tron.advance();
  }

  private absorbLbfgs(): void {
    const lbfgs = this.lbfgs;
    const member = this.member;
    const cols = this.cols;
    const g = lbfgs.g;
    const x = lbfgs.x;
    member.collect(g, cols);
    lbfgs.f = member.loss / member.total + 0.5 * this.penalty * dot(x, x, cols);
    for (let j = 0; j < cols; j++) {
      const at = (<usize>j) << 3;
      store<f64>(g + at, load<f64>(g + at) / member.total + this.penalty * load<f64>(x + at));
    }
    const last = g + ((<usize>cols) << 3);
    store<f64>(last, this.intercept ? load<f64>(last) / member.total : 0);
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
