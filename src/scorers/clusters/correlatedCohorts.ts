/**
 * Miners whose whole histories, silence included, correlate (51-clusters §2): |correlation| at least COHORT_TAU between any
 * two of a cohort. Norms and products are float64 where the reference has float32 BLAS; its correlations are off by up to 1e-6.
 */
import type { Executor, Task } from "../../kernel/executor.js";
import type { CloneConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import type { Activity } from "./activity.js";
import { connectedGroups } from "./groups.js";
import { completeLinkage } from "./linkage.js";
import { stretch } from "./stretch.js";

export type CohortRules = Pick<CloneConstants, "COHORT_TAU" | "COHORT_MIN_SUBMISSIONS">;

/** Values per task; sums of the stretches are added in order. */
const STRETCH = 16_384;
const SMALLEST_NORM = 1e-9;

interface ProductsInput {
  readonly columns: readonly Uint16Array[];
  readonly means: Float32Array;
}

export const centredProductsTask: Task<ProductsInput, Float64Array> = {
  name: "centredProducts",
  run: (kernel, { columns, means }) => kernel.centredProducts(columns, means),
};

/** Groups of at least two positions in embeddings.hotkeys, ascending, by their smallest. Hotkeys must ascend; `activity`: wholeActivity(). */
export async function findCorrelatedCohorts(
  { columns, width, rows }: Embeddings,
  activity: readonly Activity[],
  executor: Executor,
  rules: CohortRules,
): Promise<number[][]> {
  if (columns.length < 2 || width < 1 || rows < rules.COHORT_MIN_SUBMISSIONS) return [];
  const submitting = [...columns.keys()].filter((j) => activity[j].count >= rules.COHORT_MIN_SUBMISSIONS);
  if (submitting.length < 2) return [];
  const own = submitting.map((j) => columns[j]);
  const squares = await products(own, executor);
  const k = own.length;
  const members = [...own.keys()].filter((i) => {
    const norm = Math.sqrt(squares[i * k + i]);
    return Number.isFinite(norm) && norm >= SMALLEST_NORM;
  });
  if (members.length < 2) return [];

  const n = members.length;
  const distances = new Float64Array(n * n);
  for (const [a, i] of members.entries()) {
    for (const [b, j] of members.entries()) if (a !== b) distances[a * n + b] = 1 - correlation(squares, k, i, j);
  }
  const merges = completeLinkage(distances, n).filter(({ height }) => height <= 1 - rules.COHORT_TAU);
  const groups = connectedGroups(
    n,
    merges.map(({ slots }) => slots),
  );
  return groups.map((group) => group.map((a) => submitting[members[a]]));
}

/** Its size, rounded to float32. */
function correlation(products: Float64Array, k: number, i: number, j: number): number {
  const norms = Math.sqrt(products[i * k + i] * products[j * k + j]);
  return Math.min(1, Math.fround(Math.abs(products[i * k + j]) / norms));
}

/** Sums of products of the values less their miner's float32 mean, whose rounding decides what a constant miner looks like. */
async function products(columns: readonly Uint16Array[], executor: Executor): Promise<Float64Array> {
  const means = Float32Array.from(columns, (codes) => executor.kernel.meanOfHalves(codes));
  const inputs: ProductsInput[] = [];
  for (let from = 0; from < columns[0].length; from += STRETCH) {
    const to = Math.min(from + STRETCH, columns[0].length);
    inputs.push({ columns: columns.map((codes) => stretch(codes, from, to)), means });
  }
  const [sums, ...others] = await executor.map(centredProductsTask, inputs);
  for (const part of others) for (let at = 0; at < sums.length; at++) sums[at] += part[at];
  return sums;
}
