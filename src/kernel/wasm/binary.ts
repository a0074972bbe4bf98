/** BinaryKernel over the compiled kernel; vectors wider than liblinear's limit take the route over lbfgs. */
import type { BinaryKernel, HoldOutWhy, WindowFits } from "../ops/binary.js";
import { LIBLINEAR_WIDTH, type WideKernel, wideBinaryOps } from "../wideBinary.js";
import { type KernelExports, withScratch } from "./memory.js";

const WHY: readonly (HoldOutWhy | null)[] = [
  null,
  "no rows before the split",
  "too few training rows",
  "one class of training labels",
  "too few evaluation rows",
  "one class of evaluation labels",
];

export function binaryOps(exports: KernelExports, kernel: WideKernel): BinaryKernel {
  const wide = wideBinaryOps(kernel);
  return {
    timeWeights(rows, halfLifeRows) {
      return withScratch(exports, (scratch) => {
        const out = scratch.room(rows * 8);
        exports.timeWeights(rows, halfLifeRows, out);
        return scratch.float64(out, rows);
      });
    },

    holdOutAuc(codes, width, labels, weights, split, options) {
      if (width > LIBLINEAR_WIDTH) return wide.holdOutAuc(codes, width, labels, weights, split, options);
      return withScratch(exports, (scratch) => {
        const out = scratch.put(new Float64Array(width + 3));
        const why = exports.holdOutAuc(
          scratch.put(codes),
          labels.length,
          width,
          scratch.put(labels),
          scratch.put(weights),
          split,
          options.C,
          options.tol,
          options.maxIter,
          options.minTrain,
          options.minEvaluate,
          out,
        );
        const values = scratch.float64(out, width + 3);
        return {
          auc: why === 0 ? values[0] : Number.NaN,
          why: WHY[why],
          iterations: values[1],
          coef: values.slice(2, 2 + width),
          intercept: values[2 + width],
        };
      });
    },

    walkForward(codes, width, labels, weights, windows, options) {
      if (width > LIBLINEAR_WIDTH) return wide.walkForward(codes, width, labels, weights, windows, options);
      const rows = labels.length;
      const count = windows.length / 3;
      return withScratch(exports, (scratch) => {
        const decision = scratch.put(new Float32Array(rows).fill(Number.NaN));
        const columns = width + 3;
        const fits = scratch.put(new Float64Array(count * columns));
        exports.walkForward(
          scratch.put(codes),
          rows,
          width,
          scratch.put(labels),
          scratch.put(weights),
          scratch.put(windows),
          count,
          options.C,
          options.tol,
          options.maxIter,
          options.minTrain,
          decision,
          fits,
        );
        return {
          decision: scratch.float32(decision, rows),
          ...readFits(scratch.float64(fits, count * columns), width),
        };
      });
    },

    rollingAucs(codes, width, labels, weights, windows, options) {
      if (width > LIBLINEAR_WIDTH) return wide.rollingAucs(codes, width, labels, weights, windows, options);
      const count = windows.length / 4;
      const periods = Math.ceil(labels.length / options.period);
      return withScratch(exports, (scratch) => {
        const aucs = scratch.put(new Float64Array(periods).fill(Number.NaN));
        const columns = width + 3;
        const fits = scratch.put(new Float64Array(count * columns));
        exports.rollingAucs(
          scratch.put(codes),
          labels.length,
          width,
          scratch.put(labels),
          scratch.put(weights),
          scratch.put(windows),
          count,
          options.C,
          options.tol,
          options.maxIter,
          options.minTrain,
          options.period,
          options.minScored,
          aucs,
          fits,
        );
        return { aucs: scratch.float64(aucs, periods), ...readFits(scratch.float64(fits, count * columns), width) };
      });
    },
  };
}

function readFits(table: Float64Array, width: number): WindowFits {
  const columns = width + 3;
  const count = table.length / columns;
  const rows = new Int32Array(count);
  const iterations = new Int32Array(count);
  const coef = new Float64Array(count * width);
  const intercept = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const fit = table.subarray(i * columns, (i + 1) * columns);
    rows[i] = fit[0];
    iterations[i] = fit[1];
    coef.set(fit.subarray(2, 2 + width), i * width);
    intercept[i] = fit[2 + width];
  }
  return { rows, iterations, coef, intercept };
}
