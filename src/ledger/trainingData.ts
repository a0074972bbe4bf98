/**
 * From ledger rows to training data, one challenge at a time (40-ledger §5 and §6, 30-aggregate §2).
 */
import { type Challenge, type Constants, storageDim } from "../profiles/profile.js";
import type { TrainingData } from "../trainingData.js";
import { readAssets, readSharedAssets } from "./assetReader.js";
import { forgetAssetTable } from "./assetValues.js";
import { readBinary } from "./binaryReader.js";
import { readBreakouts } from "./breakoutReader.js";
import { EmbeddingColumns } from "./columns.js";
import { type DataMemory, fresh } from "./memory.js";
import { readPrices } from "./priceReader.js";
import type { LedgerSource } from "./source.js";
import { finish, type Steps } from "./steps.js";
import type { ReadWarnings } from "./warnings.js";
import { type Reading, reading } from "./window.js";

export interface ReadOptions {
  /** Rows with 5·sidx above it are left out; 0 or absent: no limit. */
  readonly maxBlock?: number;
  /** Only these hotkeys get columns; absent: all. */
  readonly activeHotkeys?: ReadonlySet<string>;
  /** Throw LedgerError at the first NaN or infinite embedding instead of taking the vector as not submitted. */
  readonly strict?: boolean;
  /** Collects what was put up with. */
  readonly warnings?: ReadWarnings;
  /** Where the data is to lie, so that the next challenge can use the same memory; absent: new buffers each time. */
  readonly memory?: DataMemory;
}

/** Training data, or why there is none. Call `release` when done with data that was read into a `memory`. */
export type ReadResult = { readonly data: TrainingData; readonly release?: () => void } | { readonly reason: string };

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
  return finish(readInSteps(source, challenge, constants, options));
}

/** As readTrainingData, pausing every some rows. */
export function* readInSteps(
  source: LedgerSource,
  challenge: Challenge,
  constants: Constants,
  options: ReadOptions = {},
): Steps<ReadResult> {
  const lease = options.memory?.lease();
  let result: ReadResult | undefined;
  try {
    result = yield* read(reading(source, challenge, constants, options, lease ?? fresh));
    if (lease && "data" in result) return { ...result, release: () => lease.release() };
    return result;
  } finally {
    if (!result || "reason" in result) lease?.release();
  }
}

function* read(it: Reading): Steps<ReadResult> {
  const { source, challenge, options, memory } = it;
  const { kind, ticker } = challenge;
  if (kind === "range_breakout_multi") {
    const found = yield* readBreakouts(it);
    return "reason" in found ? found : { data: found };
  }
  if (kind !== "xsec_rank") forgetAssetTable(source);
  const capacity = source.span(ticker)?.rows ?? 0;
  if (capacity === 0) return { reason: "the ledger has no rows of it" };
  const columns = new EmbeddingColumns(ticker, storageDim(challenge), capacity, options, memory);
  const data = yield* readRows(it, columns, capacity);
  if (columns.size === 0) {
    return { reason: options.activeHotkeys ? "no active hotkey has submitted" : "nobody has submitted" };
  }
  return data ? { data } : { reason: "no row has both a usable price and what its label needs" };
}

function readRows(it: Reading, columns: EmbeddingColumns, capacity: number): Steps<TrainingData | undefined> {
  const { kind } = it.challenge;
  switch (kind) {
    case "binary":
      return readBinary(it, columns, capacity);
    case "hitfirst":
    case "lbfgs":
      return readPrices(it, kind, columns, capacity);
    case "xsec_rank":
      return readSharedAssets(it, columns);
    case "funding_xsec":
    case "trade_mix":
      return readAssets(it, kind, columns, capacity);
    default:
      throw new TypeError(`no reader for challenges of kind ${kind}`);
  }
}
