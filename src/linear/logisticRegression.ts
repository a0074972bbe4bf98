import { FitError, UsageError } from "../errors.js";
import type { LogisticFit, Solver } from "../kernel/ops/linear.js";
import { withScratch } from "../kernel/wasm/memory.js";
import { openBinding } from "./binding.js";
import { type Matrix, type MatrixLike, toLabels, toMatrix, toWeights } from "./design.js";

export type Penalty = "l2" | "l1" | "elasticnet";

/** scikit-learn's names and defaults. */
export interface LogisticRegressionOptions {
  /**
   * "lbfgs" (default) and "liblinear" stop where scikit-learn 1.7.2 stops, "saga" takes its very steps. "irls" (Newton steps by
   * Cholesky) and "cd" (proximal Newton with coordinate descent) go to the optimum, whatever `tol` says.
   */
  readonly solver?: Solver;
  /** "l2" (default) for every solver; "l1" and "elasticnet" for saga and cd. */
  readonly penalty?: Penalty;
  /** Inverse strength of the penalty, above 0; default 1. */
  readonly C?: number;
  /** Default 1e-4. */
  readonly tol?: number;
  /** Default 100. */
  readonly maxIter?: number;
  /** Default true. liblinear penalises the intercept, the others do not. */
  readonly fitIntercept?: boolean;
  /** "balanced": n/(2 n_c), counted with the sample weights; or one weight per label. Default: none. */
  readonly classWeight?: "balanced" | { readonly 0: number; readonly 1: number };
  /** One per row, finite and not negative. */
  readonly sampleWeight?: ArrayLike<number>;
  /** Share of L1 in [0, 1]; needed by, and only for, penalty "elasticnet". */
  readonly l1Ratio?: number;
  /** saga's random_state, a whole number in [0, 2³²); default 0. */
  readonly seed?: number;
}

const SOLVERS: readonly Solver[] = ["lbfgs", "liblinear", "irls", "saga", "cd"];
const PENALTIES: readonly Penalty[] = ["l2", "l1", "elasticnet"];

/**
 * Binary logistic regression on dense rows.
 *
 * @param X rows × cols: `{ data, rows, cols }` with row-major data, or an array of rows; finite. A Float32Array is fitted as
 *   scikit-learn fits float32 (saga then runs in float32).
 * @param y labels 0 or 1, one per row; both must occur
 * @returns coefficients, intercept, iterations, and whether the solver's own test ended the run
 * @throws UsageError for wrong shapes or options; FitError when a label is absent or numbers are not finite
 *
 * Methods: L-BFGS-B (Byrd, Lu, Nocedal, Zhu 1995), TRON (Lin, Weng, Keerthi 2008), SAGA (Defazio, Bach, Lacoste-Julien 2014),
 * coordinate descent (Friedman, Hastie, Tibshirani 2010); the first three along the iterates of scikit-learn 1.7.2.
 */
export async function logisticRegression(
  X: MatrixLike,
  y: ArrayLike<number | boolean>,
  options: LogisticRegressionOptions = {},
): Promise<LogisticFit> {
  const x = toMatrix(X);
  const labels = toLabels(y, x.rows, "X");
  const { solver, vector } = checkOptions(options);
  const weights = weigh(labels, toWeights(options.sampleWeight, x.rows), options.classWeight, x, solver);
  const { bound, raw } = await openBinding();
  const result = withScratch(raw, (scratch) => {
    const columns = scratch.put(columnMajor(x));
    const single = x.data instanceof Float32Array;
    const [labelsAt, weightsAt] = [scratch.put(labels), scratch.put(weights)];
    return bound.fitNamed(solver, vector, columns, single, x.rows, x.cols, labelsAt, weightsAt).slice();
  });
  raw.__collect();
  const [status] = result;
  if (status === 1) throw new FitError("y needs both labels, 0 and 1, in rows of positive weight");
  if (status === 2) throw new FitError(`X or the fit of its ${x.rows} × ${x.cols} numbers is not finite`);
  if (status !== 0) throw new UsageError(`the kernel knows no solver "${solver}"`);
  const coef = result.slice(1, 1 + x.cols);
  const [intercept, iterations, converged] = result.subarray(1 + x.cols);
  return { coef, intercept, iterations, converged: converged === 1 };
}

