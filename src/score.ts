/**
 * Scoring, from a ledger or from training data (browser-safe): every challenge of the profile, then the aggregate.
 */
import { byCodePoint } from "./codePoints.js";
import { MantisError, ScoreError, UsageError } from "./errors.js";
import { type Executor, inlineExecutor } from "./kernel/executor.js";
import { openJsKernel, openKernel } from "./kernel/load.js";
import type { LedgerSource } from "./ledger/source.js";
import { ledgerSpan } from "./ledger/span.js";
import { type ReadResult, readTrainingData } from "./ledger/trainingData.js";
import { ReadWarnings } from "./ledger/warnings.js";
import { checkOverrides, constantsOf, getProfile, type Overrides } from "./profiles/index.js";
import type { Challenge, Constants, Profile } from "./profiles/profile.js";
import { aggregate, type WeightedShares } from "./salience/aggregate.js";
import { digest } from "./salience/digest.js";
import { trimHistory } from "./salience/history.js";
import { findScorer } from "./scorers/index.js";
import { type ChallengeScore, nothing } from "./scorers/scorer.js";
import type { TrainingData } from "./trainingData.js";
import { version } from "./version.js";

export interface Progress {
  readonly ticker: string;
  readonly phase: "load" | "score";
  /** 0 to 1, never falling within a phase; while scoring, an estimate. */
  readonly done: number;
}

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

export type ShareRecord = Readonly<Record<string, number>>;

/** What scoring yields without regard to where the data came from. All maps are keyed by ticker or hotkey. */
export interface Scores {
  /** Hotkey → share of the whole; hotkeys ascending, shares sum to 1. Empty when no challenge scored. */
  readonly salience: ShareRecord;
  /** Ticker → hotkey → share of the challenge; challenges that scored only. */
  readonly breakdown: Readonly<Record<string, ShareRecord>>;
  /** Ticker → wall seconds; with several workers, challenges overlap. */
  readonly seconds: Readonly<Record<string, { readonly load: number; readonly score: number }>>;
  /** Ticker → why nothing was scored. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Ticker → what its scorer noted: who was selected, AUCs, segment weights, coefficients. */
  readonly diagnostics: Readonly<Record<string, ChallengeScore["diagnostics"]>>;
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
 * Scores a ledger: reads one challenge after the other in table order and scores it; with several workers the next one is
 * read meanwhile. Throws UsageError for an unknown profile, ticker or constant, and ScoreError naming the challenge that
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
  };
  const rules = constantsByTicker(profile, options);
  const jobs = challenges.map((challenge) => ({
    ticker: challenge.ticker,
    challenge,
    load: () => {
      const read = readTrainingData(source, challenge, rules.get(challenge.ticker)!, readOptions);
      if ("data" in read) for (const hotkey of hotkeysOf(read.data)) hotkeys.add(hotkey);
      return read;
    },
  }));
  const { backend, scores } = await withExecutor(options, async (executor) => ({
    backend: executor.kernel.backend,
    scores: await scoreAll(profile, jobs, rules, executor, options),
  }));
  const ledger = { ...ledgerSpan(source, profile.general.SAMPLE_EVERY), hotkeys: hotkeys.size };
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
  return withExecutor(options, (executor) => scoreAll(profile, jobsOf(profile, trainingData), rules, executor, options));
}

/** Salience and breakdown of training data, as the reference's function of this name gives them; see scoreChallenges. */
export async function multiSalience(
  trainingData: Iterable<readonly [ticker: string, data: TrainingData]>,
  options: ScoringOptions = {},
): Promise<Pick<Scores, "salience" | "breakdown">> {
  const { salience, breakdown } = await scoreChallenges(trainingData, options);
  return { salience, breakdown };
}

interface Job {
  readonly ticker: string;
  /** Undefined: the profile does not know the ticker. */
  readonly challenge: Challenge | undefined;
  readonly load: () => ReadResult;
}

function* jobsOf(profile: Profile, pairs: Iterable<readonly [string, TrainingData]>): Iterable<Job> {
  const seen = new Set<string>();
  for (const [ticker, data] of pairs) {
    if (seen.has(ticker)) throw new UsageError(`${ticker} is given twice`);
    seen.add(ticker);
    const challenge = profile.challenges.find((row) => row.ticker === ticker);
    yield { ticker, challenge, load: () => ({ data }) };
  }
}

/** How many challenges are scored while the next one is read, when there are workers to do it. */
const OVERLAP = 1;

interface Outcome {
  readonly ticker: string;
  readonly weight: number;
  readonly score: ChallengeScore;
  readonly seconds: { load: number; score: number };
}

