import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { type Minimum, minimize } from "./lbfgsb.js";
import type { LogisticLoss } from "./logisticLoss.js";
import { dot, maxAbs } from "./vector.js";

const SUFFICIENT_DECREASE = 2 ** -11;
const MAX_HALVINGS = 20;
const TINY = 16 * 2 ** -52;

/**
 * Newton steps by Cholesky (iteratively reweighted least squares), as scikit-learn 1.7.2's newton-cholesky takes them:
 * backtracking line search, then the test max|gradient| ≤ tol and half the Newton decrement ≤ tol. Where a step cannot be
 * found, L-BFGS-B goes on from the last point.
 */
export function newtonCholesky(loss: LogisticLoss, tol: number, maxIter: number): Minimum {
  const n = loss.parameters;
  let x = new Float64Array(n);
  let gradient = new Float64Array(n);
  let value = loss.evaluate(x, gradient);
  for (let iterations = 1; iterations <= maxIter; iterations++) {
    const hessian = loss.hessian(x);
    const step = newtonStep(hessian, gradient);
    const next = step && backtrack(loss, x, value, gradient, step);
    if (!step || !next) {
      const objective = (v: Float64Array, g: Float64Array): number => loss.evaluate(v, g);
      const rest = minimize(objective, x, tol, maxIter - iterations + 1);
      return { ...rest, iterations: iterations - 1 + rest.iterations };
    }
    ({ x, gradient, value } = next);
    if (maxAbs(gradient) <= tol && 0.5 * quadraticForm(hessian, step) <= tol) return { x, iterations, converged: true };
  }
  return { x, iterations: maxIter, converged: false };
}

/** −H⁻¹g, or null when H is not positive definite in floating point. */
function newtonStep(hessian: Matrix, gradient: Float64Array): Float64Array | null {
  const cholesky = new CholeskyDecomposition(hessian);
  if (!cholesky.isPositiveDefinite()) return null;
  const solution = cholesky.solve(Matrix.columnVector(gradient));
  const step = Float64Array.from(solution.to1DArray(), (s) => -s);
  return step.every(Number.isFinite) ? step : null;
}

function quadraticForm(hessian: Matrix, d: Float64Array): number {
  return dot(d, hessian.mmul(Matrix.columnVector(d)).to1DArray());
}

function absoluteSum(a: Float64Array): number {
  return a.reduce((sum, value) => sum + Math.abs(value), 0);
}

interface Point {
  readonly x: Float64Array<ArrayBuffer>;
  readonly gradient: Float64Array<ArrayBuffer>;
  readonly value: number;
}

/** Halves the step until the value falls enough, or the gradient does where the value has only rounding left. */
function backtrack(
  loss: LogisticLoss,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  step: Float64Array,
): Point | null {
  const slope = dot(gradient, step);
  for (let halvings = 0, t = 1; halvings <= MAX_HALVINGS; halvings++, t /= 2) {
    const trial = new Float64Array(x.length);
    for (let j = 0; j < x.length; j++) trial[j] = x[j] + t * step[j];
    const trialGradient = new Float64Array(x.length);
    const trialValue = loss.evaluate(trial, trialGradient);
    const change = trialValue - value;
    const rounding = Math.abs(change) <= Math.abs(value * TINY);
    if (change <= t * SUFFICIENT_DECREASE * slope || (rounding && absoluteSum(trialGradient) < absoluteSum(gradient))) {
      return { x: trial, gradient: trialGradient, value: trialValue };
    }
  }
  return null;
}
