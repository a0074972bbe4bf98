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
  const fits = await executor.map(
    sideTask,
    SIDES.filter((_, side) => labels.includes(side) && labels.some((label) => label !== side)).map((side) => ({
      side,
      columns,
      rows,
      labels,
      eps: constants.EPS,
    })),
  );
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
  const returns = Float64Array.from({ length: ends }, (_, t) => logPrices[t + horizon] - logPrices[t]);
  const sigma = new Float64Array(ends).fill(Number.NaN);
  sigma.set(kernel.rollingStd(returns, required), required - 1);
  const touches = kernel.firstTouch(logPrices, sigma, horizon);
  const { rows, labels } = labelledRows(touches);
  return rows.length < required
    ? { why: `${rows.length} labelled rows, at least ${required} are needed` }
    : { rows, labels };
}

interface SideInput extends Labelled {
  readonly side: (typeof SIDES)[number];
  readonly columns: readonly Uint16Array[];
  readonly eps: number;
}

export interface SideFit {
  readonly side: SideInput["side"];
  /** One per miner. */
  readonly coef: Float64Array;
  readonly intercept: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Features of one side and its fit. A column of zeros keeps coefficient 0 on the solver's path, so it is left out. */
export const sideTask: Task<SideInput, SideFit> = {
  name: "hitfirst.side",
  run(kernel, { side, columns, rows, labels, eps }) {
    const features: Float64Array[] = [];
    const miners: number[] = [];
    for (const [j, codes] of columns.entries()) {
      const logits = kernel.hitFirstLogits(codes, rows, eps);
      if (!(side === "up" ? logits.hasUp : logits.hasDown)) continue;
      features.push(logits[side]);
      miners.push(j);
    }
    const coef = new Float64Array(columns.length);
    if (miners.length === 0) return { side, coef, intercept: 0, iterations: 0, converged: true };
    const values = new Float64Array(rows.length * features.length);
    for (const [c, column] of features.entries()) values.set(column, c * rows.length);
    const target = SIDES.indexOf(side);
    const y = labels.map((label) => (label === target ? 1 : 0));
    const fit = kernel.fitLogistic({ values, rows: rows.length, cols: features.length }, y, null, FIT);
    for (const [c, j] of miners.entries()) coef[j] = fit.coef[c];
    const { intercept, iterations, converged } = fit;
    return { side, coef, intercept, iterations, converged };
  },
};

function count(values: Uint8Array, wanted: number): number {
  let found = 0;
  for (const value of values) if (value === wanted) found++;
  return found;
}
