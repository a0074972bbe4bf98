/**
 * Hit-first challenge: which of ±sigma does the price touch first? One in-sample logistic regression per side on the
 * miners' log odds; the share is the sum of both |coefficients| (21-hitfirst).
 */

import type { Task } from "../kernel/executor.js";
import type { Kernel } from "../kernel/kernel.js";
import type { LogisticOptions } from "../kernel/ops/linear.js";
import type { Challenge, HitFirstConstants } from "../profiles/profile.js";
import type { PriceData } from "../trainingData.js";
import { horizonRows, labelledRows } from "./labels.js";
import { type ChallengeScore, nothing, type ScoreContext } from "./scorer.js";

const FIT: LogisticOptions = { solver: "lbfgs", C: 1, tol: 1e-4, maxIter: 500, balanced: true };
const SIDES = ["up", "down"] as const;

export async function scoreHitFirst(
  data: PriceData,
  context: ScoreContext<HitFirstConstants>,
): Promise<ChallengeScore> {
  const { challenge, constants, executor } = context;
  const { hotkeys, columns, width } = data.embeddings;
  if (hotkeys.length === 0) return nothing("no miners");
  if (width !== 3 || challenge.dim !== 3) return nothing(`vectors hold ${width} values, hit-first needs three`);
  const labelled = labelRows(executor.kernel, data, challenge, constants);
  if ("why" in labelled) return nothing(labelled.why);

  const { rows, labels } = labelled;
  const sides = SIDES.filter((_, side) => labels.includes(side) && labels.some((label) => label !== side));
  const input = { columns, rows, labels, eps: constants.EPS };
  // one worker takes both sides, so that it forms the log odds once
  const inputs = executor.workers === 1 ? [{ ...input, sides }] : sides.map((side) => ({ ...input, sides: [side] }));
  const fits = (await executor.map(sidesTask, inputs)).flat();
  const sizes = new Float64Array(hotkeys.length);
  for (const { coef } of fits) for (const [j, value] of coef.entries()) sizes[j] += Math.abs(value);
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

interface SidesInput extends Labelled {
  readonly sides: readonly Side[];
  readonly columns: readonly Uint16Array[];
  readonly eps: number;
}

export interface SideFit {
  readonly side: Side;
  /** One per miner. */
  readonly coef: Float64Array;
  readonly intercept: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Features and fit of each side asked for. */
export const sidesTask: Task<SidesInput, SideFit[]> = {
  name: "hitfirst.sides",
  run(kernel, { sides, columns, rows, labels, eps }) {
    const logits = columns.map((codes) => kernel.hitFirstLogits(codes, rows, eps));
    return sides.map((side) => {
      const features = logits.map((own) => ((side === "up" ? own.hasUp : own.hasDown) ? own[side] : null));
      const target = SIDES.indexOf(side);
      const y = labels.map((label) => (label === target ? 1 : 0));
      return { side, ...fitColumns(kernel, features, y) };
    });
  },
};

/** A column of zeros (null) keeps coefficient 0 on the solver's path, so it is left out. */
function fitColumns(kernel: Kernel, features: readonly (Float64Array | null)[], y: Uint8Array): Omit<SideFit, "side"> {
  const coef = new Float64Array(features.length);
  const used = [...features.keys()].filter((j) => features[j] !== null);
  if (used.length === 0) return { coef, intercept: 0, iterations: 0, converged: true };
  const rows = y.length;
  const values = new Float64Array(rows * used.length);
  for (const [c, j] of used.entries()) values.set(features[j] as Float64Array, c * rows);
  const fit = kernel.fitLogistic({ values, rows, cols: used.length }, y, null, FIT);
  for (const [c, j] of used.entries()) coef[j] = fit.coef[c];
  return { coef, intercept: fit.intercept, iterations: fit.iterations, converged: fit.converged };
}

function count(values: Uint8Array, wanted: number): number {
  let found = 0;
  for (const value of values) if (value === wanted) found++;
  return found;
}
