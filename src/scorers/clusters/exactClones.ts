/** Miners who send nearly the same values in nearly all rows that both sent (51-clusters §1), linked in chains. */
import type { Executor, Task } from "../../kernel/executor.js";
import type { CloseRows } from "../../kernel/ops/cohorts.js";
import type { CloneConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import type { Activity } from "./activity.js";
import { connectedGroups } from "./groups.js";
import { stretch } from "./stretch.js";

export type CloneRules = Pick<
  CloneConstants,
  "MATCH_EPS" | "MIN_MATCH_FRACTION" | "MIN_SUBMISSIONS" | "MIN_JOINT" | "MEAN_PREFILTER_EPS"
>;

/** Rows of the first look at all pairs; each later one is twice as long, and most pairs are out by then. */
const FIRST_STRETCH = 2048;
/** Pairs per task at least. */
const FEW_PAIRS = 1024;

interface CloseInput {
  readonly columns: readonly Uint16Array[];
  readonly active: readonly Uint8Array[];
  readonly width: number;
  readonly pairs: Int32Array;
  readonly eps: number;
}

export const closeRowsTask: Task<CloseInput, CloseRows> = {
  name: "closeRows",
  run: (kernel, { columns, active, width, pairs, eps }) => kernel.closeRows(columns, active, width, pairs, eps),
};

interface Pair {
  readonly i: number;
  readonly j: number;
  joint: number;
  close: number;
}

/** Groups of at least two positions in embeddings.hotkeys, ascending, by their smallest. `activity`: wholeActivity(). */
export async function findExactClones(
  embeddings: Embeddings,
  activity: readonly Activity[],
  executor: Executor,
  rules: CloneRules,
): Promise<number[][]> {
  const { columns, width, rows } = embeddings;
  if (columns.length < 2 || width < 1 || rows < rules.MIN_JOINT) return [];
  const candidates = [...columns.keys()].filter((j) => activity[j].count >= rules.MIN_SUBMISSIONS);
  const pairs: Pair[] = [];
  for (const [k, i] of candidates.entries()) {
    for (const j of candidates.slice(k + 1)) {
      if (meansDiffer(activity[i].means, activity[j].means, rules.MEAN_PREFILTER_EPS)) continue;
      pairs.push({ i, j, joint: 0, close: 0 });
    }
  }
  const left = await compare(embeddings, activity, pairs, executor, rules);
  const links = left.filter(({ joint, close }) => joint >= rules.MIN_JOINT && close >= needed(joint, rules));
  return connectedGroups(
    columns.length,
    links.map(({ i, j }) => [i, j]),
  );
}

/** A NaN difference does not tell them apart. */
function meansDiffer(a: Float32Array, b: Float32Array, tolerance: number): boolean {
  const gap = a.reduce((most, mean, f) => Math.max(most, Math.abs(Math.fround(mean - b[f]))), 0);
  return gap > Math.fround(tolerance);
}

/** Close rows that make clones of a pair with so many rows in common. */
function needed(joint: number, rules: CloneRules): number {
  return Math.ceil(rules.MIN_MATCH_FRACTION * joint);
}

/** Counts over the history; pairs that have more differing rows than any clones are left out on the way. */
async function compare(
  { columns, width, rows }: Embeddings,
  activity: readonly Activity[],
  pairs: readonly Pair[],
  executor: Executor,
  rules: CloneRules,
): Promise<readonly Pair[]> {
  let left = pairs;
  for (let from = 0, length = FIRST_STRETCH; from < rows && left.length > 0; from += length, length *= 2) {
    const to = Math.min(rows, from + length);
    const batches = cut(left, Math.max(FEW_PAIRS, Math.ceil(left.length / executor.workers)));
    const inputs = batches.map((batch) => {
      const used = [...new Set(batch.flatMap(({ i, j }) => [i, j]))];
      const place = new Map(used.map((j, at) => [j, at]));
      return {
        columns: used.map((j) => stretch(columns[j], from * width, to * width)),
        active: used.map((j) => stretch(activity[j].active, from, to)),
        width,
        pairs: Int32Array.from(batch.flatMap(({ i, j }) => [place.get(i) as number, place.get(j) as number])),
        eps: rules.MATCH_EPS,
      };
    });
    const found = await executor.map(closeRowsTask, inputs);
    for (const [b, batch] of batches.entries()) {
      for (const [p, pair] of batch.entries()) {
        pair.joint += found[b].joint[p];
        pair.close += found[b].close[p];
      }
    }
    left = left.filter(({ i, j, joint, close }) => {
      const most = Math.min(activity[i].count, activity[j].count);
      return joint - close <= most - needed(most, rules);
    });
  }
  return left;
}

function cut<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, b) => list.slice(b * size, (b + 1) * size));
}
