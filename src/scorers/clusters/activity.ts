/** Which rows of a miner count as sent, and what it sent on average. */
import type { Executor, Task } from "../../kernel/executor.js";
import type { Embeddings } from "../../trainingData.js";

interface MeansInput {
  readonly codes: Uint16Array;
  readonly width: number;
  readonly dims: number;
  readonly chunk: number;
}

export interface Activity {
  /** One byte per row. */
  readonly active: Uint8Array;
  readonly count: number;
  /** Over the active rows, one per value asked for; see CohortKernel.activeMeans. */
  readonly means: Float32Array;
}

export const activeMeansTask: Task<MeansInput, Activity> = {
  name: "activeMeans",
  run: (kernel, { codes, width, dims, chunk }) => kernel.activeMeans(codes, width, dims, chunk),
};

/** Activity over the whole history and the means of all values, added up in float32 in NumPy's order; one per miner. */
export async function wholeActivity({ columns, width, rows }: Embeddings, executor: Executor): Promise<Activity[]> {
  const inputs = columns.map((codes) => ({ codes, width, dims: width, chunk: rows }));
  const activity = await executor.map(activeMeansTask, inputs);
  if (width > 1) return activity;
  // A single column is added up pairwise, several ones row by row.
  return activity.map(({ active, count }, j) => {
    const sent = columns[j].filter((_, t) => active[t] === 1);
    return { active, count, means: Float32Array.of(count === 0 ? 0 : executor.kernel.meanOfHalves(sent)) };
  });
}
