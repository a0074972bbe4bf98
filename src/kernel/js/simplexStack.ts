import { sum64 } from "../../numeric/sums.js";
import { type SimplexStackKernel, STACK_EVENTS, type StackLoss, type StackProblem } from "../ops/simplexStack.js";
import { exp, log } from "./elementary.js";

/** Rows between two looks at the bound. */
const BLOCK = 64;
/** More than rounding can add to a sum of losses. */
const ROUNDING = 1.000001;
const LEAST_SHARE = 1e-12;

const sigmoid = (x: number): number => 1 / (1 + exp(Math.min(Math.max(-x, -708), 709)));

class Stack {
  readonly rows: number;
  readonly miners: number;
  /** rows × 3, row-major, as are the others. */
  readonly pooled: Float64Array;
  readonly terms: Float64Array;

  constructor(readonly problem: StackProblem) {
    this.rows = problem.weights.length;
    this.miners = this.rows === 0 ? 0 : problem.logits.length / (STACK_EVENTS * this.rows);
    this.pooled = new Float64Array(STACK_EVENTS * this.rows);
    this.terms = new Float64Array(STACK_EVENTS * this.rows);
  }

  outcome(i: number, event: number): number {
    return (this.problem.hits[i] >> event) & 1;
  }

  logit(miner: number, event: number, i: number): number {
    return this.problem.logits[(miner * STACK_EVENTS + event) * this.rows + i];
  }

  /** Σ share · log odds for rows [from, to). */
  pool(shares: Float64Array, from: number, to: number): void {
    const { pooled, rows } = this;
    const { logits } = this.problem;
    pooled.fill(0, STACK_EVENTS * from, STACK_EVENTS * to);
    for (let h = 0; h < this.miners; h++) {
      const share = shares[h];
      if (share === 0) continue;
      for (let j = 0; j < STACK_EVENTS; j++) {
        const plane = (h * STACK_EVENTS + j) * rows;
        for (let i = from; i < to; i++) pooled[STACK_EVENTS * i + j] += share * logits[plane + i];
      }
    }
  }
}

class Loss implements StackLoss {
  private readonly stack: Stack;
  /** Probabilities of the last evaluation. */
  private readonly chances: Float64Array;

  constructor(
    private readonly problem: StackProblem,
    private readonly hitWeights: Float64Array,
  ) {
    this.stack = new Stack(problem);
    this.chances = new Float64Array(this.stack.terms.length);
  }

  value(shares: Float64Array, intercepts: Float64Array, bound: number): number {
    const { stack, problem, chances } = this;
    if (this.exceeds(shares, intercepts, bound * ROUNDING)) return Number.POSITIVE_INFINITY;
    let partial = 0;
    for (let from = 0; from < stack.rows; from += BLOCK) {
      const to = Math.min(from + BLOCK, stack.rows);
      for (let i = from; i < to; i++) {
        for (let j = 0; j < STACK_EVENTS; j++) {
          const at = STACK_EVENTS * i + j;
          const p = sigmoid(stack.pooled[at] + intercepts[j]);
          chances[at] = p;
          const q = stack.outcome(i, j) ? p : 1 - p;
          stack.terms[at] = this.factor(i, j) * -log(Math.min(Math.max(q, problem.eps), 1)) * problem.weights[i];
          partial += stack.terms[at];
        }
      }
      if (partial > bound * ROUNDING) return Number.POSITIVE_INFINITY;
    }
    return sum64(stack.terms);
  }

  gradient(shares: Float64Array, intercepts: Float64Array): void {
    const { stack, problem, chances } = this;
    shares.fill(0);
    intercepts.fill(0);
    const residuals = new Float64Array(STACK_EVENTS);
    for (let i = 0; i < stack.rows; i++) {
      for (let j = 0; j < STACK_EVENTS; j++) {
        const gap = chances[STACK_EVENTS * i + j] - stack.outcome(i, j);
        residuals[j] = gap * this.factor(i, j) * problem.weights[i];
        intercepts[j] += residuals[j];
      }
      for (let h = 0; h < stack.miners; h++) {
        const outer = residuals[0] * stack.logit(h, 0, i) + residuals[2] * stack.logit(h, 2, i);
        shares[h] += outer + residuals[1] * stack.logit(h, 1, i);
      }
    }
  }

  /**
   * Pools the log odds, and says whether less than the loss already exceeds the limit: −ln q = ln(1 + e^u) is at least 0, u and
   * ln 2 + u/2. Most steps of a search fail here, before any exponential.
   */
  private exceeds(shares: Float64Array, intercepts: Float64Array, limit: number): boolean {
    const { stack, problem } = this;
    const most = -log(problem.eps);
    let least = 0;
    for (let from = 0; from < stack.rows; from += BLOCK) {
      const to = Math.min(from + BLOCK, stack.rows);
      stack.pool(shares, from, to);
      for (let i = from; i < to; i++) {
        for (let j = 0; j < STACK_EVENTS; j++) {
          const x = stack.pooled[STACK_EVENTS * i + j] + intercepts[j];
          const u = stack.outcome(i, j) ? -x : x;
          // biome-ignore lint/suspicious/noApproximativeNumericConstant: a little below ln 2, to stay a lower bound
          const surprise = Math.min(Math.max(0, u, 0.693147 + 0.5 * u), most);
          least += this.factor(i, j) * problem.weights[i] * surprise;
        }
      }
      if (least > limit) return true;
    }
    return false;
  }

  private factor(i: number, event: number): number {
    return this.stack.outcome(i, event) ? this.hitWeights[event] : 1;
  }
}

/** Weighted cross entropy with the part `share · log odds` of a miner taken away. */
function lossWithout(stack: Stack, miner: number, share: number, intercepts: Float64Array): number {
  const { weights, eps } = stack.problem;
  for (let i = 0; i < stack.rows; i++) {
    for (let j = 0; j < STACK_EVENTS; j++) {
      const at = STACK_EVENTS * i + j;
      const without = (stack.pooled[at] - share * stack.logit(miner, j, i)) / (1 - share);
      const p = Math.min(Math.max(sigmoid(without + intercepts[j]), eps), 1 - eps);
      stack.terms[at] = weights[i] * -log(stack.outcome(i, j) ? p : 1 - p);
    }
  }
  return sum64(stack.terms);
}

function stackRemovals(problem: StackProblem, shares: Float64Array, intercepts: Float64Array): Float64Array {
  const stack = new Stack(problem);
  const losses = new Float64Array(stack.miners);
  if (stack.miners === 0) return losses;
  stack.pool(shares, 0, stack.rows);
  const whole = lossWithout(stack, 0, 0, intercepts);
  for (let h = 0; h < stack.miners; h++) {
    if (!(shares[h] > LEAST_SHARE && shares[h] < 1 - LEAST_SHARE)) continue;
    losses[h] = Math.max(0, lossWithout(stack, h, shares[h], intercepts) - whole);
  }
  return losses;
}

export function simplexStackOps(): SimplexStackKernel {
  return {
    withStackLoss: (problem, hitWeights, use) => use(new Loss(problem, hitWeights)),
    stackRemovals,
  };
}
