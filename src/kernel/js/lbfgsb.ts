import { lineSearch } from "./lineSearch.js";
import { addScaled, dot, maxAbs, norm } from "./vector.js";

/** Pairs of (step, change of gradient) remembered. */
const MEMORY = 10;
const EPSILON = 2 ** -52;
const RELATIVE_DECREASE = 64 * EPSILON;
const LARGEST_STEP = 1e10;

export interface Minimum {
  readonly x: Float64Array;
  readonly iterations: number;
  /** False when it stopped at maxIter or where no step descends. */
  readonly converged: boolean;
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** H·g by the two-loop recursion (Nocedal 1980) with H0 = I/theta. */
function quasiNewton(g: Float64Array, pairs: readonly Pair[], theta: number): Float64Array {
  const q = g.slice();
  if (pairs.length === 0) return q;
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    alphas[k] = pairs[k].rho * dot(pairs[k].s, q);
    addScaled(q, -alphas[k], pairs[k].y);
  }
  for (let i = 0; i < q.length; i++) q[i] /= theta;
  for (let k = 0; k < pairs.length; k++) {
    const beta = pairs[k].rho * dot(pairs[k].y, q);
    addScaled(q, alphas[k] - beta, pairs[k].s);
  }
  return q;
}

/**
 * Minimises a smooth function without bounds along the iterates of L-BFGS-B 3.0 (Byrd, Lu, Nocedal, Zhu 1995; scipy
 * 1.15.3), from x0 (10-numerics §2.2). `objective` returns the value at x and writes the gradient. Stops when no gradient
 * component exceeds `tol`, when the value hardly falls, or after `maxIter` steps.
 */
export function minimize(
  objective: (x: Float64Array, gradient: Float64Array) => number,
  x0: Float64Array,
  tol: number,
  maxIter: number,
): Minimum {
  const n = x0.length;
  let x = x0.slice();
  let g = new Float64Array(n);
  let f = objective(x, g);
  let iterations = 0;
  let pairs: Pair[] = [];
  let theta = 1;
  if (maxAbs(g) <= tol) return { x, iterations, converged: true };
  for (;;) {
    const origin = x;
    const gradientBefore = g;
    const z = new Float64Array(n);
    const d = new Float64Array(n);
    const q = quasiNewton(g, pairs, theta);
    for (let i = 0; i < n; i++) {
      z[i] = origin[i] - q[i];
      d[i] = z[i] - origin[i];
    }
    const start = { step: 0, value: f, slope: dot(g, d) };
    const first = iterations === 0 ? Math.min(1 / norm(d), LARGEST_STEP) : 1;
    const accepted =
      start.slope < 0
        ? lineSearch(start, first, (t) => {
            if (t === 1) x = z.slice();
            else x = d.map((di, i) => t * di + origin[i]);
            g = new Float64Array(n);
            const value = objective(x, g);
            return { value, slope: dot(g, d) };
          })
        : null;
    if (accepted === null) {
      x = origin;
      g = gradientBefore;
      if (pairs.length === 0) return { x, iterations, converged: false };
      pairs = [];
      theta = 1;
      continue;
    }
    f = accepted.value;
    iterations++;
    if (iterations >= maxIter) return { x, iterations, converged: maxAbs(g) <= tol };
    if (maxAbs(g) <= tol) return { x, iterations, converged: true };
    const scale = Math.max(Math.abs(start.value), Math.abs(f), 1);
    if (start.value - f <= RELATIVE_DECREASE * scale) return { x, iterations, converged: true };

    const t = accepted.step;
    const y = g.map((gi, i) => gi - gradientBefore[i]);
    const s = t === 1 ? d : d.map((di) => t * di);
    const curvature = t === 1 ? accepted.slope - start.slope : (accepted.slope - start.slope) * t;
    const descent = t === 1 ? -start.slope : -start.slope * t;
    if (curvature <= EPSILON * descent) continue;
    pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > MEMORY) pairs.shift();
    const length = norm(y);
    theta = (length * length) / curvature;
  }
}
