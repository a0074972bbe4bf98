/** LinearKernel over the compiled kernel: copies the design in, calls, copies the fit out. */
import { FitError, UsageError } from "../../errors.js";
import type { BootstrapFits, Dense, LinearKernel, LogisticFit, LogisticOptions, Solver } from "../ops/linear.js";
import { type KernelExports, type Scratch, withScratch } from "./memory.js";

/** The order of enum Solver in assembly/linear/fit.ts. */
const SOLVERS: readonly Solver[] = ["lbfgs", "liblinear", "irls", "saga", "cd"];

/** The order of enum Status in assembly/linear/logistic.ts. */
export function checkStatus(status: number, x: Dense): void {
  if (status === 1) throw new FitError(`a fit of ${x.rows} rows needs both labels, 0 and 1, with positive weight`);
  if (status === 2) throw new FitError(`a fit of ${x.rows} × ${x.cols} met numbers that are not finite`);
}

function checkShapes(x: Dense, y: Uint8Array, weights: Float64Array | null): void {
  if (x.values.length !== x.rows * x.cols) {
    throw new UsageError(`a design of ${x.rows} × ${x.cols} needs ${x.rows * x.cols} values, not ${x.values.length}`);
  }
  if (y.length !== x.rows) throw new UsageError(`a design of ${x.rows} rows needs as many labels, not ${y.length}`);
  if (weights !== null && weights.length !== x.rows) {
    throw new UsageError(`a design of ${x.rows} rows needs as many weights, not ${weights.length}`);
  }
}

/** The arguments that fitLogistic and bootstrapLogistic of the kernel share. */
function commonArguments(
  scratch: Scratch,
  x: Dense,
  y: Uint8Array,
  weights: Float64Array | null,
  options: LogisticOptions,
): number[] {
  return [
    scratch.put(x.values),
    Number(x.values instanceof Float32Array),
    x.rows,
    x.cols,
    scratch.put(y),
    scratch.put(weights),
    SOLVERS.indexOf(options.solver),
    options.C,
    options.tol,
    options.maxIter,
    Number(options.balanced),
    Number(options.fitIntercept ?? true),
  ];
}

export function linearOps(exports: KernelExports): LinearKernel {
  return {
    fitLogistic(x, y, weights, options): LogisticFit {
      checkShapes(x, y, weights);
      return withScratch(exports, (scratch) => {
        const common = commonArguments(scratch, x, y, weights, options);
        const out = scratch.room((x.cols + 3) * 8);
        checkStatus(exports.fitLogistic!(...common, options.l1Ratio ?? 0, options.seed ?? 0, out), x);
        const result = scratch.float64(out, x.cols + 3);
        return {
          coef: result.slice(0, x.cols),
          intercept: result[x.cols]!,
          iterations: result[x.cols + 1]!,
          converged: result[x.cols + 2] === 1,
        };
      });
    },

    bootstrapLogistic(x, y, weights, options): BootstrapFits {
      checkShapes(x, y, weights);
      const { solver, from, to, block, bootstrapSeed } = options;
      if (solver !== "lbfgs" && solver !== "liblinear") {
        throw new UsageError(`bootstraps take the solvers lbfgs and liblinear, not ${solver}`);
      }
      if (!(block >= 1 && block <= x.rows)) {
        throw new UsageError(`a block of ${block} rows cannot be drawn from ${x.rows}`);
      }
      const replicates = Math.max(0, to - from);
      return withScratch(exports, (scratch) => {
        const common = commonArguments(scratch, x, y, weights, options);
        const coef = scratch.room(replicates * x.cols * 8);
        const intercepts = scratch.room(replicates * 8);
        const iterations = scratch.room(replicates * 4);
        const kept = scratch.room(replicates);
        const draws = [from, from + replicates, block, bootstrapSeed];
        checkStatus(exports.bootstrapLogistic!(...common, ...draws, coef, intercepts, iterations, kept), x);
        return {
          coef: scratch.float64(coef, replicates * x.cols),
          intercept: scratch.float64(intercepts, replicates),
          iterations: scratch.int32(iterations, replicates),
          kept: scratch.uint8(kept, replicates),
        };
      });
    },
  };
}
