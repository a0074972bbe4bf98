// The kernel's logistic regressions as exported functions: raw pointers in, a status out.

import { alloc, mark, release } from "../arena";
import { Design } from "./design";
import { Fit, Solver } from "./fit";
import { Member } from "./member";
import { ProximalNewton } from "./proximalNewton";
import { fitStochastic } from "./stochastic";
import { weigh } from "./weighting";

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
  let status: Status;
  if (solver == Solver.SAGA) {
    const both = single
      ? fitStochastic<f32>(
          x,
          rows,
          cols,
          y,
          weights,
          C,
          tolerance,
          maxIterations,
          balanced,
          intercept,
          l1Ratio,
          seed,
          out,
        )
      : fitStochastic<f64>(
          x,
          rows,
          cols,
          y,
          weights,
          C,
          tolerance,
          maxIterations,
          balanced,
          intercept,
          l1Ratio,
          seed,
          out,
        );
    status = both ? Status.DONE : Status.ONE_CLASS;
  } else {
    const design = Design.pack(x, single, rows, cols, y, weights, 1);
    status =
      solver == Solver.CD || solver == Solver.IRLS
        ? fitToOptimum(design, weights, C, maxIterations, balanced, intercept, solver == Solver.CD ? l1Ratio : 0, out)
        : fitAlongPath(design, weights, solver, C, tolerance, maxIterations, balanced, intercept, out);
  }
  release(level);
  if (status != Status.DONE) return status;
  return allFinite(out, false, cols + 1) ? Status.DONE : Status.NOT_FINITE;
}

function fitAlongPath(
  design: Design,
  weights: usize,
  solver: Solver,
  C: f64,
  tolerance: f64,
  maxIterations: i32,
  balanced: bool,
  intercept: bool,
  out: usize,
): Status {
  const fit = Fit.create(design, solver, intercept, tolerance, maxIterations);
  if (!fit.weigh(design, weights, 0, C, balanced)) return Status.ONE_CLASS;
  fit.start(tolerance, maxIterations);
  const list = alloc(16);
  store<usize>(list, changetype<usize>(fit));
  Fit.run(design, list, list + 8, 1);
  deliver(out, design.cols, fit.solution, fit.iterations, fit.converged);
  return Status.DONE;
}

function fitToOptimum(
  design: Design,
  weights: usize,
  C: f64,
  maxIterations: i32,
  balanced: bool,
  intercept: bool,
  l1Ratio: f64,
  out: usize,
): Status {
  const member = Member.create(design, true);
  if (!weigh(member, design, weights, 0, C, balanced)) return Status.ONE_CLASS;
  const newton = ProximalNewton.create(design, member, l1Ratio, intercept);
  newton.run(maxIterations);
  deliver(out, design.cols, newton.point, newton.iterations, newton.converged);
  return Status.DONE;
}

function deliver(out: usize, cols: i32, solution: usize, iterations: i32, converged: bool): void {
  const bytes = (<usize>(cols + 1)) << 3;
  memory.copy(out, solution, bytes);
  store<f64>(out + bytes, <f64>iterations);
  store<f64>(out + bytes, <f64>converged, 8);
}
