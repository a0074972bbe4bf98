/** The public API on Node: index.ts, with ledgers by path and a pool of worker threads. */
import { UsageError } from "./errors.js";
import { openPool } from "./kernel/pool.js";
import type { LedgerSource } from "./ledger/source.js";
import * as core from "./score.js";
import type { Scores } from "./scoreRun.js";
import type { TrainingData } from "./trainingData.js";

export * from "./index.js";
export { openPool } from "./kernel/pool.js";

export interface WorkerOptions {
  /** Threads that score, 1 to 256; 1 (default) stays on this thread. Ignored when `executor` is given. */
  readonly workers?: number;
}

/** As in index.ts; a string is the path of a ledger, opened read-only and closed again. */
export async function scoreLedger(
  ledger: string | LedgerSource,
  options: core.LedgerScoringOptions & WorkerOptions = {},
): Promise<core.LedgerScores> {
  if (typeof ledger !== "string") return withPool(options, (all) => core.scoreLedger(ledger, all));
  const { openLedger } = await import("./ledger/node.js"); // only here is the native SQLite needed
  const source = openLedger(ledger);
  try {
    return await withPool(options, (all) => core.scoreLedger(source, all));
  } finally {
    source.close();
  }
}

/** As in index.ts, on worker threads if wanted. */
export function scoreChallenges(
  trainingData: Iterable<readonly [ticker: string, data: TrainingData]>,
  options: core.ScoringOptions & WorkerOptions = {},
): Promise<Scores> {
  return withPool(options, (all) => core.scoreChallenges(trainingData, all));
}

/** As in index.ts, on worker threads if wanted. */
export async function multiSalience(
  trainingData: Iterable<readonly [ticker: string, data: TrainingData]>,
  options: core.ScoringOptions & WorkerOptions = {},
): Promise<Pick<Scores, "salience" | "breakdown">> {
  const { salience, breakdown } = await scoreChallenges(trainingData, options);
  return { salience, breakdown };
}

async function withPool<Options extends core.ScoringOptions & WorkerOptions, T>(
  options: Options,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  const { workers = 1 } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > 256) {
    throw new UsageError(`workers must be a whole number from 1 to 256, not ${workers}`);
  }
  if (options.executor) return work(options);
  const executor = await openPool(workers, options.backend);
  try {
    return await work({ ...options, executor });
  } finally {
    await executor.close();
  }
}
