/** A validator's weights from its ledger (browser-safe): salience, ages, weights, on one snapshot. */
import { firstBlocks } from "./ledger/firstBlocks.js";
import { compareCodePoints } from "./ledger/hotkeys.js";
import type { LedgerSource } from "./ledger/source.js";
import { getProfile } from "./profiles/index.js";
import {
  checkMetagraph,
  type Metagraph,
  type SavedWeights,
  validatorWeights,
  type WeightResult,
} from "./salience/weights.js";
import { type LedgerScores, type LedgerScoringOptions, scoreLedger } from "./score.js";

export interface WeighingOptions extends Omit<LedgerScoringOptions, "maxBlock" | "activeHotkeys" | "only"> {
  readonly metagraph: Metagraph;
  /** Outcome of the calculation before; absent: there was none. */
  readonly previous?: SavedWeights | undefined;
}

export interface LedgerWeights {
  readonly scores: LedgerScores;
  readonly result: WeightResult;
}

/**
 * What a validator calculates at the metagraph's block: scores the rows up to TASK_INTERVAL blocks before it for the
 * registered hotkeys, then weighs them. Ages count from the whole ledger. Errors as scoreLedger.
 */
export async function weighLedger(
  source: LedgerSource,
  { metagraph, previous, ...options }: WeighingOptions,
): Promise<LedgerWeights> {
  checkMetagraph(metagraph);
  const { validator, general } = getProfile(options.profile);
  const scores = await scoreLedger(source, {
    ...options,
    maxBlock: metagraph.block - validator.TASK_INTERVAL,
    activeHotkeys: metagraph.hotkeys,
  });
  const result = validatorWeights({
    // An object keeps keys that look like numbers in front; sums run in ascending order.
    salience: new Map(Object.entries(scores.salience).sort(([a], [b]) => compareCodePoints(a, b))),
    metagraph,
    firstBlocks: firstBlocks(source, general.SAMPLE_EVERY),
    rules: validator,
    previous,
  });
  return { scores, result };
}
