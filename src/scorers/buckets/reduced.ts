/** A history with one column per cohort of miners whose bucket forecasts move together (52-hitfirst-buckets-2026-07 §5). */
import type { Executor } from "../../kernel/executor.js";
import type { Embeddings } from "../../trainingData.js";
import { representatives } from "../clusters/groups.js";
import { findJointCohorts, type JointCohortRules } from "../clusters/jointCohorts.js";

export interface Reduced {
  /** The representatives' columns, hotkeys ascending; the input itself when there is no cohort. */
  readonly embeddings: Embeddings;
  /** Every hotkey → the one that stands for it; empty when there is no cohort. */
  readonly representativeOf: ReadonlyMap<string, string>;
}

/** `embeddings.hotkeys` must ascend. Only the representative's own rows count, also where it was silent. */
export async function reduceToRepresentatives(
  embeddings: Embeddings,
  executor: Executor,
  rules: JointCohortRules,
): Promise<Reduced> {
  const { hotkeys, columns } = embeddings;
  const groups = await findJointCohorts(embeddings, executor, rules);
  if (groups.length === 0) return { embeddings, representativeOf: new Map() };
  const grouped = representatives(groups.map((group) => group.map((j) => hotkeys[j])));
  const representativeOf = new Map(hotkeys.map((hotkey) => [hotkey, grouped.get(hotkey) ?? hotkey]));
  const kept = [...hotkeys.keys()].filter((j) => representativeOf.get(hotkeys[j]) === hotkeys[j]);
  const own = { hotkeys: kept.map((j) => hotkeys[j]), columns: kept.map((j) => columns[j]) };
  return { embeddings: { ...embeddings, ...own }, representativeOf };
}
