/** The run behind score.ts: challenges are read and scored one after the other, or overlapping, and then combined. */
import { MantisError, ScoreError } from "./errors.js";
import type { Executor } from "./kernel/executor.js";
import type { ReadResult } from "./ledger/trainingData.js";
import { type Challenge, type Constants, type Profile, storageDim } from "./profiles/profile.js";
import { aggregate, type WeightedShares } from "./salience/aggregate.js";
import { trimHistory } from "./salience/history.js";
import { findScorer } from "./scorers/index.js";
import { type ChallengeScore, nothing } from "./scorers/scorer.js";
import type { TrainingData } from "./trainingData.js";

export interface Progress {
  readonly ticker: string;
  readonly phase: "load" | "score";
  /** 0 to 1, never falling within a phase; while scoring, an estimate. */
  readonly done: number;
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

/** One challenge to read and score. */
export interface Job {
  readonly ticker: string;
  /** Where its result stands among the others, whatever the order of execution. */
  readonly place: number;
  /** Undefined: the profile does not know the ticker. */
  readonly challenge: Challenge | undefined;
  readonly load: () => ReadResult | Promise<ReadResult>;
}

export interface RunOptions {
  readonly meta?: "cd" | "saga";
  readonly onProgress?: (progress: Progress) => void;
}

/** How much training data lies in memory at a time when there are workers to score it, in units of the largest challenge's. */
const OVERLAP = 2.5;

interface Outcome {
  readonly ticker: string;
  readonly weight: number;
  readonly score: ChallengeScore;
  readonly seconds: { load: number; score: number };
}

/** Kinds that take longest, longest first; a breakout leaves its price table to the cross-section challenge after it. */
const HEAVY = ["funding_xsec", "range_breakout_multi", "xsec_rank", "lbfgs"];

/** For a pool: the long ones first, so that the short ones fill the gaps. One thread keeps to the order given. */
export function scheduled(jobs: readonly Job[], workers: number): readonly Job[] {
  if (workers <= 1) return jobs;
  const kinds = HEAVY.flatMap((kind) => jobs.filter(({ challenge }) => challenge?.kind === kind));
  return [...kinds, ...jobs.filter((job) => !kinds.includes(job))];
}

/** Scores every job, starting them in the order given; results do not depend on it. Throws ScoreError for one that fails. */
export async function scoreAll(
  profile: Profile,
  jobs: Iterable<Job>,
  rules: ReadonlyMap<string, Constants>,
  executor: Executor,
  options: RunOptions,
): Promise<Scores> {
  const outcomes: Outcome[] = [];
  const held = new HeldData(executor.workers);
  const failures: ScoreError[] = [];
  for (const job of jobs) {
    const { ticker, challenge, place } = job;
    await held.roomFor(challenge);
    if (failures.length > 0) break;
    const seconds = { load: 0, score: 0 };
    try {
      const read = await load(profile, job, seconds, options);
      const scoring = score(profile, job, read, rules.get(ticker), executor, seconds, options).then(
        (result) => {
          outcomes[place] = { ticker, weight: challenge?.weight ?? 0, score: result, seconds };
        },
        (cause: unknown) => {
          failures.push(failure(ticker, cause));
        },
      );
      held.add(scoring, challenge, "data" in read ? bytesOf(read.data) : 0);
    } catch (cause) {
      failures.push(failure(ticker, cause));
    }
  }
  if (failures.length === 0) await held.nothing();
  if (failures.length > 0) throw failures[0];
  return collect(outcomes);
}

/** Training data in memory, of challenges that are being scored. */
class HeldData {
  private readonly running = new Map<Promise<void>, number>();
  private largest = 0;
  /** Most bytes so far per element that a row has of each hotkey: what the next challenge may take is guessed from it. */
  private density = 0;

  constructor(private readonly workers: number) {}

  add(scoring: Promise<void>, challenge: Challenge | undefined, bytes: number): void {
    const done = scoring.then(() => {
      this.running.delete(done);
    });
    this.running.set(done, bytes);
    this.largest = Math.max(this.largest, bytes);
    if (challenge && bytes > 0) this.density = Math.max(this.density, bytes / storageDim(challenge));
  }

  /** Until the next challenge may be read: one at least while another is scored, more if they are small; one thread takes turns. */
  async roomFor(challenge: Challenge | undefined): Promise<void> {
    const more = challenge && challenge.kind !== "range_breakout_multi" ? this.density * storageDim(challenge) : 0;
    while (this.running.size > 0 && !this.hasRoom(more)) await Promise.race(this.running.keys());
  }

  async nothing(): Promise<void> {
    await Promise.all(this.running.keys());
  }

  private hasRoom(more: number): boolean {
    if (this.workers <= 1) return false;
    let bytes = more;
    for (const size of this.running.values()) bytes += size;
    return this.running.size === 1 || bytes <= OVERLAP * Math.max(this.largest, more);
  }
}

async function load(
  profile: Profile,
  { ticker, challenge, load }: Job,
  seconds: Outcome["seconds"],
  { onProgress }: RunOptions,
): Promise<ReadResult> {
  if (!challenge) return { reason: `profile ${profile.name} has no such challenge` };
  if (!profile.kinds[challenge.kind]) {
    return { reason: `profile ${profile.name} has no rules for ${challenge.kind} challenges` };
  }
  const started = performance.now();
  onProgress?.({ ticker, phase: "load", done: 0 });
  const read = await load();
  seconds.load = (performance.now() - started) / 1000;
  onProgress?.({ ticker, phase: "load", done: 1 });
  return read;
}

async function score(
  profile: Profile,
  { challenge }: Job,
  read: ReadResult,
  constants: Constants | undefined,
  executor: Executor,
  seconds: Outcome["seconds"],
  options: RunOptions,
): Promise<ChallengeScore> {
  if (!("data" in read)) return nothing(read.reason);
  const begun = performance.now();
  try {
    const { scorer } = profile.kinds[challenge!.kind]!;
    return await scoreData(read.data, challenge!, scorer, constants!, executor, options);
  } finally {
    seconds.score = (performance.now() - begun) / 1000;
    read.release?.();
  }
}

async function scoreData(
  read: TrainingData,
  challenge: Challenge,
  scorerName: string,
  constants: Constants,
  executor: Executor,
  { meta = "cd", onProgress }: RunOptions,
): Promise<ChallengeScore> {
  const { ticker } = challenge;
  if (read.kind !== challenge.kind) return nothing(`needs ${challenge.kind} data, not ${read.kind}`);
  if (needsHorizon(read) && challenge.blocksAhead <= 0) return nothing("the challenge looks no blocks ahead");
  const data = trimHistory(read, constants.MAX_BLOCK_HISTORY as number);
  if (!data) return nothing("no rows");

  const scorer = findScorer(scorerName);
  if (!scorer) throw new MantisError(`scorer "${scorerName}" is missing`);
  const watched = watch(executor, (done) => onProgress?.({ ticker, phase: "score", done }));
  const score = await scorer(data, { challenge, constants, executor: watched, meta });
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
export function record<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}

/** Roughly what training data takes in memory. */
function bytesOf(data: TrainingData): number {
  if (data.kind === "range_breakout_multi") return 0;
  const { hotkeys, rows, width } = data.embeddings;
  return 2 * hotkeys.length * rows * width;
}

function needsHorizon({ kind }: TrainingData): boolean {
  return kind !== "binary" && kind !== "range_breakout_multi";
}

function failure(ticker: string, cause: unknown): ScoreError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ScoreError(message.startsWith(`${ticker}:`) ? message : `${ticker}: ${message}`, { cause });
}
