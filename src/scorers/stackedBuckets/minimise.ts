/**
 * L-BFGS (Nocedal 1980) with a backtracking line search that asks for sufficient decrease only (Armijo 1966), as the challenge first
 * had it (42-profile-2025-10 §3). The limits of the search matter: few of its runs reach the minimum.
 */
import { addScaled, dot, norm } from "../../kernel/js/vector.js";
import type { Objective } from "../../kernel/ops/opinionPool.js";

const MEMORY = 10;
const GRADIENT_TOLERANCE = 1e-6;
const DECREASE = 1e-4;
const LEAST_STEP = 1e-10;
const LEAST_CURVATURE = 1e-12;
const DAMPING = 1e-12;

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  /** A search that found no step counts. */
  readonly iterations: number;
  readonly gradientNorm: number;
}

interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Change of position and of gradient, and the reciprocal of their product. */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

export function minimise(objective: Objective, start: Float64Array, maxIterations = 200): Minimum {
  let at = evaluate(objective, start);
  let pairs: Pair[] = [];
  let iterations = 0;
  while (iterations < maxIterations) {
    iterations++;
    const next = search(objective, at, pairs);
    if (!next) break;
    const s = next.x.map((value, i) => value - at.x[i]);
    const y = next.gradient.map((value, i) => value - at.gradient[i]);
    const curvature = dot(y, s);
    if (curvature > LEAST_CURVATURE) pairs = [...pairs.slice(1 - MEMORY), { s, y, rho: 1 / curvature }];
    at = next;
    if (norm(at.gradient) < GRADIENT_TOLERANCE) break;
  }
  return { x: at.x, value: at.value, iterations, gradientNorm: norm(at.gradient) };
}

function evaluate(objective: Objective, x: Float64Array): Point {
  const gradient = new Float64Array(x.length);
  const value = objective(x, gradient);
  return { x, value, gradient };
}

/** The first of the steps 1, 1/2, 1/4, .. along the quasi-Newton direction with sufficient decrease. A NaN value is none. */
function search(objective: Objective, at: Point, pairs: readonly Pair[]): Point | undefined {
  let direction = quasiNewton(at.gradient, pairs).map((value) => -value);
  let slope = dot(at.gradient, direction);
  if (slope >= 0) {
    direction = at.gradient.map((value) => -value);
    slope = -dot(at.gradient, at.gradient);
  }
  for (let step = 1; step >= LEAST_STEP; step /= 2) {
    const next = evaluate(
      objective,
      at.x.map((value, i) => value + step * direction[i]),
    );
    if (next.value <= at.value + DECREASE * step * slope) return next;
  }
  return undefined;
}

/** Approximate inverse Hessian times the gradient: the two-loop recursion. */
function quasiNewton(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const factors: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const factor = rho * dot(s, q);
    factors.push(factor);
    addScaled(q, -factor, y);
  }
  const newest = pairs.at(-1);
  const scale = newest ? dot(newest.y, newest.s) / (dot(newest.y, newest.y) + DAMPING) : 1;
  const r = q.map((value) => value * scale);
  for (const { s, y, rho } of pairs) addScaled(r, factors.pop()! - rho * dot(y, r), s);
  return r;
}
