/** The pieces of a binary challenge that can run on any worker: one miner's base fits, and the meta fit. */
import type { Task } from "../kernel/executor.js";
import type { BaseFitOptions, HoldOut, WalkForward } from "../kernel/ops/binary.js";
import type { LogisticFit, LogisticOptions } from "../kernel/ops/linear.js";
import type { BinaryConstants } from "../profiles/profile.js";
import { withRoundedRidge } from "./sagaRidge.js";
import type { ScoreContext } from "./scorer.js";

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

export const walkForwardTask: Task<MinerRows & { readonly windows: Int32Array }, WalkForward> = {
  name: "binary.walkForward",
  run: (kernel, { codes, width, labels, weights, windows, options }) =>
    kernel.walkForward(codes, width, labels, weights, windows, options),
};

export interface MetaInput {
  /** One column per selected miner over all rows, NaN where absent. */
  readonly decisions: readonly Float32Array[];
  /** Rows of the fit. */
  readonly kept: Int32Array;
  /** One per kept row. */
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  readonly options: LogisticOptions;
}

/** The ElasticNet over the miners' decision values; an absent one counts as 0. The design is float32, as saga needs it. */
export const metaTask: Task<MetaInput, LogisticFit> = {
  name: "binary.meta",
  run(kernel, { decisions, kept, labels, weights, options }) {
    const rows = kept.length;
    const values = new Float32Array(rows * decisions.length);
    for (const [c, column] of decisions.entries()) {
      for (let i = 0; i < rows; i++) values[c * rows + i] = column[kept[i]] || 0; // NaN is falsy
    }
    const design = { values, rows, cols: decisions.length };
    const acting = options.solver === "cd" ? withRoundedRidge(design, options) : options;
    return kernel.fitLogistic(design, labels, weights, acting);
  },
};

/** Options of the base model (20-binary §6), the same in every profile. */
export function baseFit(constants: BinaryConstants): BaseFitOptions {
  return { C: 0.5, tol: 1e-3, maxIter: 100, minTrain: constants.MIN_BASE_TRAIN };
}

/** saga stops where the reference stops; cd goes on to the optimum (optimality conditions to 1e-10). */
export function metaFit({ constants, meta }: ScoreContext<BinaryConstants>): LogisticOptions {
  return {
    solver: meta,
    C: constants.META_C,
    l1Ratio: constants.META_L1_RATIO,
    tol: meta === "saga" ? 1e-4 : 1e-10,
    maxIter: constants.META_MAX_ITER,
    balanced: constants.META_CLASS_WEIGHT === "balanced",
    seed: constants.SEED,
  };
}
