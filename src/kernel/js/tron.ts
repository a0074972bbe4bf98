import type { Design } from "./design.js";
import { exp, log } from "./elementary.js";
import { addScaled, dot, norm } from "./vector.js";

export interface TronProblem {
  readonly design: Design;
  /** −1 or +1 per row. */
  readonly signs: Float64Array;
  /** Cost of each row. */
  readonly costs: Float64Array;
  /** Whether a penalised constant column of ones follows the features. */
  readonly bias: boolean;
}

/** f(v) = ½ v·v + Σ cost_i log(1 + exp(−sign_i z_i)), with gradient and Hessian products; sums are plain, rows in order. */
class PrimalLogistic {
  readonly size: number;
  #margins: Float64Array;
  readonly #curvatures: Float64Array;

  constructor(readonly problem: TronProblem) {
    this.size = problem.design.cols + (problem.bias ? 1 : 0);
    this.#margins = new Float64Array(problem.design.rows);
    this.#curvatures = new Float64Array(problem.design.rows);
  }

  #product(v: Float64Array): Float64Array {
    const { design, bias } = this.problem;
    return design.margins(v.subarray(0, design.cols), bias ? v[design.cols] : 0);
  }

  /** v + Xᵀ·rows, the constant column included. */
  #regularised(v: Float64Array, rows: Float64Array): Float64Array {
    const { design, bias } = this.problem;
    const out = new Float64Array(this.size);
    out.set(design.transposeTimes(rows));
    if (bias) {
      let sum = 0;
      for (let i = 0; i < rows.length; i++) sum += rows[i];
      out[design.cols] = sum;
    }
    for (let j = 0; j < out.length; j++) out[j] = v[j] + out[j];
    return out;
  }

  value(v: Float64Array): number {
    const { signs, costs } = this.problem;
    this.#margins = this.#product(v);
    let f = dot(v, v) / 2;
    for (let i = 0; i < signs.length; i++) {
      const m = signs[i] * this.#margins[i];
      f += m >= 0 ? costs[i] * log(1 + exp(-m)) : costs[i] * (-m + log(1 + exp(m)));
    }
    return f;
  }

  /** At the point of the last value(); later Hessian products use this point. */
  gradient(v: Float64Array): Float64Array {
    const { signs, costs } = this.problem;
    const rows = new Float64Array(signs.length);
    for (let i = 0; i < signs.length; i++) {
      const sigma = 1 / (1 + exp(-signs[i] * this.#margins[i]));
      this.#curvatures[i] = sigma * (1 - sigma);
      rows[i] = costs[i] * (sigma - 1) * signs[i];
    }
    return this.#regularised(v, rows);
  }

  hessianTimes(direction: Float64Array): Float64Array {
    const { costs } = this.problem;
    const rows = this.#product(direction);
    for (let i = 0; i < rows.length; i++) rows[i] = costs[i] * this.#curvatures[i] * rows[i];
    return this.#regularised(direction, rows);
  }
}

/** Steihaug's conjugate gradients inside the trust region: the step and the residual −g − H·step. */
function conjugateGradients(
  loss: PrimalLogistic,
  radius: number,
  g: Float64Array,
): { step: Float64Array; residual: Float64Array } {
  const step = new Float64Array(g.length);
  const residual = g.map((x) => -x);
  const d = residual.slice();
  const tolerance = 0.1 * norm(g);
  let rr = dot(residual, residual);
  while (norm(residual) > tolerance) {
    const hd = loss.hessianTimes(d);
    let alpha = rr / dot(d, hd);
    addScaled(step, alpha, d);
    if (norm(step) > radius) {
      addScaled(step, -alpha, d);
      const sd = dot(step, d);
      const ss = dot(step, step);
      const dd = dot(d, d);
      const room = radius * radius - ss;
      const root = Math.sqrt(sd * sd + dd * room);
      alpha = sd >= 0 ? room / (sd + root) : (root - sd) / dd;
      addScaled(step, alpha, d);
      addScaled(residual, -alpha, hd);
      break;
    }
    addScaled(residual, -alpha, hd);
    const rrNext = dot(residual, residual);
    const beta = rrNext / rr;
    for (let i = 0; i < d.length; i++) d[i] = beta * d[i] + residual[i];
    rr = rrNext;
  }
  return { step, residual };
}

/** The radius after a step of length `length` (Lin, Weng, Keerthi 2008, §3; constants of liblinear). */
function nextRadius(radius: number, length: number, factor: number, actual: number, predicted: number): number {
  if (actual < 1e-4 * predicted) return Math.min(Math.max(factor, 0.25) * length, 0.5 * radius);
  if (actual < 0.25 * predicted) return Math.max(0.25 * radius, Math.min(factor * length, 0.5 * radius));
  if (actual < 0.75 * predicted) return Math.max(0.25 * radius, Math.min(factor * length, 4 * radius));
  return Math.max(radius, Math.min(factor * length, 4 * radius));
}

/**
 * Trust-region Newton for L2-penalised logistic regression, as the liblinear of scikit-learn 1.7.2 runs it (10-numerics
 * §3). Stops when the gradient's norm falls to `tolerance` times its norm at zero. `iterations` counts accepted steps.
 */
export function tron(
  problem: TronProblem,
  tolerance: number,
  maxIter: number,
): { v: Float64Array; iterations: number; converged: boolean } {
  const loss = new PrimalLogistic(problem);
  let v = new Float64Array(loss.size);
  let f = loss.value(v);
  let g = loss.gradient(v);
  const target = tolerance * norm(g);
  let radius = norm(g);
  let iterations = 0;
  if (norm(g) <= target) return { v, iterations, converged: true };
  while (iterations < maxIter) {
    const { step, residual } = conjugateGradients(loss, radius, g);
    const candidate = v.map((x, j) => x + step[j]);
    const gs = dot(g, step);
    const predicted = -0.5 * (gs - dot(step, residual));
    const value = loss.value(candidate);
    const actual = f - value;
    const length = norm(step);
    if (iterations === 0) radius = Math.min(radius, length);
    const curvature = value - f - gs;
    const factor = curvature <= 0 ? 4 : Math.max(0.25, -0.5 * (gs / curvature));
    radius = nextRadius(radius, length, factor, actual, predicted);
    if (actual > 1e-4 * predicted) {
      iterations++;
      v = candidate;
      f = value;
      g = loss.gradient(v);
      if (norm(g) <= target) return { v, iterations, converged: true };
    }
    const stuck =
      f < -1e32 ||
      (Math.abs(actual) <= 0 && predicted <= 0) ||
      (Math.abs(actual) <= 1e-12 * Math.abs(f) && Math.abs(predicted) <= 1e-12 * Math.abs(f));
    if (stuck) break;
  }
  return { v, iterations, converged: false };
}
