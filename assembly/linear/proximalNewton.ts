// Logistic regression to its optimum by proximal Newton steps (Lee, Sun, Saunders 2014), which without an L1 penalty are the
// Newton steps by Cholesky of iteratively reweighted least squares (scikit-learn 1.7.2's "newton-cholesky" objective):
//
//   minimise C Σ s_i loss_i + ((1 − l1)/2)|w|² + l1 |w|₁,  the intercept without penalty
//
// Each step minimises the quadratic model exactly, a backtracking search makes sure that the objective falls, and the run
// ends when a full step moves no coefficient by more than 1e-10 of the largest: the next error is about the square of that.
// (Where all coefficients vanish, it ends when the model promises nothing.)

import { alloc } from "../arena";
import { ElasticNetModel } from "../optimize/coordinateDescent";
import { Design } from "./design";
import { Gram } from "./gram";
import { Member } from "./member";

const RESTING: f64 = 1e-10;
const NOTHING: f64 = 1e-28; // of the objective
const SUFFICIENT: f64 = 1e-4;
const ROUNDING: f64 = 1e-13; // of the objective: decreases smaller than this cannot be seen
const HALVINGS: i32 = 40;

@unmanaged
export class ProximalNewton {
  /** cols coefficients and the intercept. */
  point: usize;
  iterations: i32;
  converged: bool;
  private design: Design;
  private member: Member;
  private members: usize;
  private gram: Gram;
  private model: ElasticNetModel;
  private gradient: usize;
  private trial: usize;
  private free: bool;
  private ridge: f64;
  private lasso: f64;
  private promised: f64; // change of the model's linear part and penalty along the whole step

  /** `member`: weighed with the costs C s_i, created curved. */
  static create(design: Design, member: Member, l1Ratio: f64, intercept: bool): ProximalNewton {
    const self = changetype<ProximalNewton>(alloc(offsetof<ProximalNewton>()));
    const bytes = (<usize>(design.cols + 1)) << 3;
    self.design = design;
    self.member = member;
    self.members = alloc(16);
    store<usize>(self.members, changetype<usize>(member));
    self.gram = Gram.create(design);
    self.model = ElasticNetModel.create(design.cols + 1);
    self.point = alloc(bytes);
    self.gradient = alloc(bytes);
    self.trial = alloc(bytes);
    self.free = intercept;
    self.ridge = 1 - l1Ratio;
    self.lasso = l1Ratio;
    return self;
  }

  run(maxIterations: i32): void {
    const cols = this.design.cols;
    const bytes = (<usize>(cols + 1)) << 3;
    this.iterations = 0;
    this.converged = false;
    memory.fill(this.point, 0, bytes);
    let value = this.evaluate(this.point) + this.penalty(this.point);
    while (this.iterations < maxIterations) {
      this.gram.form(this.design, this.member.curvature);
      this.member.collect(this.gradient, cols);
      this.model.minimise(this.gram.matrix, this.gradient, this.point, this.ridge, this.lasso, this.free);
      this.iterations++;
      const next = this.search(value);
      if (!(next - next == 0)) return;
      const rest =
        this.largest(this.model.step) <= RESTING * this.largest(this.trial) ||
        this.promised >= -NOTHING * abs<f64>(value);
      memory.copy(this.point, this.trial, bytes);
      value = next;
      if (rest) {
        this.converged = true;
        return;
      }
    }
  }

  /** The loss at v; the member then holds its gradient and curvature there. */
  private evaluate(v: usize): f64 {
    this.member.vector = v;
    this.member.wants = Member.VALUE;
    Member.pass(this.design, this.members, 1);
    return this.member.loss;
  }

  private penalty(v: usize): f64 {
    let squares: f64 = 0;
    let sizes: f64 = 0;
    for (let end = v + ((<usize>this.design.cols) << 3); v < end; v += 8) {
      const w = load<f64>(v);
      squares += w * w;
      sizes += abs<f64>(w);
    }
    return 0.5 * this.ridge * squares + this.lasso * sizes;
  }

  /** trial ← the first point along the step with a sufficient decrease; the objective there. */
  private search(value: f64): f64 {
    const n = this.design.cols + 1;
    const step = this.model.step;
    this.move(1);
    this.promised = this.penalty(this.trial) - this.penalty(this.point);
    for (let j = 0; j < n; j++)
      this.promised += load<f64>(this.gradient + ((<usize>j) << 3)) * load<f64>(step + ((<usize>j) << 3));
    let t: f64 = 1;
    let next = this.objective();
    for (let k = 0; k < HALVINGS; k++) {
      if (next <= value + SUFFICIENT * t * this.promised + ROUNDING * abs<f64>(value)) break;
      t *= 0.5;
      this.move(t);
      next = this.objective();
    }
    return next;
  }

  private objective(): f64 {
    return this.evaluate(this.trial) + this.penalty(this.trial);
  }

  private move(t: f64): void {
    const bytes = (<usize>(this.design.cols + 1)) << 3;
    for (let i: usize = 0; i < bytes; i += 8) {
      // a step to exactly 0 must arrive there
      const w = load<f64>(this.point + i);
      store<f64>(this.trial + i, w + t * load<f64>(this.model.step + i));
    }
  }

  private largest(v: usize): f64 {
    let size: f64 = 0;
    for (let end = v + ((<usize>(this.design.cols + 1)) << 3); v < end; v += 8)
      size = max<f64>(size, abs<f64>(load<f64>(v)));
    return size;
  }
}
