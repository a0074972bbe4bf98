/**
 * The quantile path: how well each miner foresees that the price moves against the realised bucket by k sigmas (22-lbfgs-buckets §5).
 * One in-sample fit per outer bucket and k on the log odds of all miners; the coefficient sizes of all fits are averaged.
 */
import type { Executor } from "../kernel/executor.js";
import type { Solver } from "../kernel/ops/linear.js";
import type { BucketConstants } from "../profiles/profile.js";
import { type BootstrapProblem, bootstrapSizes } from "./bootstrap.js";
import { type BucketHistory, CLASSES } from "./buckets/history.js";
import { topShares } from "./buckets/ranking.js";
import { recentWeights } from "./buckets/recentWeights.js";
import { type ChallengeScore, type Json, nothing } from "./scorer.js";
import { sharedArray } from "./shared.js";

const OUTER_BUCKETS = [0, 1, 3, 4] as const;
const MULTIPLIERS = [0.5, 1, 2] as const;
const MIN_FIT_ROWS = 100;
const MISSING = 255;

interface QuantileProblem extends BootstrapProblem {
  readonly multiplier: number;
  /** Positions of the miners that the columns belong to; all others have log odds 0 throughout. */
  readonly miners: readonly number[];
}

export async function scoreQuantiles(
  history: BucketHistory,
  constants: BucketConstants,
  executor: Executor,
  solver: Solver & ("lbfgs" | "liblinear") = "lbfgs",
): Promise<ChallengeScore> {
  const { embeddings, logPrices, labels, horizon } = history;
  if (labels.length <= 1) return nothing("no row has a forward return");
  const window = Math.max(constants.MIN_REQUIRED_SAMPLES, 10);
  const hits = executor.kernel.pathHits(logPrices, labels, horizon, window, MULTIPLIERS);
  const plan = {
    fit: { solver, C: 0.5, tol: 1e-4, maxIter: 500, balanced: true },
    block: constants._BOOTSTRAP_BLOCK,
    replicates: constants._BOOTSTRAP_N,
  };
  const hotkeys = embeddings.hotkeys;
  const mean = new Float64Array(hotkeys.length);
  const fits: Json[] = [];
  let kept = 0;
  for (const [place, bucket] of OUTER_BUCKETS.entries()) {
    const rows = rowsOfBucket(bucket, labels, hits);
    const problems = bucketProblems(
      history,
      bucket,
      CLASSES + place * MULTIPLIERS.length,
      rows,
      hits,
      constants,
      executor,
    );
    const sizes = await bootstrapSizes(executor, problems, plan);
    problems.forEach(({ miners, multiplier, y }, i) => {
      const sum = sizes[i].reduce((a, b) => a + b, 0);
      const report = { bucket, multiplier, rows: rows.length, hits: y.reduce((a, b) => a + b, 0) };
      fits.push({ ...report, weights: Object.fromEntries(miners.map((m, j) => [hotkeys[m], sizes[i][j] / sum])) });
      if (!(sum > 0)) return;
      miners.forEach((m, j) => {
        mean[m] += sizes[i][j] / sum;
      });
      kept++;
    });
  }
  if (kept === 0) return nothing("no bucket and threshold could be fitted", { fits });
  for (let m = 0; m < mean.length; m++) mean[m] /= kept;
  const top = hotkeys.length > constants.TOP_K ? constants.TOP_K : hotkeys.length;
  return { shares: topShares(hotkeys, mean, top), diagnostics: { fits } };
}

function rowsOfBucket(bucket: number, labels: Uint8Array, hits: Uint8Array): Int32Array {
  const rows: number[] = [];
  for (let t = 0; t < labels.length; t++) if (labels[t] === bucket && hits[t] !== MISSING) rows.push(t);
  return Int32Array.from(rows);
}

/** The fits of one bucket, one per multiplier with both outcomes; `first` is the entry of its first multiplier. */
function bucketProblems(
  history: BucketHistory,
  bucket: number,
  first: number,
  rows: Int32Array,
  hits: Uint8Array,
  constants: BucketConstants,
  executor: Executor,
): QuantileProblem[] {
  if (rows.length < MIN_FIT_ROWS) return [];
  const weights = recentWeights(rows, constants.RECENT_SAMPLES, constants.RECENT_MASS);
  return MULTIPLIERS.flatMap((multiplier, j) => {
    const y = Uint8Array.from(rows, (t) => (hits[t] >> j) & 1);
    if (!y.includes(0) || !y.includes(1)) return [];
    const { miners, values } = logitDesign(history, first + j, rows, constants.EPS, executor);
    if (miners.length === 0) return [];
    const x = { values, rows: rows.length, cols: miners.length };
    return [{ x, y, weights, miners, multiplier, seed: constants.SEED + 17 * bucket + j }];
  });
}

/** Log odds of one entry for every miner that has a value other than even odds; a column of zeros would get no coefficient. */
function logitDesign(
  { embeddings }: BucketHistory,
  entry: number,
  rows: Int32Array,
  eps: number,
  executor: Executor,
): { miners: number[]; values: Float64Array } {
  const miners: number[] = [];
  const columns: Float64Array[] = [];
  embeddings.columns.forEach((codes, miner) => {
    const column = executor.kernel.logitColumn(codes, embeddings.width, entry, rows, eps);
    if (column.every((value) => value === 0)) return;
    miners.push(miner);
    columns.push(column);
  });
  const values = sharedArray(Float64Array, rows.length * columns.length);
  columns.forEach((column, j) => {
    values.set(column, j * rows.length);
  });
  return { miners, values };
}
