// Block bootstraps of a logistic regression (Künsch 1989): replicate b draws n div block starts with
// default_rng(seed + b).integers(0, n − block + 1) and takes `block` rows from each. The drawn rows are a weighting of the
// unique rows by how many blocks cover them, so all replicates share one packed design and advance together.

import { alloc, mark, release } from "../arena";
import { Pcg64 } from "../random/pcg64";
import { Design } from "./design";
import { Fit, Solver } from "./fit";
import { Hessian } from "./hessian";
import { allFinite, Status } from "./logistic";

/** multiplicities (i32 per row) ← how often the blocks of the replicate cover each row. */
function drawBlocks(seed: u64, rows: i32, block: i32, multiplicities: usize): void {
  const level = mark();
  const generator = Pcg64.create(seed);
  const changes = allocZeroedWords(rows + 1);
  for (let k = rows / block; k > 0; k--) {
    const start = changes + ((<usize>generator.below(<u32>(rows - block + 1))) << 2);
    store<i32>(start, load<i32>(start) + 1);
    const end = start + ((<usize>block) << 2);
    store<i32>(end, load<i32>(end) - 1);
  }
  let covering = 0;
  for (let i = 0; i < rows; i++) {
    covering += load<i32>(changes + ((<usize>i) << 2));
    store<i32>(multiplicities + ((<usize>i) << 2), covering);
  }
  release(level);
}

function allocZeroedWords(count: i32): usize {
  const words = alloc((<usize>count) << 2);
  memory.fill(words, 0, (<usize>count) << 2);
  return words;
}

/**
 * Replicates from ≤ b < to of a fit with solver LIBLINEAR or LBFGS; other arguments as fitLogistic. `firstSeed`: the seed of
 * replicate 0. Outputs, one row per replicate: `coef` float64 × cols, `intercepts` float64, `iterations` i32, `kept` bytes.
 * A replicate that drew one class only is not kept and leaves zeros.
 */
export function bootstrapLogistic(
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
  from: i32,
  to: i32,
  block: i32,
  firstSeed: f64,
  coef: usize,
  intercepts: usize,
  iterations: usize,
  kept: usize,
): Status {
  if (!allFinite(x, single, rows * cols)) return Status.NOT_FINITE;
  if (weights != 0 && !allFinite(weights, false, rows)) return Status.NOT_FINITE;
  const level = mark();
  const replicates = to - from;
  const design = Design.pack(x, single, rows, cols, y, weights, replicates);
  const multiplicities = alloc((<usize>rows) << 2);
  const fits = alloc((<usize>replicates) << 2);
  const members = alloc((<usize>replicates) << 2);
  const forms = solver == Solver.LIBLINEAR && cols <= Hessian.MOST_COLUMNS;
  const scaled = forms ? alloc((<usize>(design.block * (cols + 1))) << 3) : 0;
  for (let r = 0; r < replicates; r++) {
    const fit = Fit.create(design, solver, intercept, tolerance, maxIterations);
    store<usize>(fits + ((<usize>r) << 2), changetype<usize>(fit));
    if (forms) fit.formHessian(design, scaled);
    drawBlocks(<u64>firstSeed + <u64>(from + r), rows, block, multiplicities);
    const usable = fit.weigh(design, weights, multiplicities, C, balanced);
    store<u8>(kept + r, <u8>usable);
    if (usable) fit.start(tolerance, maxIterations);
  }
  Fit.run(design, fits, members, replicates);
  memory.fill(coef, 0, (<usize>(replicates * cols)) << 3);
  memory.fill(intercepts, 0, (<usize>replicates) << 3);
  memory.fill(iterations, 0, (<usize>replicates) << 2);
  let status = Status.DONE;
  for (let r = 0; r < replicates; r++) {
    if (load<u8>(kept + r) == 0) continue;
    const fit = changetype<Fit>(load<usize>(fits + ((<usize>r) << 2)));
    if (!fit.finite()) status = Status.NOT_FINITE;
    memory.copy(coef + ((<usize>(r * cols)) << 3), fit.solution, (<usize>cols) << 3);
    store<f64>(intercepts + ((<usize>r) << 3), load<f64>(fit.solution + ((<usize>cols) << 3)));
    store<i32>(iterations + ((<usize>r) << 2), fit.iterations);
  }
  release(level);
  return status;
}
