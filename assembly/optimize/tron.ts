// Trust-region Newton with truncated conjugate gradients (Lin, Weng, Keerthi 2008), along the iterates of the old TRON of
// LIBLINEAR as scikit-learn 1.7.2 ships it: fixed tolerance of the inner iteration, no preconditioner.
// Reverse communication, so that many fits can share one pass over the data:
//
//   const fit = Tron.create(n); fit.start(tolerance, maxIterations);
//   while (fit.wants != Tron.NOTHING) {
//     if (fit.wants == Tron.VALUE) put the value at fit.point into fit.f and the gradient into fit.answer
//     else put the Hessian of the last VALUE request times fit.point into fit.answer
//     fit.advance();
//   }
//
// The gradient is asked for together with the value, since a step is rarely rejected. After a rejected step the old point is
// asked for once more, so that the Hessian is again the one there.

import { alloc } from "../arena";
import { axpy, dot } from "../numeric/vector";

const INNER_TOLERANCE: f64 = 0.1;
const ACCEPT: f64 = 1e-4;
const LOW: f64 = 0.25;
const HIGH: f64 = 0.75;
const SHRINK_MOST: f64 = 0.25;
const SHRINK_LEAST: f64 = 0.5;
const GROW: f64 = 4;
const UNBOUNDED: f64 = -1e32;
const STALLED: f64 = 1e-12;

/** What the next answer is for. */
enum Stage {
  START,
  PRODUCT,
  TRIAL,
  RETURN,
}

@unmanaged
export class Tron {
  static readonly NOTHING: i32 = 0;
  static readonly VALUE: i32 = 1;
  static readonly PRODUCT: i32 = 2;

  wants: i32;
  /** Where the value is wanted, or what the Hessian is to be multiplied by. */
  point: usize;
  /** Filled by the caller: gradient or product. */
  answer: usize;
  /** Filled by the caller: the value. */
  f: f64;
  /** The last accepted point; the solution at the end. */
  w: usize;
  /** Accepted steps. */
  iterations: i32;
  /** True when the gradient's norm fell below tolerance times its norm at 0. */
  converged: bool;

  private n: i32;
  private stage: Stage;
  private maxIterations: i32;
  private threshold: f64;
  private relative: f64;
  private radius: f64;
  private best: f64;
  private first: bool; // no step has been accepted yet
  private g: usize;
  private s: usize;
  private r: usize;
  private d: usize;
  private trial: usize;
  private rr: f64;
  private limit: f64;

  /** A minimiser of n variables on arena memory; start() it before use. */
  static create(n: i32): Tron {
    const self = changetype<Tron>(alloc(offsetof<Tron>()));
    const bytes = (<usize>n) << 3;
    self.n = n;
    self.answer = alloc(bytes);
    self.w = alloc(bytes);
    self.g = alloc(bytes);
    self.s = alloc(bytes);
    self.r = alloc(bytes);
    self.d = alloc(bytes);
    self.trial = alloc(bytes);
    self.wants = Tron.NOTHING;
    return self;
  }

  /** From 0, until the gradient's norm is at most `tolerance` times that at 0. */
  start(tolerance: f64, maxIterations: i32): void {
    memory.fill(this.w, 0, (<usize>this.n) << 3);
    this.relative = tolerance;
    this.maxIterations = maxIterations;
    this.iterations = 0;
    this.converged = false;
    this.first = true;
    this.ask(Stage.START, this.w);
  }

  /** Takes the answer and states the next request. */
  advance(): void {
    const stage = this.stage;
    if (stage == Stage.PRODUCT) this.conjugate();
    else if (stage == Stage.TRIAL) this.judge();
    else if (stage == Stage.RETURN) this.inner();
    else this.begin();
  }

  private ask(stage: Stage, point: usize): void {
    this.stage = stage;
    this.point = point;
    this.wants = stage == Stage.PRODUCT ? Tron.PRODUCT : Tron.VALUE;
  }

  private finish(converged: bool): void {
    this.converged = converged;
    this.wants = Tron.NOTHING;
  }

  private begin(): void {
    memory.copy(this.g, this.answer, (<usize>this.n) << 3);
    const norm = sqrt<f64>(dot(this.g, this.g, this.n));
    this.best = this.f;
    this.radius = norm;
    this.threshold = this.relative * norm;
    if (norm <= this.threshold) this.finish(true);
    else this.outer();
  }

