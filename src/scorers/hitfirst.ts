/**
 * Hit-first challenge: which of ±sigma does the price touch first? In-sample logistic regressions per side on the miners'
 * log odds, one on all rows or several that each leave one block out; the share is the sum of both sides' mean |coefficients|
 * (21-hitfirst, 52-hitfirst-buckets-2026-07 part A).
 */
import type { Task } from "../kernel/executor.js";
import type { Kernel } from "../kernel/kernel.js";
import type { LogisticOptions } from "../kernel/ops/linear.js";
import type { Challenge, HitFirstBlocksConstants, HitFirstConstants } from "../profiles/profile.js";
import type { PriceData } from "../trainingData.js";
import { mergeClones } from "./clusters/merge.js";
import { horizonRows, labelledRows } from "./labels.js";
import { type ChallengeScore, nothing, type ScoreContext, type Scorer } from "./scorer.js";

const FIT: LogisticOptions = { solver: "lbfgs", C: 1, tol: 1e-4, maxIter: 500, balanced: true };
const SIDES = ["up", "down"] as const;

/** One fit per side. */
export const scoreHitFirst: Scorer<PriceData, HitFirstConstants> = (data, context) => score(data, context, 1);

/** One fit per side and block of rows left out; then clones count as one miner, cohorts share. */
export const scoreHitFirstBlocks: Scorer<PriceData, HitFirstBlocksConstants> = async (data, context) => {
  const scored = await score(data, context, context.constants.HITFIRST_LBO_BLOCKS);
  return mergeClones(scored, data.embeddings, context.constants, context.executor);
};

async function score(
  data: PriceData,
  context: ScoreContext<HitFirstConstants>,
  blocks: number,
): Promise<ChallengeScore> {
  const { challenge, constants, executor } = context;
  const { hotkeys, columns, width } = data.embeddings;
  if (hotkeys.length === 0) return nothing("no miners");
  if (width !== 3 || challenge.dim !== 3) return nothing(`vectors hold ${width} values, hit-first needs three`);
  const labelled = labelRows(executor.kernel, data, challenge, constants);
  if ("why" in labelled) return nothing(labelled.why);

  const { rows, labels } = labelled;
  const sides = SIDES.filter((_, side) => labels.includes(side) && labels.some((label) => label !== side));
  const work = sides.map((side) => ({ side, leftOut: blocksToLeaveOut(labels, SIDES.indexOf(side), blocks) }));
  const input = { columns, rows, labels, eps: constants.EPS };
  const inputs = divide(work, executor.workers).map((part) => ({ ...input, work: part }));
  const fits = (await executor.map(sidesTask, inputs)).flat();
  const sizes = new Float64Array(hotkeys.length);
  for (const side of sides) {
    const own = fits.filter((fit) => fit.side === side);
    for (let j = 0; j < sizes.length; j++) {
      sizes[j] += own.reduce((sum, { coef }) => sum + Math.abs(coef[j]), 0) / own.length;
    }
  }
  const diagnostics = {
    validRows: rows.length,
    touchedUp: count(labels, 0),
    touchedDown: count(labels, 1),
    fits: fits.map((fit) => ({ ...fit, coef: [...fit.coef] })),
  };
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (!(total > 0)) return nothing("all coefficients are 0", diagnostics);
  return { shares: new Map(hotkeys.map((hotkey, j) => [hotkey, sizes[j] / total])), diagnostics };
}

interface Labelled {
  /** Row numbers with a label. */
  readonly rows: Int32Array;
  /** Per such row 0 up first, 1 down first, 2 neither. */
  readonly labels: Uint8Array;
}

/** Barriers at one rolling deviation of the forward log return, which looks ahead as far as the label does (reference quirk). */
function labelRows(
  kernel: Kernel,
  { embeddings, prices }: PriceData,
  challenge: Challenge,
  constants: HitFirstConstants,
): Labelled | { readonly why: string } {
  const every = Math.max(1, constants.SAMPLE_EVERY);
  const perDay = Math.floor(86_400 / (12 * every));
  const required = Math.max(constants.MIN_REQUIRED_SAMPLES, Math.ceil(perDay * constants.min_days));
  if (prices.length < required || embeddings.rows < required) {
    return { why: `${Math.min(prices.length, embeddings.rows)} rows, at least ${required} are needed` };
  }
  const horizon = horizonRows(challenge.blocksAhead, every);
  const ends = prices.length - horizon;
  if (ends < required) return { why: `${Math.max(0, ends)} rows with a full horizon, at least ${required} are needed` };

  const logPrices = kernel.logAll(prices.map((price) => price + constants.EPS));
  const returns = new Float64Array(ends);
  for (let t = 0; t < ends; t++) returns[t] = logPrices[t + horizon] - logPrices[t];
  const sigma = new Float64Array(ends).fill(Number.NaN);
  sigma.set(kernel.rollingStd(returns, required), required - 1);
  const touches = kernel.firstTouch(logPrices, sigma, horizon);
  const { rows, labels } = labelledRows(touches);
  return rows.length < required
    ? { why: `${rows.length} labelled rows, at least ${required} are needed` }
    : { rows, labels };
}

