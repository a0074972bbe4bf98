/**
 * Logistic stacking: miners' log odds of three events, weighted by shares that all three have in common, plus one intercept per
 * event (42-profile-2025-10 §6). The order of every sum is part of the result, since projected gradient descent with steps this
 * long amplifies a last bit: log odds are added miner by miner, losses in NumPy's order over rows × 3, gradients row by row. The
 * exponent of a sigmoid is held within [−708, 709].
 */
export interface SimplexStackKernel {
  /** Runs `use` with the loss of a fit; `hitWeights`: one per event. */
  withStackLoss<T>(problem: StackProblem, hitWeights: Float64Array, use: (loss: StackLoss) => T): T;
  /**
   * For each miner: max(0, L_h − L), L the plain weighted cross entropy (probabilities clipped to [eps, 1 − eps], no hit weights)
   * and L_h the same with the miner's part taken away and the rest divided by 1 − share. 0 for a miner with (next to) no share or all
   * of it: within 1e-12.
   */
  stackRemovals(problem: StackProblem, shares: Float64Array, intercepts: Float64Array): Float64Array;
}

export const STACK_EVENTS = 3;

export interface StackProblem {
  /** miners × 3 × rows: one plane of rows per miner and event. */
  readonly logits: Float64Array;
  /** Bit j of a row is set when event j came true. */
  readonly hits: Uint8Array;
  readonly weights: Float64Array;
  readonly eps: number;
}

export interface StackLoss {
  /**
   * Σ weights·c·(−ln q) with q the probability of what came true, clipped to [eps, 1], and c = hitWeights[event] where the event
   * came true, else 1. Infinity as soon as it is sure to be larger than `bound`.
   */
  value(shares: Float64Array, intercepts: Float64Array, bound: number): number;
  /** Writes the gradient at the arguments of the last call of `value`, which must not have given up at its bound. */
  gradient(shares: Float64Array, intercepts: Float64Array): void;
}
