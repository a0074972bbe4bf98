// The fit as bindings call it (as-bind): the solver's name, the options and the result are native values, while the design,
// the labels and the weights lie in kernel memory as raw columns.

import { alloc, mark, release } from "../arena";
import { Solver } from "./fit";
import { fitLogistic } from "./logistic";

/** Returned instead of a status when no solver has that name. */
const UNKNOWN_SOLVER: f64 = -1;

function solverNamed(name: string): i32 {
  if (name == "lbfgs") return Solver.LBFGS;
  if (name == "liblinear") return Solver.LIBLINEAR;
  if (name == "irls") return Solver.IRLS;
  if (name == "saga") return Solver.SAGA;
  if (name == "cd") return Solver.CD;
  return -1;
}

/**
 * `options`: C, tol, maxIter, balanced, fitIntercept, l1Ratio, seed. Pointers as in fitLogistic. Gives the status, the
 * coefficients, the intercept, the iterations and 1 if converged.
 */
export function fitNamed(
  solver: string,
  options: Float64Array,
  x: usize,
  single: bool,
  rows: i32,
  cols: i32,
  y: usize,
  weights: usize,
): Float64Array {
  const result = new Float64Array(cols + 4);
  const kind = solverNamed(solver);
  if (kind < 0) {
    result[0] = UNKNOWN_SOLVER;
    return result;
  }
  const level = mark();
  const out = alloc((<usize>(cols + 3)) << 3);
  const status = fitLogistic(
    x,
    single,
    rows,
    cols,
    y,
    weights,
    kind,
    options[0],
    options[1],
    <i32>options[2],
    options[3] != 0,
    options[4] != 0,
    options[5],
    <u32>options[6],
    out,
  );
  result[0] = <f64>status;
  for (let k = 0; k < cols + 3; k++) result[k + 1] = load<f64>(out + ((<usize>k) << 3));
  release(level);
  return result;
}
