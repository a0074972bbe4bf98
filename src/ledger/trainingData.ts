/**
 * From ledger rows to training data, one challenge at a time (40-ledger §5 and §6, 30-aggregate §2).
 */
import type { Challenge, Constants } from "../profiles/profile.js";
import type { TrainingData } from "../trainingData.js";
import type { LedgerSource } from "./source.js";
import type { ReadWarnings } from "./warnings.js";

export interface ReadOptions {
  /** Rows with 5·sidx above it are left out; 0 or absent: no limit. */
  readonly maxBlock?: number;
  /** Only these hotkeys get columns; absent: all. */
  readonly activeHotkeys?: ReadonlySet<string>;
  /** Throw LedgerError at the first NaN or infinite embedding instead of taking the vector as not submitted. */
  readonly strict?: boolean;
  /** Collects what was put up with. */
  readonly warnings?: ReadWarnings;
}

/** Training data, or why there is none. */
export type ReadResult = { readonly data: TrainingData } | { readonly reason: string };

/**
 * Reads one challenge's rows, history cap applied. `constants` are the challenge's own (`constantsOf` of the profile).
 * Throws LedgerError naming ticker, sidx and hotkey where the content cannot be read (40-ledger §7).
 */
export function readTrainingData(
  source: LedgerSource,
  challenge: Challenge,
  constants: Constants,
  options: ReadOptions = {},
): ReadResult {
  void source;
  void constants;
  void options;
  return { reason: `${challenge.ticker}: the reader has not landed yet` };
}
