/** Stacking weights by projected gradient descent (42-profile-2025-10 §6 step 4). */
import { norm } from "../../kernel/js/vector.js";
import type { Kernel } from "../../kernel/kernel.js";
import { STACK_EVENTS, type StackLoss, type StackProblem } from "../../kernel/ops/simplexStack.js";
import { projectToSimplex } from "./simplex.js";

const GRADIENT_TOLERANCE = 1e-6;
const LEAST_STEP = 1e-6;

export interface StackFit {
  /** One per miner, ≥ 0, sum 1. */
  readonly shares: Float64Array;
  /** One per event. */
  readonly intercepts: Float64Array;
  readonly steps: number;
  readonly loss: number;
}

/**
 * Every step starts from length 1 again and is halved until the loss does not rise. It is normally cut off at `maxSteps`, far from the
 * minimum, so the path is part of the result. Without rows: even shares.
 */
export function fitStack(kernel: Kernel, problem: StackProblem, miners: number, maxSteps: number): StackFit {
  const start = {
    shares: new Float64Array(miners).fill(1 / miners),
    intercepts: new Float64Array(STACK_EVENTS),
    loss: 0,
  };
  if (problem.weights.length === 0) return { ...start, steps: 0 };
  return kernel.withStackLoss(problem, hitWeights(problem), (loss) => {
    const slopes = new Float64Array(miners);
    const shifts = new Float64Array(STACK_EVENTS);
    let at: Point = { ...start, loss: loss.value(start.shares, start.intercepts, Number.POSITIVE_INFINITY) };
    let steps = 0;
    while (steps < maxSteps) {
      loss.gradient(slopes, shifts);
      if (norm(slopes) < GRADIENT_TOLERANCE) break;
      const next = search(loss, at, slopes, shifts);
      if (!next) break;
      at = next;
      steps++;
    }
    return { ...at, steps };
  });
}

type Point = Pick<StackFit, "shares" | "intercepts" | "loss">;

function search(loss: StackLoss, at: Point, slopes: Float64Array, shifts: Float64Array): Point | undefined {
  for (let step = 1; step >= LEAST_STEP; step /= 2) {
    const shares = projectToSimplex(at.shares.map((share, h) => share - step * slopes[h]));
    const intercepts = at.intercepts.map((intercept, j) => intercept - step * shifts[j]);
    const value = loss.value(shares, intercepts, at.loss);
    if (value <= at.loss) return { shares, intercepts, loss: value };
  }
  return undefined;
}

/** How much more a hit counts than a miss: weighted misses over weighted hits, per event. */
function hitWeights({ hits, weights, eps }: StackProblem): Float64Array {
  return Float64Array.from({ length: STACK_EVENTS }, (_, j) => {
    let [missed, hit] = [0, 0];
    for (let i = 0; i < weights.length; i++) {
      if ((hits[i] >> j) & 1) hit += weights[i];
      else missed += weights[i];
    }
    return missed / Math.max(hit, eps);
  });
}
