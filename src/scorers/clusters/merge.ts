/** What clones do to the shares of a binary or hit-first challenge (51-clusters §5). */
import type { Executor } from "../../kernel/executor.js";
import type { CloneConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import type { ChallengeScore } from "../scorer.js";
import { wholeActivity } from "./activity.js";
import { findCorrelatedCohorts } from "./correlatedCohorts.js";
import { findExactClones } from "./exactClones.js";
import { collapseShares, equalizeShares, representatives } from "./groups.js";
import { stretch } from "./stretch.js";

/**
 * Exact clones' shares go to the first of them; a cohort of the other miners divides its shares equally, also among members
 * that were given none. Only the last CLUSTER_SCAN_MAX_ROWS rows are looked at; they may be more than were scored.
 */
export async function mergeClones(
  score: ChallengeScore,
  embeddings: Embeddings,
  constants: CloneConstants,
  executor: Executor,
): Promise<ChallengeScore> {
  if (score.shares.size === 0) return score;
  const scanned = latest(embeddings, constants.CLUSTER_SCAN_MAX_ROWS);
  const activity = await wholeActivity(scanned, executor);
  const named = (groups: readonly number[][]) => groups.map((group) => group.map((j) => embeddings.hotkeys[j]));
  const clones = named(await findExactClones(scanned, activity, executor, constants));
  const collapse = representatives(clones);
  const cohorts = named(await findCorrelatedCohorts(scanned, activity, executor, constants))
    .map((group) => group.filter((hotkey) => !collapse.has(hotkey)))
    .filter((group) => group.length > 1);
  const shares = equalizeShares(collapseShares(score.shares, collapse), representatives(cohorts));
  return { ...score, shares, diagnostics: { ...score.diagnostics, clones, cohorts } };
}

function latest(embeddings: Embeddings, cap: number): Embeddings {
  const { columns, rows, width } = embeddings;
  if (rows <= cap) return embeddings;
  return {
    ...embeddings,
    rows: cap,
    columns: columns.map((codes) => stretch(codes, (rows - cap) * width, rows * width)),
  };
}