function columnMajor({ data, rows, cols }: Matrix): Float64Array | Float32Array {
  const columns = data instanceof Float32Array ? new Float32Array(rows * cols) : new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) columns[j * rows + i] = data[i * cols + j];
  }
  return columns;
}

/** Sample weights times given class weights; "balanced" is left to the kernel. */
function weigh(
  labels: Uint8Array,
  weights: Float64Array | null,
  classWeight: LogisticRegressionOptions["classWeight"],
  x: Matrix,
  solver: Solver,
): Float64Array | null {
  if (classWeight === undefined || classWeight === "balanced") return weights;
  const pair = [classWeight[0], classWeight[1]];
  for (const [label, weight] of pair.entries()) {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new UsageError(`classWeight of label ${label} is ${weight}; weights are finite and not negative`);
    }
  }
  // saga on float32 rounds the sample weights before it multiplies
  const round = solver === "saga" && x.data instanceof Float32Array ? Math.fround : (value: number) => value;
  return Float64Array.from(labels, (label, i) => round(weights === null ? 1 : weights[i]) * pair[label]);
}

function checkOptions(options: LogisticRegressionOptions): { solver: Solver; vector: Float64Array } {
  const { solver = "lbfgs", C = 1, tol = 1e-4, maxIter = 100, classWeight, fitIntercept = true, seed = 0 } = options;
  if (!SOLVERS.includes(solver)) throw new UsageError(`unknown solver "${solver}"; use ${SOLVERS.join(", ")}`);
  if (!(C > 0 && C < Number.POSITIVE_INFINITY)) throw new UsageError(`C is ${C}; it must be finite and above 0`);
  if (!(tol > 0)) throw new UsageError(`tol is ${tol}; it must be above 0`);
  if (!(Number.isInteger(maxIter) && maxIter > 0 && maxIter < 2 ** 31)) {
    throw new UsageError(`maxIter is ${maxIter}; it must be a whole number above 0`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new UsageError(`seed is ${seed}; it must be a whole number from 0 to 4294967295`);
  }
  if (typeof classWeight === "string" && classWeight !== "balanced") {
    throw new UsageError(`unknown classWeight "${classWeight}"; use "balanced" or { 0: weight, 1: weight }`);
  }
  const l1Ratio = shareOfL1(options, solver);
  const vector = Float64Array.of(
    C,
    tol,
    maxIter,
    Number(classWeight === "balanced"),
    Number(fitIntercept),
    l1Ratio,
    seed,
  );
  return { solver, vector };
}

function shareOfL1({ penalty = "l2", l1Ratio }: LogisticRegressionOptions, solver: Solver): number {
  if (!PENALTIES.includes(penalty)) throw new UsageError(`unknown penalty "${penalty}"; use ${PENALTIES.join(", ")}`);
  if (penalty !== "l2" && solver !== "saga" && solver !== "cd") {
    throw new UsageError(`solver ${solver} takes penalty l2 only, not ${penalty}; use saga or cd`);
  }
  if (penalty !== "elasticnet") {
    if (l1Ratio !== undefined) throw new UsageError(`l1Ratio goes with penalty elasticnet, not with ${penalty}`);
    return penalty === "l1" ? 1 : 0;
  }
  if (l1Ratio === undefined || !(l1Ratio >= 0 && l1Ratio <= 1)) {
    throw new UsageError(`penalty elasticnet needs an l1Ratio from 0 to 1, not ${l1Ratio}`);
  }
  return l1Ratio;
}