type Side = (typeof SIDES)[number];

/** Places among the labelled rows; null: none. */
type LeftOut = readonly [from: number, to: number] | null;

interface SideWork {
  readonly side: Side;
  /** One fit each. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * As many blocks of equal size, less those without which one class only would be left; with fewer than two rows per block, or
 * no such block, one fit leaves out nothing.
 */
export function blocksToLeaveOut(labels: Uint8Array, target: number, blocks: number): readonly LeftOut[] {
  const n = labels.length;
  if (blocks <= 1 || n < 2 * blocks) return [null];
  const edge = (i: number) => Math.trunc((i * n) / blocks);
  const total = count(labels, target);
  const usable = Array.from({ length: blocks }, (_, i) => [edge(i), edge(i + 1)] as const).filter(([from, to]) => {
    const hits = total - count(labels.subarray(from, to), target);
    return hits > 0 && hits < n - (to - from);
  });
  return usable.length > 0 ? usable : [null];
}

/** One task for one worker, which then forms the log odds once; else some for each worker. */
function divide(work: readonly SideWork[], workers: number): (readonly SideWork[])[] {
  if (workers === 1) return [work];
  return work.flatMap(({ side, leftOut }) => {
    const parts = Math.min(leftOut.length, Math.ceil(workers / work.length));
    const edge = (i: number) => Math.floor((i * leftOut.length) / parts);
    return Array.from({ length: parts }, (_, i) => [{ side, leftOut: leftOut.slice(edge(i), edge(i + 1)) }]);
  });
}

interface SidesInput extends Labelled {
  readonly work: readonly SideWork[];
  readonly columns: readonly Uint16Array[];
  readonly eps: number;
}

export interface SideFit {
  readonly side: Side;
  readonly leftOut: LeftOut;
  /** One per miner. */
  readonly coef: Float64Array;
  readonly intercept: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Features and fits of each side asked for. */
export const sidesTask: Task<SidesInput, SideFit[]> = {
  name: "hitfirst.sides",
  run(kernel, { work, columns, rows, labels, eps }) {
    const logits = columns.map((codes) => kernel.hitFirstLogits(codes, rows, eps));
    return work.flatMap(({ side, leftOut }) => {
      const features = logits.map((own) => ((side === "up" ? own.hasUp : own.hasDown) ? own[side] : null));
      const target = SIDES.indexOf(side);
      const y = labels.map((label) => (label === target ? 1 : 0));
      const fits = fitColumns(kernel, features, y, leftOut);
      return fits.map((fit, i) => ({ side, leftOut: leftOut[i], ...fit }));
    });
  },
};

/** One fit per entry of `leftOut`. A column of zeros (null) keeps coefficient 0 on the solver's path, so it is left out. Rows left out weigh nothing. */
export function fitColumns(
  kernel: Kernel,
  features: readonly (Float64Array | null)[],
  y: Uint8Array,
  leftOut: readonly LeftOut[],
): Omit<SideFit, "side" | "leftOut">[] {
  const used = [...features.keys()].filter((j) => features[j] !== null);
  const rows = y.length;
  const values = new Float64Array(rows * used.length);
  for (const [c, j] of used.entries()) values.set(features[j] as Float64Array, c * rows);
  return leftOut.map((block) => {
    const coef = new Float64Array(features.length);
    if (used.length === 0) return { coef, intercept: 0, iterations: 0, converged: true };
    const weights = block && new Float64Array(rows).fill(1).fill(0, ...block);
    const fit = kernel.fitLogistic({ values, rows, cols: used.length }, y, weights, FIT);
    for (const [c, j] of used.entries()) coef[j] = fit.coef[c];
    return { coef, intercept: fit.intercept, iterations: fit.iterations, converged: fit.converged };
  });
}

function count(values: Uint8Array, wanted: number): number {
  let found = 0;
  for (const value of values) if (value === wanted) found++;
  return found;
}
