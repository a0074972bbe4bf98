// L-BFGS-B without bounds (Byrd, Lu, Nocedal, Zhu 1995; version 3.0 as in SciPy 1.15.3 with scikit-learn's settings), along
// the library's own iterates: ten pairs, two-loop recursion scaled by 1/θ, Moré-Thuente line search, and its stopping tests.
// Reverse communication, so that many fits can share one pass over the data:
//
//   const fit = Lbfgsb.create(n, maxIterations, tolerance);
//   do { put value and gradient at fit.x into fit.f and fit.g } while (fit.advance());
//
// A caller whose function is a mean logistic loss (at most 1 where it starts) with a quadratic penalty may put NaN for the
// value, the largest margin's size into fit.extent, and a bound of any margin's change into fit.travel: where slopes and the loss's convexity decide that a step is accepted,
// no value is needed. Else advance() returns with `wantsValues`: put f at x, also f0 at x0 if it is NaN, and call it again.
//
// Agreement with the library: 10-numerics, section 0 (1e-14 for short runs; long runs on collinear data amplify rounding).

import { alloc } from "../arena";
import { axpy, dot, maxAbs } from "../numeric/vector";
import { LineSearch } from "./lineSearch";

const PAIRS: i32 = 10;
const EPSILON: f64 = 2.220446049250313e-16;
const DECREASE_TOLERANCE: f64 = 64 * EPSILON;
const MAX_SEARCH_EVALUATIONS: i32 = 50;
/** A decrease beyond doubt, far above DECREASE_TOLERANCE, and the error of a difference of two values. */
const SURE_DECREASE: f64 = 1e-12;
const ROUNDING: f64 = 1e-14;

@unmanaged
export class Lbfgsb {
  /** Where the caller evaluates; after the end, the solution. */
  x: usize;
  /** Filled by the caller: the gradient at x. */
  g: usize;
  /** Filled by the caller: the value at x. */
  f: f64;
  /** The value at x0, where the line search began; NaN when not known. */
  f0: f64;
  x0: usize;
  wantsValues: bool;
  /** Filled by a caller that leaves out the value: a bound of the margins' sizes at x, and of their changes since x0. */
  extent: f64;
  travel: f64;
  iterations: i32;
  evaluations: i32;
  /** True when a convergence test ended the run, false at the iteration limit or after a failed line search. */
  converged: bool;

  private n: i32;
  private maxIterations: i32;
  private tolerance: f64;
  private search: LineSearch;
  private searching: bool;
  private searchEvaluations: i32;
  private pairs: i32;
  private oldest: i32;
  private theta: f64;
  private slope0: f64;
  private extent0: f64;
  private firstStep: f64;
  private valued: bool; // the line search needs values
  private g0: usize;
  private d: usize;
  private target: usize; // x0 + d as the library rounds it
  private s: usize;
  private y: usize;
  private rho: usize;
  private alpha: usize;

  /** A minimiser of n variables that starts at 0, on arena memory. */
  static create(n: i32, maxIterations: i32, tolerance: f64): Lbfgsb {
    const self = changetype<Lbfgsb>(alloc(offsetof<Lbfgsb>()));
    const bytes = (<usize>n) << 3;
    self.n = n;
    self.maxIterations = maxIterations;
    self.tolerance = tolerance;
    self.search = changetype<LineSearch>(alloc(offsetof<LineSearch>()));
    self.x = alloc(bytes);
    self.g = alloc(bytes);
    self.x0 = alloc(bytes);
    self.g0 = alloc(bytes);
    self.d = alloc(bytes);
    self.target = alloc(bytes);
    self.s = alloc(bytes * PAIRS);
    self.y = alloc(bytes * PAIRS);
    self.rho = alloc(PAIRS << 3);
    self.alpha = alloc(PAIRS << 3);
    self.restart();
    return self;
  }