  private outer(): void {
    if (this.iterations >= this.maxIterations) this.finish(false);
    else this.inner();
  }

  /** Starts the conjugate gradients for the step. */
  private inner(): void {
    const n = this.n;
    const bytes = (<usize>n) << 3;
    memory.fill(this.s, 0, bytes);
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(this.r + i, -load<f64>(this.g + i));
    memory.copy(this.d, this.r, bytes);
    this.rr = dot(this.r, this.r, n);
    this.limit = INNER_TOLERANCE * sqrt<f64>(dot(this.g, this.g, n));
    this.continueInner();
  }

  private continueInner(): void {
    if (sqrt<f64>(dot(this.r, this.r, this.n)) > this.limit) this.ask(Stage.PRODUCT, this.d);
    else this.step();
  }

  private conjugate(): void {
    const n = this.n;
    const h = this.answer;
    const s = this.s;
    const d = this.d;
    let a = this.rr / dot(d, h, n);
    axpy(a, d, s, n);
    if (sqrt<f64>(dot(s, s, n)) > this.radius) {
      axpy(-a, d, s, n);
      const sd = dot(s, d, n);
      const ss = dot(s, s, n);
      const dd = dot(d, d, n);
      const square = this.radius * this.radius;
      const root = sqrt<f64>(sd * sd + dd * (square - ss));
      a = sd >= 0 ? (square - ss) / (sd + root) : (root - sd) / dd;
      axpy(a, d, s, n);
      axpy(-a, h, this.r, n);
      this.step();
      return;
    }
    axpy(-a, h, this.r, n);
    const rr = dot(this.r, this.r, n);
    const b = rr / this.rr;
    const bytes = (<usize>n) << 3;
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(d + i, b * load<f64>(d + i) + load<f64>(this.r + i));
    this.rr = rr;
    this.continueInner();
  }

  private step(): void {
    const bytes = (<usize>this.n) << 3;
    for (let i: usize = 0; i < bytes; i += 8) {
      store<f64>(this.trial + i, load<f64>(this.w + i) + load<f64>(this.s + i));
    }
    this.ask(Stage.TRIAL, this.trial);
  }

  /** Compares what the step gained with what it promised. */
  private judge(): void {
    const n = this.n;
    const f = this.best;
    const gs = dot(this.g, this.s, n);
    const promised = -0.5 * (gs - dot(this.s, this.r, n));
    const gained = f - this.f;
    const length = sqrt<f64>(dot(this.s, this.s, n));
    if (this.first) this.radius = min<f64>(this.radius, length);
    const excess = this.f - f - gs;
    const a = excess <= 0 ? GROW : max<f64>(SHRINK_MOST, -0.5 * (gs / excess));
    const radius = this.radius;
    if (gained < ACCEPT * promised) this.radius = min<f64>(max<f64>(a, SHRINK_MOST) * length, SHRINK_LEAST * radius);
    else if (gained < LOW * promised) {
      this.radius = max<f64>(SHRINK_MOST * radius, min<f64>(a * length, SHRINK_LEAST * radius));
    } else if (gained < HIGH * promised) {
      this.radius = max<f64>(SHRINK_MOST * radius, min<f64>(a * length, GROW * radius));
    } else this.radius = max<f64>(radius, min<f64>(a * length, GROW * radius));

    const accepted = gained > ACCEPT * promised;
    if (accepted) {
      this.iterations++;
      this.first = false;
      this.best = this.f;
      memory.copy(this.w, this.trial, (<usize>n) << 3);
      memory.copy(this.g, this.answer, (<usize>n) << 3);
      if (sqrt<f64>(dot(this.g, this.g, n)) <= this.threshold) {
        this.finish(true);
        return;
      }
    }
    const size = STALLED * abs<f64>(this.best);
    if (
      gained != gained || // numbers that are not finite: no step can be judged any more
      this.best < UNBOUNDED ||
      (abs<f64>(gained) <= 0 && promised <= 0) ||
      (abs<f64>(gained) <= size && abs<f64>(promised) <= size)
    ) {
      this.finish(false);
    } else if (accepted) this.outer();
    else this.ask(Stage.RETURN, this.w);
  }
}
