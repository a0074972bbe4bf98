/**
 * Binary challenges: miners are selected by the AUC of a base model on the second half of history, their expanding
 * walk-forward decision values feed one ElasticNet, and |coefficient| is the share (20-binary).
 */
import type { BinaryConstants } from "../profiles/profile.js";
import type { BinaryData } from "../trainingData.js";
import { type BaseRows, baseFit, holdOutTask, metaFit, metaTask, walkForwardTask } from "./binaryTasks.js";
import { type ChallengeScore, nothing, type ScoreContext } from "./scorer.js";
import { sharedArray } from "./shared.js";

export async function scoreBinary(data: BinaryData, context: ScoreContext<BinaryConstants>): Promise<ChallengeScore> {
  const { challenge, constants, executor } = context;
  const { hotkeys, width } = data.embeddings;
  if (width !== challenge.dim) return nothing(`vectors hold ${width} values, the challenge has ${challenge.dim}`);
  if (data.returns.length !== data.embeddings.rows) {
    return nothing(`${data.embeddings.rows} rows of embeddings but ${data.returns.length} returns`);
  }
  const history = latest(data, constants.MAX_INDEX_HISTORY);
  const rows = history.returns.length;
  if (rows < constants.MIN_ROWS) return nothing(`${rows} rows, at least ${constants.MIN_ROWS} are needed`);
  if (hotkeys.length === 0) return nothing("no miners");
  const labels = labelReturns(history.returns, constants.RET_EPS);
  if (!(labels.includes(0) && labels.includes(1))) return nothing("all labels are equal");
  const split = Math.floor(rows / 2);
  if (split < constants.MIN_BASE_TRAIN) return nothing(`${split} rows before the split, too few for a base model`);

  const weights = sharedArray(Float64Array, rows);
  weights.set(executor.kernel.timeWeights(rows, constants.HALFLIFE_DAYS * constants.INDICES_PER_DAY));
  const base: BaseRows = { width, labels, weights, options: baseFit(constants) };

  const holdOuts = await executor.map(
    holdOutTask,
    history.columns.map((codes) => ({ ...base, codes, split, minEvaluate: constants.MIN_EVAL_ROWS })),
  );
  const aucs = Float32Array.from(holdOuts, ({ auc }) => (Number.isNaN(auc) ? 0.5 : auc));
  const selected = selectByAuc(aucs, constants.TOP_K);
  const selection = hotkeys.map((hotkey, j) => {
    const { why, coef, intercept, iterations } = holdOuts[j];
    return { hotkey, auc: aucs[j], ...(why === null ? { coef: [...coef], intercept, iterations } : { why }) };
  });
  if (selected.length === 0) return nothing("no miner ranks the second half better than chance", { rows, selection });
  const names = selected.map((j) => hotkeys[j]);

  const segments = walkForwardSegments(rows, constants.CHUNK_SIZE, constants.LAG);
  const windows = Int32Array.from(segments.flatMap(({ from, to }) => [Math.max(0, from - constants.LAG), from, to]));
  const walks = await executor.map(
    walkForwardTask,
    selected.map((j) => ({ ...base, codes: history.columns[j], windows })),
  );
  const walkForward = segments.map(({ from, to }, s) => ({
    from,
    to,
    rows: walks.map((walk) => walk.rows[s]),
    iterations: walks.map((walk) => walk.iterations[s]),
  }));
  const diagnostics = { rows, selection, selected: names, walkForward };

  const decisions = walks.map((walk) => walk.decision);
  const kept = rowsWithPrediction(decisions);
  if (kept.length < constants.MIN_META_TRAIN_ROWS) {
    return nothing(`${kept.length} predicted rows, the meta model needs ${constants.MIN_META_TRAIN_ROWS}`, diagnostics);
  }
  const metaLabels = gather(labels, kept, new Uint8Array(kept.length));
  if (!(metaLabels.includes(0) && metaLabels.includes(1))) {
    return nothing("the labels of the predicted rows are all equal", diagnostics);
  }
  const metaWeights = gather(weights, kept, new Float64Array(kept.length));
  const [fit] = await executor.map(metaTask, [
    {
      decisions,
      kept,
      labels: metaLabels,
      weights: metaWeights,
      options: metaFit(context),
    },
  ]);
  const sizes = fit.coef.map(Math.abs);
  const meta = {
    solver: context.meta,
    rows: kept.length,
    firstRow: kept[0],
    coef: [...fit.coef],
    intercept: fit.intercept,
    iterations: fit.iterations,
    converged: fit.converged,
  };
  const order = [...selected.keys()].sort((a, b) => selected[a] - selected[b]); // by hotkey, not by rank
  const total = order.reduce((sum, c) => sum + sizes[c], 0);
  if (!(total > 0)) return nothing("all meta coefficients are 0", { ...diagnostics, meta });
  const shares = new Map(names.map((hotkey, c) => [hotkey, sizes[c] / total]));
  return { shares, diagnostics: { ...diagnostics, meta } };
}

/** The last `cap` rows. */
function latest({ embeddings, returns }: BinaryData, cap: number) {
  const first = Math.max(0, returns.length - cap);
  return {
    returns: returns.subarray(first),
    columns: embeddings.columns.map((codes) => codes.subarray(first * embeddings.width)),
  };
}

/** Column numbers of the `count` largest AUCs above one half, largest first; of equal ones the lower column first. */
export function selectByAuc(aucs: Float32Array, count: number): number[] {
  const order = [...aucs.keys()].sort((a, b) => aucs[b] - aucs[a] || a - b);
  return order.slice(0, count).filter((j) => aucs[j] > 0.5);
}

/** Segments of `chunk` rows whose first `lag` rows are left without prediction; one that has no others is dropped. */
export function walkForwardSegments(end: number, chunk: number, lag: number): { from: number; to: number }[] {
  const segments: { from: number; to: number }[] = [];
  for (let start = 0; start + lag < end; start += chunk) {
    const to = Math.min(start + chunk, end);
    if (to <= start + lag) break;
    segments.push({ from: start + lag, to });
  }
  return segments;
}

/** 1 where the return exceeds the threshold as float32 compares them; NaN gives 0. */
function labelReturns(returns: Float32Array, threshold: number): Uint8Array {
  const limit = Math.fround(threshold);
  const labels = sharedArray(Uint8Array, returns.length);
  for (let t = 0; t < returns.length; t++) labels[t] = returns[t] > limit ? 1 : 0;
  return labels;
}

/** Rows for which some miner has a decision value. */
function rowsWithPrediction(decisions: readonly Float32Array[]): Int32Array {
  const predicted = new Uint8Array(decisions[0].length);
  for (const column of decisions) {
    for (let t = 0; t < column.length; t++) if (!Number.isNaN(column[t])) predicted[t] = 1;
  }
  const kept = new Int32Array(predicted.length);
  let count = 0;
  for (let t = 0; t < predicted.length; t++) if (predicted[t] === 1) kept[count++] = t;
  return kept.slice(0, count);
}

/** out[i] = values[rows[i]]; `from` with a callback is ten times slower. */
function gather<A extends Uint8Array | Float64Array>(values: A, rows: Int32Array, out: A): A {
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]];
  return out;
}