async function scoreAll(
  profile: Profile,
  jobs: Iterable<Job>,
  rules: ReadonlyMap<string, Constants>,
  executor: Executor,
  options: ScoringOptions,
): Promise<Scores> {
  const outcomes: Outcome[] = [];
  const running: Promise<void>[] = [];
  const failures: ScoreError[] = [];
  for (const job of jobs) {
    const place = outcomes.length;
    const seconds = { load: 0, score: 0 };
    outcomes.push({ ticker: job.ticker, weight: job.challenge?.weight ?? 0, score: nothing("not scored"), seconds });
    // Loading happens before the first await inside, scoring goes on after this call returns.
    const scoring = scoreOne(profile, job, rules, executor, options, seconds).then(
      (score) => {
        outcomes[place] = { ...outcomes[place]!, score };
      },
      (cause: unknown) => {
        failures.push(failure(job.ticker, cause));
      },
    );
    running.push(scoring);
    while (running.length > (executor.workers > 1 ? OVERLAP : 0)) await running.shift();
    if (failures.length > 0) break;
  }
  if (failures.length === 0) await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return collect(outcomes);
}

async function scoreOne(
  profile: Profile,
  { ticker, challenge, load }: Job,
  rules: ReadonlyMap<string, Constants>,
  executor: Executor,
  { meta = "cd", onProgress }: ScoringOptions,
  seconds: { load: number; score: number },
): Promise<ChallengeScore> {
  const kind = challenge && profile.kinds[challenge.kind];
  if (!challenge || !kind) return nothing(`profile ${profile.name} has no such challenge`);
  const constants = rules.get(ticker)!;

  const started = performance.now();
  onProgress?.({ ticker, phase: "load", done: 0 });
  const read = load();
  seconds.load = (performance.now() - started) / 1000;
  onProgress?.({ ticker, phase: "load", done: 1 });
  if (!("data" in read)) return nothing(read.reason);
  if (read.data.kind !== challenge.kind) return nothing(`needs ${challenge.kind} data, not ${read.data.kind}`);
  if (needsHorizon(read.data) && challenge.blocksAhead <= 0) return nothing("the challenge looks no blocks ahead");
  const data = trimHistory(read.data, constants.MAX_BLOCK_HISTORY as number);
  if (!data) return nothing("no rows");

  const scorer = findScorer(kind.scorer);
  if (!scorer) throw new MantisError(`scorer "${kind.scorer}" is missing`);
  const begun = performance.now();
  const watched = watch(executor, (done) => onProgress?.({ ticker, phase: "score", done }));
  const score = await scorer(data, { challenge, constants, executor: watched, meta });
  seconds.score = (performance.now() - begun) / 1000;
  onProgress?.({ ticker, phase: "score", done: 1 });
  return score;
}

/**
 * Reports finished tasks as a fraction. How many stages a scorer has is its own business, so each call of `map` moves half
 * of the way that is left.
 */
function watch(executor: Executor, report: (done: number) => void): Executor {
  let behind = 0;
  return {
    kernel: executor.kernel,
    workers: executor.workers,
    map(task, inputs, cost, onDone) {
      const from = behind;
      behind += (1 - behind) / 2;
      const to = behind;
      let done = 0;
      report(from);
      return executor.map(task, inputs, cost, () => {
        onDone?.();
        done++;
        report(from + ((to - from) * done) / inputs.length);
      });
    },
    close: () => executor.close(),
  };
}

function collect(outcomes: readonly Outcome[]): Scores {
  const weighted: WeightedShares[] = outcomes.map(({ ticker, weight, score }) => ({
    ticker,
    weight,
    shares: score.shares,
  }));
  const { salience, breakdown } = aggregate(weighted);
  const skipped: [string, string][] = [];
  for (const { ticker, score } of outcomes) {
    if (breakdown.has(ticker)) continue;
    skipped.push([ticker, score.skipped ?? "no share is positive"]);
  }
  return {
    salience: record([...salience]),
    breakdown: record([...breakdown].map(([ticker, shares]) => [ticker, record([...shares])])),
    seconds: record(outcomes.map(({ ticker, seconds }) => [ticker, seconds])),
    skipped: record(skipped),
    diagnostics: record(outcomes.map(({ ticker, score }) => [ticker, score.diagnostics])),
  };
}

/** Own properties only, whatever the keys are called. */
function record<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
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
  return [...hotkeys].sort(byCodePoint);
}

function needsHorizon({ kind }: TrainingData): boolean {
  return kind !== "binary" && kind !== "range_breakout_multi";
}

function failure(ticker: string, cause: unknown): ScoreError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ScoreError(message.startsWith(`${ticker}:`) ? message : `${ticker}: ${message}`, { cause });
}

async function withExecutor<T>(
  { executor, backend = "wasm" }: ScoringOptions,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  if (executor) return work(executor);
  return work(inlineExecutor(backend === "js" ? openJsKernel() : await openKernel()));
}
