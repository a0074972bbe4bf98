import { FitError } from "../../errors.js";
import type { Dense, LogisticFit, LogisticOptions } from "../ops/linear.js";
import { classWeights, effectiveWeights } from "./classWeights.js";
import { ElasticNetProblem } from "./coordinateDescent.js";
import { Design } from "./design.js";
import { minimize } from "./lbfgsb.js";
import { LogisticLoss } from "./logisticLoss.js";
import { newtonCholesky } from "./newton.js";
import { saga } from "./saga.js";
import { tron } from "./tron.js";

/** Rows to fit, a row standing for `multiplicities[i]` equal ones whose weights are summed in `weights`; null means ones. */
export interface Sample {
  readonly design: Design;
  readonly y: Uint8Array;
  readonly weights: Float64Array | null;
  readonly multiplicities: Float64Array | null;
}

type DesignSolver = (sample: Sample, options: LogisticOptions) => LogisticFit;

/** Splits (w_1..w_p, b) into coefficients and intercept. */
function toFit(v: Float64Array, cols: number, iterations: number, converged: boolean): LogisticFit {
  if (!v.every(Number.isFinite))
    throw new FitError("the fit diverged: a coefficient is not finite; scale the features");
  return { coef: v.slice(0, cols), intercept: v.length > cols ? v[cols] : 0, iterations, converged };
}

const fitLbfgs: DesignSolver = ({ design, y, weights }, options) => {
  const effective = effectiveWeights({ y, weights }, options.balanced);
  const loss = new LogisticLoss(design, y, effective, options.C, options.fitIntercept ?? true);
  const objective = (v: Float64Array, gradient: Float64Array): number => loss.evaluate(v, gradient);
  const found = minimize(objective, new Float64Array(loss.parameters), options.tol, options.maxIter);
  return toFit(found.x, design.cols, found.iterations, found.converged);
};

const fitNewton: DesignSolver = ({ design, y, weights }, options) => {
  const effective = effectiveWeights({ y, weights }, options.balanced);
  const loss = new LogisticLoss(design, y, effective, options.C, options.fitIntercept ?? true);
  const found = newtonCholesky(loss, options.tol, options.maxIter);
  return toFit(found.x, design.cols, found.iterations, found.converged);
};

const fitCoordinateDescent: DesignSolver = ({ design, y, weights }, options) => {
  const effective = effectiveWeights({ y, weights }, options.balanced);
  const found = new ElasticNetProblem(design, y, effective, options).solve(options.tol, options.maxIter);
  return toFit(found.v, design.cols, found.iterations, found.converged);
};

/** liblinear drops rows without weight and puts the rows of the smaller label first. */
const fitLiblinear: DesignSolver = ({ design, y, weights, multiplicities }, options) => {
  const perClass = classWeights({ y, weights }, options.balanced);
  const order = new Int32Array(y.length);
  const costs = new Float64Array(y.length);
  const counts = [0, 0];
  let rows = 0;
  for (let label = 0; label <= 1; label++) {
    for (let i = 0; i < y.length; i++) {
      const weight = weights?.[i] ?? 1;
      if (y[i] !== label || weight <= 0) continue;
      order[rows] = i;
      costs[rows++] = weight * (options.C * perClass[label]);
      counts[label] += multiplicities?.[i] ?? 1;
    }
  }
  const [zeros, ones] = counts;
  const listed = order.subarray(0, rows);
  const signs = Float64Array.from(listed, (i) => (y[i] === 1 ? 1 : -1));
  const tolerance = (options.tol * Math.max(Math.min(zeros, ones), 1)) / (zeros + ones);
  const bias = options.fitIntercept ?? true;
  const found = tron(
    { design: design.gather(listed), signs, costs: costs.subarray(0, rows), bias },
    tolerance,
    options.maxIter,
  );
  return toFit(found.v, design.cols, found.iterations, found.converged);
};

const solvers: Record<Exclude<LogisticOptions["solver"], "saga">, DesignSolver> = {
  lbfgs: fitLbfgs,
  liblinear: fitLiblinear,
  irls: fitNewton,
  cd: fitCoordinateDescent,
};

/** A fit of rows that may stand for several. SAGA samples rows one by one and is not offered here. */
export function fitWeighted(sample: Sample, options: LogisticOptions): LogisticFit {
  if (options.solver === "saga") throw new FitError("saga samples single rows; use lbfgs or liblinear to bootstrap");
  return solvers[options.solver](sample, options);
}

export function fitLogistic(
  x: Dense,
  y: Uint8Array,
  weights: Float64Array | null,
  options: LogisticOptions,
): LogisticFit {
  if (options.solver === "saga") return saga(x, y, weights, options);
  return fitWeighted({ design: Design.fromDense(x), y, weights, multiplicities: null }, options);
}
