/** The pieces of a binary challenge that can run on any worker: one miner's base fits, and the meta fits. */
import { FitError } from "../../errors.js";
import type { Task } from "../../kernel/executor.js";
import type { BaseFitOptions, HoldOut, RollingAucs, RollingOptions, WalkForward } from "../../kernel/ops/binary.js";
import type { Dense, LogisticFit, LogisticOptions } from "../../kernel/ops/linear.js";
import { withRoundedRidge } from "./sagaRidge.js";

/** What all base fits of a challenge share. */
export interface BaseRows {
  readonly width: number;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  readonly options: BaseFitOptions;
}

interface MinerRows extends BaseRows {
  readonly codes: Uint16Array;
}

export const holdOutTask: Task<MinerRows & { readonly split: number; readonly minEvaluate: number }, HoldOut> = {
  name: "binary.holdOut",
  run: (kernel, { codes, width, labels, weights, split, options, minEvaluate }) =>
    kernel.holdOutAuc(codes, width, labels, weights, split, { ...options, minEvaluate }),
};

interface RollingRows extends MinerRows {
  readonly windows: Int32Array;
  readonly options: RollingOptions;
}

export const rollingTask: Task<RollingRows, RollingAucs> = {
  name: "binary.rolling",
  run: (kernel, { codes, width, labels, weights, windows, options }) =>
    kernel.rollingAucs(codes, width, labels, weights, windows, options),
};

export const walkForwardTask: Task<MinerRows & { readonly windows: Int32Array }, WalkForward> = {
  name: "binary.walkForward",
  run: (kernel, { codes, width, labels, weights, windows, options }) =>
    kernel.walkForward(codes, width, labels, weights, windows, options),
};

/** The rows that the meta model sees, in order. */
export interface MetaProblem {
  /** Decision values, one column per selected miner, 0 where absent; float32, as saga needs it. */
  readonly design: Dense;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

interface MetaInput extends MetaProblem {
  readonly options: LogisticOptions;
}

/** The ElasticNet on all rows. */
export const metaTask: Task<MetaInput, LogisticFit> = {
  name: "binary.meta",
  run(kernel, { design, labels, weights, options }) {
    const acting = options.solver === "cd" ? withRoundedRidge(design, options) : options;
    return kernel.fitLogistic(design, labels, weights, acting);
  },
};

interface ReplicateInput extends MetaInput {
  /** Ascending first rows of the blocks drawn. */
  readonly starts: Uint32Array;
  readonly block: number;
}

/** The ElasticNet on blocks of rows, one after another; null where it met numbers that are not finite. */
export const replicateTask: Task<ReplicateInput, LogisticFit | null> = {
  name: "binary.metaReplicate",
  run(kernel, input) {
    const { problem, options } = input.options.solver === "cd" ? weighted(input) : repeated(input);
    try {
      return kernel.fitLogistic(problem.design, problem.labels, problem.weights, options);
    } catch (error) {
      if (error instanceof FitError) return null;
      throw error;
    }
  },
};

/** To the optimum, a row drawn twice is a row of double weight, and one not drawn has none. */
function weighted({ design, labels, weights, starts, block, options }: ReplicateInput) {
  const drawn = new Int32Array(design.rows);
  for (const start of starts) for (let i = start; i < start + block; i++) drawn[i]++;
  const problem = { design, labels, weights: weights.map((weight, i) => weight * drawn[i]) };
  return { problem, options: withRoundedRidge(design, options, drawn) };
}

/** saga draws single rows by their places, so each must stand there as often as it was drawn. */
function repeated({ design, labels, weights, starts, block, options }: ReplicateInput) {
  const rows = starts.length * block;
  const values = new Float32Array(rows * design.cols);
  const sample = { labels: new Uint8Array(rows), weights: new Float64Array(rows) };
  for (const [k, start] of starts.entries()) {
    const end = start + block;
    sample.labels.set(labels.subarray(start, end), k * block);
    sample.weights.set(weights.subarray(start, end), k * block);
    for (let c = 0; c < design.cols; c++) {
      values.set(design.values.subarray(c * design.rows + start, c * design.rows + end), c * rows + k * block);
    }
  }
  return { problem: { design: { values, rows, cols: design.cols }, ...sample }, options };
}
