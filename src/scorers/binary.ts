/**
 * Binary challenges: the miners whose base models rank best are selected, their expanding walk-forward decision values feed
 * an ElasticNet, and |coefficient| is the share (20-binary, 50-profile-2026-07 §3).
 */
import type { BinaryConstants, BinaryCoreConstants, BinaryDailyConstants } from "../profiles/profile.js";
import type { BinaryData } from "../trainingData.js";
import { type BinaryHistory, openHistory } from "./binary/history.js";
import { bootstrapFit, type MetaSizes, singleFit } from "./binary/meta.js";
import { type Selection, selectByDailyAuc, selectByHoldOut } from "./binary/selection.js";
import type { MetaProblem } from "./binary/tasks.js";
import { metaProblem, rowsWithPrediction, walkForward } from "./binary/walk.js";
import { mergeClones } from "./clusters/merge.js";
import { type ChallengeScore, nothing, type ScoreContext, type Scorer } from "./scorer.js";

/** Selected on one hold-out half, one meta fit. */
export const scoreBinary: Scorer<BinaryData, BinaryConstants> = (data, context) =>
  score(data, context, { select: selectByHoldOut, fit: singleFit });

/** Selected by daily out-of-sample AUCs, a block bootstrap of the meta fit; then clones count as one miner, cohorts share. */
export const scoreBinaryDaily: Scorer<BinaryData, BinaryDailyConstants> = async (data, context) => {
  const scored = await score(data, context, { select: selectByDailyAuc, fit: bootstrapFit });
  return mergeClones(scored, data.embeddings, context.constants, context.executor);
};

interface Strategy<Constants> {
  readonly select: (history: BinaryHistory, context: ScoreContext<Constants>) => Promise<Selection>;
  readonly fit: (problem: MetaProblem, context: ScoreContext<Constants>) => Promise<MetaSizes>;
}

async function score<Constants extends BinaryCoreConstants>(
  data: BinaryData,
  context: ScoreContext<Constants>,
  strategy: Strategy<Constants>,
): Promise<ChallengeScore> {
  const { constants, executor, meta: solver } = context;
  const history = openHistory(data, context);
  if (typeof history === "string") return nothing(history);
  const { hotkeys, rows } = history;

  const { selected, notes: selection } = await strategy.select(history, context);
  if (selected.length === 0) return nothing("no miner ranks the second half better than chance", { rows, selection });
  const names = selected.map((j) => hotkeys[j]);

  const walk = await walkForward(history, selected, constants, executor);
  const diagnostics = { rows, selection, selected: names, walkForward: walk.notes };
  const kept = rowsWithPrediction(walk.decisions);
  if (kept.length < constants.MIN_META_TRAIN_ROWS) {
    return nothing(`${kept.length} predicted rows, the meta model needs ${constants.MIN_META_TRAIN_ROWS}`, diagnostics);
  }
  const problem = metaProblem(walk.decisions, kept, history);
  if (!(problem.labels.includes(0) && problem.labels.includes(1))) {
    return nothing("the labels of the predicted rows are all equal", diagnostics);
  }

  const { sizes, notes } = await strategy.fit(problem, context);
  const meta = { solver, rows: kept.length, firstRow: kept[0], ...notes };
  const order = [...selected.keys()].sort((a, b) => selected[a] - selected[b]); // by hotkey, not by rank
  const total = order.reduce((sum, c) => sum + sizes[c], 0);
  if (!(total > 0)) return nothing("all meta coefficients are 0", { ...diagnostics, meta });
  const shares = new Map(names.map((hotkey, c) => [hotkey, sizes[c] / total]));
  return { shares, diagnostics: { ...diagnostics, meta } };
}
