// The kernel's logistic regressions as exported functions: raw pointers in, a status out.

import { alloc, mark, release } from "../arena";
import { Design } from "./design";
import { Fit, Solver } from "./fit";

/** What the exported fits return. */
export enum Status {
  DONE,
  ONE_CLASS,
  NOT_FINITE,
}

/** True when the float32 or float64 numbers are all finite. */
export function allFinite(x: usize, single: bool, size: i32): bool {
  let bad: f64 = 0;
  if (single) {
    for (let end = x + ((<usize>size) << 2); x < end; x += 4) bad += <f64>(load<f32>(x) - load<f32>(x));
  } else {
    for (let end = x + ((<usize>size) << 3); x < end; x += 8) bad += load<f64>(x) - load<f64>(x);
  }
  return bad == 0;
}

/**
 * One fit. `x`: rows × cols column-major, float32 if `single`; `y`: bytes 0 or 1; `weights`: float64 per row or 0;
 * `out`: cols coefficients, intercept, iterations, 1 if converged, all float64.
 */
export function fitLogistic(
  x: usize,
  single: bool,
  rows: i32,
  cols: i32,
  y: usize,
  weights: usize,
  solver: Solver,
  C: f64,
  tolerance: f64,
  maxIterations: i32,
  balanced: bool,
  intercept: bool,
  l1Ratio: f64,
  seed: u32,
  out: usize,
): Status {
  if (!allFinite(x, single, rows * cols)) return Status.NOT_FINITE;
  if (weights != 0 && !allFinite(weights, false, rows)) return Status.NOT_FINITE;
  const level = mark();
  const status = fitPenalised(
    x,
    single,
    rows,
    cols,
    y,
    weights,
    solver,
    C,
    tolerance,
    maxIterations,
    balanced,
    intercept,
    out,
  );
  release(level);
  return status;
}

function fitPenalised(
  x: usize,
  single: bool,
  rows: i32,
  cols: i32,
  y: usize,
  weights: usize,
  solver: Solver,
  C: f64,
  tolerance: f64,
  maxIterations: i32,
  balanced: bool,
  intercept: bool,
  out: usize,
): Status {
  const design = Design.pack(x, single, rows, cols, y, weights, 1);
  const fit = Fit.create(design, solver, intercept, tolerance, maxIterations);
  if (!fit.weigh(design, weights, 0, C, balanced)) return Status.ONE_CLASS;
  fit.start(tolerance, maxIterations);
  const list = alloc(16);
  store<usize>(list, changetype<usize>(fit));
  Fit.run(design, list, list + 8, 1);
  if (!fit.finite()) return Status.NOT_FINITE;
  memory.copy(out, fit.solution, (<usize>(cols + 1)) << 3);
  const end = out + ((<usize>(cols + 1)) << 3);
  store<f64>(end, <f64>fit.iterations);
  store<f64>(end, <f64>fit.converged, 8);
  return Status.DONE;
}
