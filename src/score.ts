/** Scoring, from a ledger or from training data (browser-safe): every challenge of a profile, then the aggregate. */
import { UsageError } from "./errors.js";
import { type Executor, inlineExecutor } from "./kernel/executor.js";
import { openJsKernel, openKernel } from "./kernel/load.js";
import { compareCodePoints } from "./ledger/hotkeys.js";
import { DataMemory } from "./ledger/memory.js";
import type { LedgerSource } from "./ledger/source.js";
import { ledgerExtent } from "./ledger/span.js";
import { finish, finishInTurns } from "./ledger/steps.js";
import { readInSteps } from "./ledger/trainingData.js";
import { ReadWarnings } from "./ledger/warnings.js";
import { checkOverrides, constantsOf, getProfile, type Overrides } from "./profiles/index.js";
import type { Challenge, Constants, Profile } from "./profiles/profile.js";
import { digest } from "./salience/digest.js";
import { type Job, type Progress, record, type Scores, scheduled, scoreAll } from "./scoreRun.js";
import type { TrainingData } from "./trainingData.js";
import { version } from "./version.js";

export interface ScoringOptions {
  /** Default "2026-05". */
  readonly profile?: string;
  /** Constants of the profile: `NAME`, `KIND.NAME` or `TICKER.NAME` → value. */
  readonly constants?: Readonly<Record<string, number | string | readonly number[]>>;
  /** Solver of the binary challenges' ElasticNet: to the optimum (`cd`, default), or the reference's own steps (`saga`). */
  readonly meta?: "cd" | "saga";
  /** WebAssembly (default) or plain TypeScript. Ignored when `executor` is given. */
  readonly backend?: "wasm" | "js";
  /** Where tasks run; the caller closes it. Default: this thread. Results do not depend on it. */
  readonly executor?: Executor;
  readonly onProgress?: (progress: Progress) => void;
}

export interface LedgerScoringOptions extends ScoringOptions {
  /** Tickers to score; default: all of the profile. */
  readonly only?: readonly string[];
  /** Rows of later blocks are left out; 0 or absent: no limit. A validator at block B uses B − 500. */
  readonly maxBlock?: number;
  /** Only these hotkeys take part; absent: all. */
  readonly activeHotkeys?: Iterable<string>;
  /** Fail on a NaN or infinite embedding instead of counting it as not submitted. */
  readonly strict?: boolean;
}

/** Result schema 1 (with `diagnostics`, which go to a file of their own). */
export interface LedgerScores extends Scores {
  readonly schema: 1;
  readonly profile: string;
  readonly backend: "wasm" | "js";
  readonly version: string;
  /** Rows and blocks of the whole file; hotkeys of the challenges that were read. */
  readonly ledger: {
    readonly rows: number;
    readonly firstBlock: number;
    readonly lastBlock: number;
    readonly hotkeys: number;
  };
  readonly totalSeconds: number;
  /** What was put up with while reading; empty objects when all was well. */
  readonly warnings: {
    /** Hotkey → ticker → vectors with NaN or infinity, taken as not submitted. */
    readonly nonFinite: Readonly<Record<string, Readonly<Record<string, number>>>>;
    /** Ticker → rows whose embeddings had the wrong length, taken as absent. */
    readonly tornBlobs: Readonly<Record<string, number>>;
  };
  /** SHA-256 of profile, ledger span, breakdown and salience; equal on every machine (salience/digest.ts). */
  readonly digest: string;
}

/**
 * Scores a ledger: reads one challenge after the other in table order and scores it; with several workers the long ones come
 * first and the next one is read meanwhile. Throws UsageError for an unknown profile, ticker or constant, and ScoreError naming the challenge that
 * could not be read or scored (`cause` says why); there is no partial result.
 */
