/**
 * Coefficient sizes that survive a block bootstrap: medians of group means of |coef| over the replicates
 * (22-lbfgs-buckets §3.5), with one fit on all rows where no bootstrap can be made.
 */
import type { Executor, Task } from "../kernel/executor.js";
import type { BootstrapFits, BootstrapOptions, Dense, LogisticFit, LogisticOptions } from "../kernel/ops/linear.js";

export interface WeightedProblem {
  readonly x: Dense;
  readonly y: Uint8Array;
  readonly weights: Float64Array | null;
}

/** A design whose replicate b draws its blocks with seed `seed + b`. */
export interface BootstrapProblem extends WeightedProblem {
  readonly seed: number;
}

export interface BootstrapPlan {
  readonly fit: LogisticOptions;
  /** Rows per block. */
  readonly block: number;
  readonly replicates: number;
}

/** Groups of replicates whose means are compared. */
export const GROUPS = 4;
/** Tasks per worker to aim at, so that unequal ones still end together. */
const TASKS_PER_WORKER = 4;

export const bootstrapTask: Task<WeightedProblem & { readonly options: BootstrapOptions }, BootstrapFits> = {
  name: "bootstrapLogistic",
  run: (kernel, { x, y, weights, options }) => kernel.bootstrapLogistic(x, y, weights, options),
};

export const fitTask: Task<WeightedProblem & { readonly options: LogisticOptions }, LogisticFit> = {
  name: "fitLogistic",
  run: (kernel, { x, y, weights, options }) => kernel.fitLogistic(x, y, weights, options),
};

/** One vector of coefficient sizes per problem, in their order. Throws FitError when a single fit cannot be made. */
export async function bootstrapSizes(
  executor: Executor,
  problems: readonly BootstrapProblem[],
  plan: BootstrapPlan,
): Promise<Float64Array[]> {
  const ranges = replicateRanges(plan.replicates, problems.length, executor.workers);
  const jobs = problems.flatMap((problem, index) =>
    canBootstrap(problem, plan)
      ? ranges.map(({ from, to }) => {
          const { x, y, weights, seed } = problem;
          const options = { ...plan.fit, block: plan.block, bootstrapSeed: seed, from, to };
          return { index, input: { x, y, weights, options } };
        })
      : [],
  );
  const inputs = jobs.map((job) => job.input);
  const fits = await executor.map(bootstrapTask, inputs, ({ x, options }) => {
    return x.rows * x.cols * (options.to - options.from);
  });
  const sizes = problems.map((problem, index) => {
    const own = fits.filter((_, job) => jobs[job].index === index);
    return medianOfGroups(own.flatMap((fit) => keptSizes(fit, problem.x.cols)));
  });
  const open = problems.filter((_, index) => sizes[index] === undefined);
  const single = await executor.map(
    fitTask,
    open.map(({ x, y, weights }) => ({ x, y, weights, options: plan.fit })),
  );
  let next = 0;
  return sizes.map((size) => size ?? single[next++].coef.map(Math.abs));
}

function canBootstrap({ x, y }: BootstrapProblem, plan: BootstrapPlan): boolean {
  return x.rows >= 2 * plan.block && x.cols > 0 && plan.replicates > 1 && y.includes(0) && y.includes(1);
}

/** Replicates in as many ranges as keep the workers busy; one range shares most work. */
function replicateRanges(replicates: number, problems: number, workers: number): { from: number; to: number }[] {
  const wanted = workers === 1 ? 1 : Math.ceil((TASKS_PER_WORKER * workers) / Math.max(1, problems));
  const count = Math.max(1, Math.min(replicates, wanted));
  const edge = (i: number) => Math.floor((i * replicates) / count);
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1) }));
}

function keptSizes(fits: BootstrapFits, cols: number): Float64Array[] {
  const rows: Float64Array[] = [];
  fits.kept.forEach((kept, b) => {
    if (kept) rows.push(fits.coef.slice(b * cols, (b + 1) * cols).map(Math.abs));
  });
  return rows;
}

/** Median per column of the means of four equal groups of rows (the remainder is dropped); undefined without rows. */
export function medianOfGroups(rows: readonly Float64Array[]): Float64Array | undefined {
  if (rows.length === 0) return undefined;
  const groups = Math.min(GROUPS, rows.length);
  const size = Math.floor(rows.length / groups);
  const means = Array.from({ length: groups }, (_, g) => meanOfRows(rows.slice(g * size, (g + 1) * size)));
  return means[0].map((_, column) => median(means.map((mean) => mean[column])));
}

function meanOfRows(rows: readonly Float64Array[]): Float64Array {
  const sum = rows[0].slice();
  for (const row of rows.slice(1)) for (let column = 0; column < sum.length; column++) sum[column] += row[column];
  return sum.map((value) => value / rows.length);
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}
