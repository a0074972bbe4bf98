import { sum64 } from "../../numeric/sums.js";
import type { Design } from "./design.js";
import { exp, log1p } from "./elementary.js";
import { dot } from "./vector.js";

/** Half-binomial loss at margin z for label y (10-numerics §2.1); each branch is accurate where it is used. */
export function halfBinomialLoss(y: number, z: number): number {
  if (z <= -37) return exp(z) - y * z;
  if (z <= -2) return log1p(exp(z)) - y * z;
  if (z <= 18) return log1p(exp(-z)) + (1 - y) * z;
  return exp(-z) + (1 - y) * z;
}

/** Its derivative with respect to z. */
export function halfBinomialSlope(y: number, z: number): number {
  if (z <= -37) return exp(z) - y;
  if (z <= -2) {
    const e = exp(z);
    return ((1 - y) * e - y) / (1 + e);
  }
  const e = exp(-z);
  return (1 - y - y * e) / (1 + e);
}

/** Its second derivative, which does not depend on the label. */
export function halfBinomialCurvature(z: number): number {
  if (z <= -37) return exp(z);
  const e = exp(-z);
  return e / ((1 + e) * (1 + e));
}

/**
 * Mean logistic loss with an L2 penalty, as scikit-learn's LinearModelLoss states it: parameters (w_1..w_p, b), the
 * intercept b, where there is one, unpenalised.
 */
export class LogisticLoss {
  readonly parameters: number;
  readonly #mass: number;
  readonly #penalty: number;

  constructor(
    readonly design: Design,
    readonly y: Uint8Array,
    readonly weights: Float64Array | null,
    C: number,
    readonly fitIntercept: boolean,
  ) {
    this.parameters = design.cols + (fitIntercept ? 1 : 0);
    this.#mass = weights === null ? design.rows : sum64(weights);
    this.#penalty = 1 / (C * this.#mass);
  }

  margins(v: Float64Array): Float64Array {
    const { cols } = this.design;
    return this.design.margins(v.subarray(0, cols), this.fitIntercept ? v[cols] : 0);
  }

  /** The value at v; the gradient is written into `gradient`. */
  evaluate(v: Float64Array, gradient: Float64Array): number {
    const { y, weights } = this;
    const mass = this.#mass;
    const z = this.margins(v);
    const losses = new Float64Array(z.length);
    const slopes = new Float64Array(z.length);
    for (let i = 0; i < z.length; i++) {
      const s = weights === null ? 1 : weights[i];
      losses[i] = s * halfBinomialLoss(y[i], z[i]);
      slopes[i] = (s * halfBinomialSlope(y[i], z[i])) / mass;
    }
    const { cols } = this.design;
    const w = v.subarray(0, cols);
    gradient.set(this.design.transposeTimes(slopes));
    for (let j = 0; j < cols; j++) gradient[j] += this.#penalty * w[j];
    if (this.fitIntercept) gradient[cols] = sum64(slopes);
    return sum64(losses) / mass + (this.#penalty / 2) * dot(w, w);
  }

  /** Matrix of second derivatives at v. */
  hessian(v: Float64Array) {
    const { weights } = this;
    const curvatures = this.margins(v);
    for (let i = 0; i < curvatures.length; i++) {
      const s = weights === null ? 1 : weights[i];
      curvatures[i] = (s * halfBinomialCurvature(curvatures[i])) / this.#mass;
    }
    const hessian = this.design.weightedGram(curvatures, this.fitIntercept);
    for (let j = 0; j < this.design.cols; j++) hessian.set(j, j, hessian.get(j, j) + this.#penalty);
    return hessian;
  }
}
