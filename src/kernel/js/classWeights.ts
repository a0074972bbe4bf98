import { FitError } from "../../errors.js";

/** The problem every solver is given: weights null means one per row. */
export interface Labelled {
  readonly y: Uint8Array;
  readonly weights: Float64Array | null;
}

/**
 * Weights of class 0 and class 1: n / (2 n_c) with n_c the sum of the row weights of class c in row order (10-numerics
 * §1), or 1 and 1 when not balanced. Throws FitError when a class has no row.
 */
export function classWeights({ y, weights }: Labelled, balanced: boolean): readonly [number, number] {
  const rows = [0, 0];
  const mass = [0, 0];
  for (let i = 0; i < y.length; i++) {
    rows[y[i]] += 1;
    mass[y[i]] += weights === null ? 1 : weights[i];
  }
  if (rows[0] === 0 || rows[1] === 0) {
    throw new FitError(
      `a logistic fit needs both labels, but none of the ${y.length} rows has label ${rows[0] ? 1 : 0}`,
    );
  }
  if (!balanced) return [1, 1];
  const total = mass[0] + mass[1];
  return [total / (2 * mass[0]), total / (2 * mass[1])];
}

/** Row weights times class weights; null when there are neither. */
export function effectiveWeights(labelled: Labelled, balanced: boolean): Float64Array | null {
  const { y, weights } = labelled;
  const perClass = classWeights(labelled, balanced);
  if (weights === null && !balanced) return null;
  const effective = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) effective[i] = (weights === null ? 1 : weights[i]) * perClass[y[i]];
  return effective;
}