  /** Back to the start, for another function of as many variables. */
  restart(): void {
    memory.fill(this.x, 0, (<usize>this.n) << 3);
    this.f = 0;
    this.extent = 0;
    this.travel = 0;
    this.iterations = 0;
    this.evaluations = 0;
    this.converged = false;
    this.searching = false;
    this.wantsValues = false;
    this.forget();
  }

  /** Takes f and g at x. True when it wants them at a new x (or, if `wantsValues`, values at this one), false at the end. */
  advance(): bool {
    if (!this.searching) {
      this.evaluations++;
      if (maxAbs(this.g, this.n) <= this.tolerance) {
        this.converged = true;
        return false;
      }
      return this.direct();
    }
    const slope = dot(this.g, this.d, this.n);
    // a NaN that answers a request is a value: the search gives up after its limit of trials
    if (isNaN(this.f) && !this.wantsValues) return this.advanceBySlope(slope);
    this.wantsValues = false;
    if (this.searchEvaluations == 0) this.search.start(this.f0, this.slope0, this.search.step);
    this.evaluations++;
    this.searchEvaluations++;
    if (this.search.advance(this.f, slope)) return this.accept(slope);
    if (this.searchEvaluations >= MAX_SEARCH_EVALUATIONS) return this.retreat();
    this.moveTo(this.search.step);
    return true;
  }

  /** As advance(), without a value. */
  private advanceBySlope(slope: f64): bool {
    if (this.surelyAccepted(slope)) {
      this.evaluations++;
      return this.accept(slope);
    }
    if (!this.valued && this.search.extrapolate(slope)) {
      this.evaluations++;
      this.searchEvaluations++;
      this.moveTo(this.search.step);
      return true;
    }
    if (this.valued || this.searchEvaluations == 0) {
      this.valued = true;
      this.wantsValues = true;
      return true;
    }
    // from its first trial again, this time with values
    this.valued = true;
    this.searchEvaluations = 0;
    this.search.start(this.f0, this.slope0, this.firstStep);
    this.moveTo(this.firstStep);
    return true;
  }

  /**
   * Whether a trial is accepted, and does not end the run, whatever the values. With φ(t) the value along d, convexity
   * gives φ(t) − φ(0) ≤ t φ'(t). And the trapezoidal rule for φ(t) − φ(0) errs by (φ'(t) − φ'(0)) t L/12 at most, where log φ''
   * changes by L at most (the inequality: Bach 2010, "Self-concordant analysis for logistic regression"). The derivative of
   * log σ' at margin z is |tanh(z/2)| ≤ |z|/2, and no margin lies outside those of both ends or changes by more than `travel`.
   */
  private surelyAccepted(slope: f64): bool {
    const t = this.search.step;
    const change = 0.5 * max<f64>(this.extent, this.extent0) * min<f64>(this.travel, this.extent + this.extent0);
    const trapezoid = t * (0.5 * (this.slope0 + slope) + ((slope - this.slope0) * change) / 12);
    const bound = min<f64>(trapezoid, t * slope);
    return bound < -SURE_DECREASE && this.search.surelyAccepts(bound + ROUNDING, slope);
  }

  /** A new direction and the first trial along it. */
  private direct(): bool {
    const n = this.n;
    const d = this.d;
    const bytes = (<usize>n) << 3;
    memory.copy(this.x0, this.x, bytes);
    memory.copy(this.g0, this.g, bytes);
    this.f0 = this.f;
    this.extent0 = this.extent;
    this.newtonStep();
    for (let i: usize = 0; i < bytes; i += 8) {
      // the library forms the end point first and subtracts again: this defines d's rounding
      const end = load<f64>(this.x + i) - load<f64>(d + i);
      store<f64>(this.target + i, end);
      store<f64>(d + i, end - load<f64>(this.x + i));
    }
    const step = this.iterations == 0 ? min<f64>(1 / sqrt<f64>(dot(d, d, n)), 1e10) : 1;
    this.slope0 = dot(this.g, d, n);
    if (!(this.slope0 < 0)) return this.retreat();
    this.search.start(this.f, this.slope0, step);
    this.firstStep = step;
    this.valued = false;
    this.searching = true;
    this.searchEvaluations = 0;
    this.moveTo(step);
    return true;
  }

