import type { Matrix } from "ml-matrix";
import type { LogisticOptions } from "../ops/linear.js";
import type { Design } from "./design.js";
import { halfBinomialCurvature, halfBinomialLoss, halfBinomialSlope } from "./logisticLoss.js";

const MAX_SWEEPS = 10_000;
const SWEEP_TOLERANCE = 1e-14;
const MAX_HALVINGS = 40;

/**
 * Elastic-net logistic regression to the optimum of 10-numerics §4.1: proximal Newton steps, each quadratic model solved
 * by cyclic coordinate descent on its Gram matrix (Friedman, Hastie, Tibshirani 2010; Yuan, Ho, Lin 2012). The intercept
 * is not penalised. Stops when no optimality condition is violated by more than `tol`.
 */
export class ElasticNetProblem {
  readonly #alpha: number;
  readonly #beta: number;
  readonly #fitIntercept: boolean;

  constructor(
    readonly design: Design,
    readonly y: Uint8Array,
    readonly weights: Float64Array | null,
    options: LogisticOptions,
  ) {
    const l1Ratio = options.l1Ratio ?? 0.5;
    this.#alpha = (1 - l1Ratio) / (options.C * design.rows);
    this.#beta = l1Ratio / (options.C * design.rows);
    this.#fitIntercept = options.fitIntercept ?? true;
  }

  solve(tol: number, maxIter: number): { v: Float64Array; iterations: number; converged: boolean } {
    const { cols } = this.design;
    let v = new Float64Array(cols + (this.#fitIntercept ? 1 : 0));
    let value = this.#value(v);
    for (let iterations = 0; iterations < maxIter; iterations++) {
      const { gradient, hessian } = this.#model(v);
      if (this.#violation(v, gradient) <= tol) return { v, iterations, converged: true };
      const target = this.#minimizeModel(v, gradient, hessian);
      const next = this.#backtrack(v, value, gradient, target);
      if (next === null) return { v, iterations, converged: false };
      ({ v, value } = next);
    }
    const { gradient } = this.#model(v);
    return { v, iterations: maxIter, converged: this.#violation(v, gradient) <= tol };
  }

  #margins(v: Float64Array): Float64Array {
    const { cols } = this.design;
    return this.design.margins(v.subarray(0, cols), this.#fitIntercept ? v[cols] : 0);
  }

  #penalty(v: Float64Array): number {
    let squares = 0;
    let absolutes = 0;
    for (let j = 0; j < this.design.cols; j++) {
      squares += v[j] * v[j];
      absolutes += Math.abs(v[j]);
    }
    return (this.#alpha / 2) * squares + this.#beta * absolutes;
  }

  #value(v: Float64Array): number {
    const z = this.#margins(v);
    let loss = 0;
    for (let i = 0; i < z.length; i++) loss += (this.weights?.[i] ?? 1) * halfBinomialLoss(this.y[i], z[i]);
    return loss / z.length + this.#penalty(v);
  }

  /** Gradient and matrix of second derivatives of the smooth part. */
  #model(v: Float64Array): { gradient: Float64Array; hessian: Matrix } {
    const { design, y, weights } = this;
    const z = this.#margins(v);
    const slopes = new Float64Array(z.length);
    const curvatures = new Float64Array(z.length);
    let interceptSlope = 0;
    for (let i = 0; i < z.length; i++) {
      const share = (weights?.[i] ?? 1) / z.length;
      slopes[i] = share * halfBinomialSlope(y[i], z[i]);
      curvatures[i] = share * halfBinomialCurvature(z[i]);
      interceptSlope += slopes[i];
    }
    const gradient = new Float64Array(v.length);
    gradient.set(design.transposeTimes(slopes));
    const hessian = design.weightedGram(curvatures, this.#fitIntercept);
    for (let j = 0; j < design.cols; j++) {
      gradient[j] += this.#alpha * v[j];
      hessian.set(j, j, hessian.get(j, j) + this.#alpha);
    }
    if (this.#fitIntercept) gradient[design.cols] = interceptSlope;
    return { gradient, hessian };
  }

  /** Largest violation of the optimality conditions: the smallest subgradient, component by component. */
  #violation(v: Float64Array, gradient: Float64Array): number {
    let largest = 0;
    for (let j = 0; j < v.length; j++) {
      let violation = Math.abs(gradient[j]);
      if (j < this.design.cols) {
        if (v[j] === 0) violation = Math.max(violation - this.#beta, 0);
        else violation = Math.abs(gradient[j] + (v[j] > 0 ? this.#beta : -this.#beta));
      }
      largest = Math.max(largest, violation);
    }
    return largest;
  }

  /** Minimiser of the quadratic model with the L1 penalty, by cyclic coordinate descent from v. */
  #minimizeModel(v: Float64Array, gradient: Float64Array, hessian: Matrix): Float64Array {
    const target = v.slice();
    const slope = gradient.slice();
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      let largest = 0;
      let change = 0;
      for (let j = 0; j < v.length; j++) {
        const curvature = hessian.get(j, j);
        if (curvature <= 0) continue;
        const free = curvature * target[j] - slope[j];
        const threshold = j < this.design.cols ? this.#beta : 0;
        const shrunk = Math.max(free - threshold, 0) - Math.max(-free - threshold, 0);
        const value = shrunk / curvature;
        const delta = value - target[j];
        if (delta !== 0) {
          target[j] = value;
          for (let k = 0; k < v.length; k++) slope[k] += delta * hessian.get(k, j);
        }
        largest = Math.max(largest, Math.abs(value));
        change = Math.max(change, Math.abs(delta));
      }
      if (change <= SWEEP_TOLERANCE * largest) break;
    }
    return target;
  }

  /** Armijo's rule for composite functions (Tseng, Yun 2009); the slack is what rounding can hide. */
  #backtrack(
    v: Float64Array,
    value: number,
    gradient: Float64Array,
    target: Float64Array,
  ): { v: Float64Array<ArrayBuffer>; value: number } | null {
    let descent = 0;
    for (let j = 0; j < v.length; j++) {
      descent += gradient[j] * (target[j] - v[j]);
      if (j < this.design.cols) descent += this.#beta * (Math.abs(target[j]) - Math.abs(v[j]));
    }
    const slack = 16 * 2 ** -52 * Math.abs(value);
    for (let halvings = 0, t = 1; halvings <= MAX_HALVINGS; halvings++, t /= 2) {
      const trial = new Float64Array(v.length);
      for (let j = 0; j < v.length; j++) trial[j] = t === 1 ? target[j] : v[j] + t * (target[j] - v[j]);
      const trialValue = this.#value(trial);
      if (trialValue - value <= 1e-4 * t * descent + slack) return { v: trial, value: trialValue };
    }
    return null;
  }
}