export async function scoreLedger(source: LedgerSource, options: LedgerScoringOptions = {}): Promise<LedgerScores> {
  const started = performance.now();
  const profile = getProfile(options.profile);
  const challenges = chosen(profile, options.only);
  const warnings = new ReadWarnings();
  const hotkeys = new Set<string>();
  const readOptions = {
    ...(options.maxBlock === undefined ? {} : { maxBlock: options.maxBlock }),
    ...(options.activeHotkeys === undefined ? {} : { activeHotkeys: new Set(options.activeHotkeys) }),
    strict: options.strict ?? false,
    warnings,
    memory: new DataMemory(),
  };
  const rules = constantsByTicker(profile, options);
  const { backend, scores } = await withExecutor(options, async (executor) => {
    // a pool's answers call for the next tasks: they must not wait for a whole challenge to be read
    const run = executor.workers > 1 ? finishInTurns : finish;
    const jobs = challenges.map((challenge, place) => ({
      ticker: challenge.ticker,
      place,
      challenge,
      load: async () => {
        const read = await run(readInSteps(source, challenge, rules.get(challenge.ticker)!, readOptions));
        if ("data" in read) for (const hotkey of hotkeysOf(read.data)) hotkeys.add(hotkey);
        return read;
      },
    }));
    const scores = await scoreAll(profile, scheduled(jobs, executor.workers), rules, executor, options);
    return { backend: executor.kernel.backend, scores };
  });
  const ledger = { ...ledgerExtent(source, profile.general.SAMPLE_EVERY), hotkeys: hotkeys.size };
  return {
    schema: 1,
    profile: profile.name,
    backend,
    version,
    ledger,
    ...scores,
    totalSeconds: (performance.now() - started) / 1000,
    warnings: {
      nonFinite: record([...warnings.nonFinite].map(([hotkey, counts]) => [hotkey, record([...counts])])),
      tornBlobs: record([...warnings.tornBlobs]),
    },
    digest: digest({ profile: profile.name, ledger, ...scores }),
  };
}

/**
 * Scores training data that the caller has, in the order given (a ledger's order is the table's). A ticker that the profile
 * does not know, or data of another kind than its challenge's, is skipped. Embeddings must be finite. Errors as scoreLedger.
 */
export async function scoreChallenges(
  trainingData: Iterable<readonly [ticker: string, data: TrainingData]>,
  options: ScoringOptions = {},
): Promise<Scores> {
  const profile = getProfile(options.profile);
  const rules = constantsByTicker(profile, options);
  return withExecutor(options, (executor) =>
    scoreAll(profile, jobsOf(profile, trainingData), rules, executor, options),
  );
}

/** Salience and breakdown of training data, as the reference's function of this name gives them; see scoreChallenges. */
export async function multiSalience(
  trainingData: Iterable<readonly [ticker: string, data: TrainingData]>,
  options: ScoringOptions = {},
): Promise<Pick<Scores, "salience" | "breakdown">> {
  const { salience, breakdown } = await scoreChallenges(trainingData, options);
  return { salience, breakdown };
}

function* jobsOf(profile: Profile, pairs: Iterable<readonly [string, TrainingData]>): Iterable<Job> {
  const seen = new Set<string>();
  for (const [ticker, data] of pairs) {
    if (seen.has(ticker)) throw new UsageError(`${ticker} is given twice`);
    seen.add(ticker);
    const challenge = profile.challenges.find((row) => row.ticker === ticker);
    yield { ticker, place: seen.size - 1, challenge, load: () => ({ data }) };
  }
}

function chosen(profile: Profile, only: readonly string[] | undefined): readonly Challenge[] {
  if (!only) return profile.challenges;
  const tickers = profile.challenges.map(({ ticker }) => ticker);
  const unknown = only.find((ticker) => !tickers.includes(ticker));
  if (unknown !== undefined) {
    throw new UsageError(`unknown ticker "${unknown}" in profile ${profile.name}: choose from ${tickers.join(", ")}`);
  }
  return profile.challenges.filter(({ ticker }) => only.includes(ticker));
}

function constantsByTicker(profile: Profile, { constants = {} }: ScoringOptions): ReadonlyMap<string, Constants> {
  const overrides: Overrides = new Map(Object.entries(constants));
  checkOverrides(profile, overrides);
  return new Map(profile.challenges.map((row) => [row.ticker, constantsOf(profile, row, overrides)]));
}

function hotkeysOf(data: TrainingData): readonly string[] {
  if (data.kind !== "range_breakout_multi") return data.embeddings.hotkeys;
  const hotkeys = new Set(data.samples.flatMap(({ embeddings }) => [...embeddings.keys()]));
  return [...hotkeys].sort(compareCodePoints);
}

async function withExecutor<T>(
  { executor, backend = "wasm" }: ScoringOptions,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  if (executor) return work(executor);
  return work(inlineExecutor(backend === "js" ? openJsKernel() : await openKernel()));
}
