/** What every binary strategy starts from: the rows that count, their labels and weights (20-binary §2). */
import type { BinaryCoreConstants } from "../../profiles/profile.js";
import type { BinaryData } from "../../trainingData.js";
import type { ScoreContext } from "../scorer.js";
import { sharedArray } from "../shared.js";
import type { BaseRows } from "./tasks.js";

export interface BinaryHistory {
  /** Ascending; index j names columns[j]. */
  readonly hotkeys: readonly string[];
  readonly columns: readonly Uint16Array[];
  readonly rows: number;
  /** What the base fits of all miners share. */
  readonly base: BaseRows;
}

/** The history that a challenge is scored on, or why there is nothing to score. */
export function openHistory(
  data: BinaryData,
  { challenge, constants, executor }: ScoreContext<BinaryCoreConstants>,
): BinaryHistory | string {
  const { hotkeys, width } = data.embeddings;
  if (width !== challenge.dim) return `vectors hold ${width} values, the challenge has ${challenge.dim}`;
  if (data.returns.length !== data.embeddings.rows) {
    return `${data.embeddings.rows} rows of embeddings but ${data.returns.length} returns`;
  }
  const { returns, columns } = latest(data, constants.MAX_INDEX_HISTORY);
  const rows = returns.length;
  if (rows < constants.MIN_ROWS) return `${rows} rows, at least ${constants.MIN_ROWS} are needed`;
  if (hotkeys.length === 0) return "no miners";
  const labels = labelReturns(returns, constants.RET_EPS);
  if (!(labels.includes(0) && labels.includes(1))) return "all labels are equal";
  const split = Math.floor(rows / 2);
  if (split < constants.MIN_BASE_TRAIN) return `${split} rows before the split, too few for a base model`;

  const weights = sharedArray(Float64Array, rows);
  weights.set(executor.kernel.timeWeights(rows, constants.HALFLIFE_DAYS * constants.INDICES_PER_DAY));
  const options = { C: 0.5, tol: 1e-3, maxIter: 100, minTrain: constants.MIN_BASE_TRAIN };
  return { hotkeys, columns, rows, base: { width, labels, weights, options } };
}

/** The last `cap` rows. */
function latest({ embeddings, returns }: BinaryData, cap: number) {
  const first = Math.max(0, returns.length - cap);
  return {
    returns: returns.subarray(first),
    columns: embeddings.columns.map((codes) => codes.subarray(first * embeddings.width)),
  };
}

/** 1 where the return exceeds the threshold as float32 compares them; NaN gives 0. */
function labelReturns(returns: Float32Array, threshold: number): Uint8Array {
  const limit = Math.fround(threshold);
  const labels = sharedArray(Uint8Array, returns.length);
  for (let t = 0; t < returns.length; t++) labels[t] = returns[t] > limit ? 1 : 0;
  return labels;
}
