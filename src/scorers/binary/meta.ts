/** How large each selected miner's part in the meta model is: the coefficient sizes of one ElasticNet, or of a block bootstrap. */
import type { LogisticFit, LogisticOptions } from "../../kernel/ops/linear.js";
import type { BinaryCoreConstants, BinaryDailyConstants } from "../../profiles/profile.js";
import { GROUPS, medianOfGroups } from "../bootstrap.js";
import type { Json, ScoreContext } from "../scorer.js";
import { type MetaProblem, metaTask, replicateTask } from "./tasks.js";

export interface MetaSizes {
  /** One per selected miner. */
  readonly sizes: Float64Array;
  readonly notes: { readonly [key: string]: Json };
}

/** One fit on all rows (20-binary §5). */
export async function singleFit(problem: MetaProblem, context: ScoreContext<BinaryCoreConstants>): Promise<MetaSizes> {
  const [fit] = await context.executor.map(metaTask, [{ ...problem, options: metaOptions(context) }]);
  const { coef, intercept, iterations, converged } = fit;
  return { sizes: coef.map(Math.abs), notes: { coef: [...coef], intercept, iterations, converged } };
}

/** Medians of group means of |coef| over blocks of rows drawn anew; else one fit on all rows (50-profile-2026-07 §3.3). */
export async function bootstrapFit(
  problem: MetaProblem,
  context: ScoreContext<BinaryDailyConstants>,
): Promise<MetaSizes> {
  const { constants, executor } = context;
  const { META_BOOTSTRAP_N, META_BOOTSTRAP_BLOCK, LAG } = constants;
  const block = META_BOOTSTRAP_BLOCK || Math.max(2 * LAG, 120);
  const rows = problem.labels.length;
  if (rows < 2 * block || META_BOOTSTRAP_N <= 1) return singleFit(problem, context);
  const options = metaOptions(context);
  const maxIter = Math.min(options.maxIter, constants.META_BOOTSTRAP_MAX_ITER);
  const replicates = Array.from({ length: META_BOOTSTRAP_N }, (_, r) => {
    const seed = constants.SEED + r;
    const starts = executor.kernel.randomIntegers(seed, rows - block + 1, Math.floor(rows / block)).sort();
    return { ...problem, starts, block, options: { ...options, maxIter, seed } };
  }).filter(({ starts }) => hasBothLabels(problem.labels, starts, block));

  // Whatever does not fill the groups evenly is dropped in the end, so it need not be computed, unless a fit fails.
  const groups = Math.min(GROUPS, replicates.length);
  const needed = groups * Math.floor(replicates.length / groups) || 0;
  let fits = await executor.map(replicateTask, replicates.slice(0, needed));
  if (fits.includes(null)) fits = [...fits, ...(await executor.map(replicateTask, replicates.slice(needed)))];
  const found = fits.filter((fit): fit is LogisticFit => fit !== null);
  const sizes = medianOfGroups(found.map(({ coef }) => coef.map(Math.abs)));
  if (!sizes) return singleFit(problem, context);
  const notes = { replicates: found.map(({ coef, iterations }) => ({ coef: [...coef], iterations })) };
  return { sizes, notes: { ...notes, coef: [...sizes] } };
}

function hasBothLabels(labels: Uint8Array, starts: Uint32Array, block: number): boolean {
  let [zero, one] = [false, false];
  for (const start of starts) {
    const drawn = labels.subarray(start, start + block);
    zero ||= drawn.includes(0);
    one ||= drawn.includes(1);
    if (zero && one) return true;
  }
  return false;
}

/** saga stops where the reference stops; cd goes on to the optimum (optimality conditions to 1e-10). */
function metaOptions({ constants, meta }: ScoreContext<BinaryCoreConstants>): LogisticOptions {
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
