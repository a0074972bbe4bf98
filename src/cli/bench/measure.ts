/** Runs contenders in turns, each run in a fresh process, and puts their medians side by side. */
import { compareResults } from "../../salience/compare.js";
import type { Contender, Run, Seconds, Subject } from "./contender.js";
import { median } from "./statistics.js";

export interface Measured {
  readonly name: string;
  readonly workers: number;
  readonly runs: number;
  /** Ticker → median seconds. */
  readonly seconds: Readonly<Record<string, Seconds>>;
  readonly totalSeconds: number;
  readonly processSeconds: number;
  /** The largest of all runs. */
  readonly peakRssMb: number;
  /** Ticker → L1 distance from the base's shares; absent for the base itself. */
  readonly distances: Readonly<Record<string, number>>;
  /** Of the salience. */
  readonly distance: number;
  readonly notConverged: readonly string[];
}

export interface Comparison {
  /** The contender that others are held against: the last one with one worker, so the reference where there is one. */
  readonly base: string;
  readonly contenders: readonly Measured[];
}

export interface Entry {
  readonly contender: Contender;
  readonly runs: number;
}

/** `onRun` is told what starts. Contenders take turns, so that a machine that slows down slows all of them. */
export async function measure(
  entries: readonly Entry[],
  subject: Subject,
  folder: string,
  onRun: (done: number, total: number, name: string) => void = () => {},
): Promise<Comparison> {
  const found = new Map<Entry, Run[]>(entries.map((entry) => [entry, []]));
  const total = entries.reduce((sum, { runs }) => sum + runs, 0);
  const rounds = Math.max(...entries.map(({ runs }) => runs));
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (round >= entry.runs) continue;
      onRun(done++, total, entry.contender.name);
      found.get(entry)!.push(await entry.contender.run(subject, folder));
    }
  }
  const base = entries.findLast(({ contender }) => contender.workers === 1) ?? entries[entries.length - 1]!;
  return {
    base: base.contender.name,
    contenders: entries.map((entry) => summarise(entry.contender, found.get(entry)!, found.get(base)![0]!)),
  };
}

function summarise({ name, workers }: Contender, runs: readonly Run[], base: Run): Measured {
  const tickers = Object.keys(runs[0]!.seconds);
  const middle = (ticker: string, part: keyof Seconds) => median(runs.map(({ seconds }) => seconds[ticker]![part]));
  const isBase = runs.includes(base);
  const comparisons = runs.map(({ result }) => compareResults(result, base.result));
  const farthest = (ticker: string) => Math.max(...comparisons.map(({ challenges }) => challenges[ticker]!.distance));
  return {
    name,
    workers,
    runs: runs.length,
    seconds: Object.fromEntries(
      tickers.map((ticker) => [ticker, { load: middle(ticker, "load"), score: middle(ticker, "score") }]),
    ),
    totalSeconds: median(runs.map(({ totalSeconds }) => totalSeconds)),
    processSeconds: median(runs.map(({ processSeconds }) => processSeconds)),
    peakRssMb: Math.max(...runs.map(({ peakRssMb }) => peakRssMb)),
    distances: isBase
      ? {}
      : Object.fromEntries(Object.keys(comparisons[0]!.challenges).map((ticker) => [ticker, farthest(ticker)])),
    distance: Math.max(...comparisons.map(({ overall }) => overall.distance)),
    notConverged: runs[0]!.notConverged,
  };
}
