/**
 * Miners whose bucket forecasts move together over the rows that both sent (51-clusters §3): correlation of the centred
 * probabilities at least 0.8 in size, linked in chains.
 */
import type { Executor, Task } from "../../kernel/executor.js";
import type { JointSums } from "../../kernel/ops/cohorts.js";
import type { BucketCohortConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import { type Activity, activeMeansTask } from "./activity.js";
import { connectedGroups } from "./groups.js";
import { stretch } from "./stretch.js";

export type JointCohortRules = Pick<
  BucketCohortConstants,
  "LBFGS_TAU" | "LBFGS_MIN_JOINT" | "LBFGS_MIN_SUBMISSIONS" | "LBFGS_BUCKET_DIMS" | "LBFGS_MEAN_PREFILTER"
>;

/** The float32 sums behind the means start anew every so many rows; constant forecasts make this visible (51 §3, quirk b). */
const MEAN_CHUNK = 50_000;
/** Rows per task; pair sums of the stretches are added in order. */
const PAIR_CHUNK = 8192;
const SMALLEST_NORM = 1e-18;

interface SumsInput {
  readonly columns: readonly Uint16Array[];
  readonly active: readonly Uint8Array[];
  readonly means: readonly Float32Array[];
  readonly width: number;
}

export const jointSumsTask: Task<SumsInput, JointSums> = {
  name: "jointSums",
  run: (kernel, { columns, active, means, width }) => kernel.jointSums(columns, active, means, width),
};

/** Groups of at least two positions in embeddings.hotkeys, ascending, by their smallest. */
export async function findJointCohorts(
  embeddings: Embeddings,
  executor: Executor,
  rules: JointCohortRules,
): Promise<number[][]> {
  const { columns, width, rows } = embeddings;
  if (
    columns.length < 2 ||
    rows < rules.LBFGS_MIN_JOINT ||
    rules.LBFGS_BUCKET_DIMS < 1 ||
    rules.LBFGS_BUCKET_DIMS > width
  )
    return [];
  const inputs = columns.map((codes) => ({ codes, width, dims: rules.LBFGS_BUCKET_DIMS, chunk: MEAN_CHUNK }));
  const activity = await executor.map(activeMeansTask, inputs);
  const candidates = [...columns.keys()].filter((j) => activity[j].count >= rules.LBFGS_MIN_SUBMISSIONS);
  if (candidates.length < 2) return [];
  const own = candidates.map((j) => ({ codes: columns[j], ...activity[j] }));
  const sums = await sumPairs(own, width, rows, executor);
  const links: [number, number][] = [];
  for (let i = 0; i < own.length; i++) {
    for (let j = i + 1; j < own.length; j++) {
      if (!meansAgree(own[i].means, own[j].means, rules.LBFGS_MEAN_PREFILTER)) continue;
      if (sums.joint[i * own.length + j] < rules.LBFGS_MIN_JOINT) continue;
      if (jointCorrelation(sums, own.length, i, j) >= rules.LBFGS_TAU) links.push([candidates[i], candidates[j]]);
    }
  }
  return connectedGroups(columns.length, links);
}

async function sumPairs(
  miners: readonly (Activity & { readonly codes: Uint16Array })[],
  width: number,
  rows: number,
  executor: Executor,
): Promise<JointSums> {
  const means = miners.map((miner) => miner.means);
  const inputs: SumsInput[] = [];
  for (let from = 0; from < rows; from += PAIR_CHUNK) {
    const to = Math.min(from + PAIR_CHUNK, rows);
    const columns = miners.map(({ codes }) => stretch(codes, from * width, to * width));
    const active = miners.map((miner) => stretch(miner.active, from, to));
    inputs.push({ columns, active, means, width });
  }
  const parts = await executor.map(jointSumsTask, inputs);
  const [first, ...others] = parts;
  for (const part of others) {
    for (let at = 0; at < first.dots.length; at++) {
      first.dots[at] += part.dots[at];
      first.energies[at] += part.energies[at];
      first.joint[at] += part.joint[at];
    }
  }
  return first;
}

/** NaN never agrees. */
function meansAgree(a: Float32Array, b: Float32Array, tolerance: number): boolean {
  return a.every((mean, f) => Math.fround(Math.abs(Math.fround(mean - b[f]))) <= Math.fround(tolerance));
}

/** Size of the correlation over the rows in common, each miner's energy counted where the other was active. */
export function jointCorrelation({ dots, energies }: JointSums, miners: number, i: number, j: number): number {
  const norm = Math.sqrt(energies[i * miners + j] * energies[j * miners + i]);
  return Math.abs(dots[i * miners + j]) / Math.max(norm, SMALLEST_NORM);
}