  /** d ← H g by the two-loop recursion, H's starting matrix being I/θ. */
  private newtonStep(): void {
    const n = this.n;
    const d = this.d;
    const bytes = (<usize>n) << 3;
    memory.copy(d, this.g, bytes);
    for (let k = this.pairs - 1; k >= 0; k--) {
      const slot = this.slot(k);
      const a = load<f64>(this.rho + ((<usize>slot) << 3)) * dot(this.s + <usize>slot * bytes, d, n);
      store<f64>(this.alpha + ((<usize>slot) << 3), a);
      axpy(-a, this.y + <usize>slot * bytes, d, n);
    }
    if (this.pairs > 0) {
      for (let i: usize = 0; i < bytes; i += 8) store<f64>(d + i, load<f64>(d + i) / this.theta);
    }
    for (let k = 0; k < this.pairs; k++) {
      const slot = this.slot(k);
      const b = load<f64>(this.rho + ((<usize>slot) << 3)) * dot(this.y + <usize>slot * bytes, d, n);
      axpy(load<f64>(this.alpha + ((<usize>slot) << 3)) - b, this.s + <usize>slot * bytes, d, n);
    }
  }

  private moveTo(step: f64): void {
    const bytes = (<usize>this.n) << 3;
    if (step == 1) {
      memory.copy(this.x, this.target, bytes);
      return;
    }
    for (let i: usize = 0; i < bytes; i += 8) {
      store<f64>(this.x + i, step * load<f64>(this.d + i) + load<f64>(this.x0 + i));
    }
  }

  private accept(slope: f64): bool {
    this.iterations++;
    if (this.iterations >= this.maxIterations) return false;
    // NaN values, after a sure decrease, compare as false
    const decrease = this.f0 - this.f;
    const scale = max<f64>(max<f64>(abs<f64>(this.f0), abs<f64>(this.f)), 1);
    if (maxAbs(this.g, this.n) <= this.tolerance || decrease <= DECREASE_TOLERANCE * scale) {
      this.converged = true;
      return false;
    }
    const t = this.search.step;
    let curvature = slope - this.slope0;
    let bound = -this.slope0;
    if (t != 1) {
      curvature *= t;
      bound *= t;
    }
    if (curvature > EPSILON * bound) this.remember(t, curvature);
    return this.direct();
  }

  /** After a failed search: from the last point without memory, or the end if there was none. */
  private retreat(): bool {
    const bytes = (<usize>this.n) << 3;
    memory.copy(this.x, this.x0, bytes);
    memory.copy(this.g, this.g0, bytes);
    this.f = this.f0;
    this.extent = this.extent0;
    if (this.pairs == 0) return false;
    this.forget();
    return this.direct();
  }

  private remember(t: f64, curvature: f64): void {
    const n = this.n;
    const bytes = (<usize>n) << 3;
    if (this.pairs == PAIRS) {
      this.oldest = (this.oldest + 1) % PAIRS;
      this.pairs--;
    }
    const slot = this.slot(this.pairs++);
    const s = this.s + <usize>slot * bytes;
    const y = this.y + <usize>slot * bytes;
    for (let i: usize = 0; i < bytes; i += 8) {
      store<f64>(s + i, t == 1 ? load<f64>(this.d + i) : t * load<f64>(this.d + i));
      store<f64>(y + i, load<f64>(this.g + i) - load<f64>(this.g0 + i));
    }
    store<f64>(this.rho + ((<usize>slot) << 3), 1 / curvature);
    const norm = sqrt<f64>(dot(y, y, n));
    this.theta = (norm * norm) / curvature;
  }

  private forget(): void {
    this.pairs = 0;
    this.oldest = 0;
    this.theta = 1;
  }

  @inline
  private slot(k: i32): i32 {
    return (this.oldest + k) % PAIRS;
  }
}
