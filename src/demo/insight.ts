/** What the page shows of a result: pure functions of its JSON. */
import { getProfile } from "../profiles/index.js";
import type { LedgerScores } from "../score.js";
import type { Json } from "../scorers/scorer.js";

export interface Miner {
  readonly hotkey: string;
  /** 1 is the best. */
  readonly rank: number;
  readonly salience: number;
  /** Share of each challenge, in the order of `tickersOf`. */
  readonly shares: readonly number[];
  /** What each challenge adds to the salience; they sum to it. */
  readonly parts: readonly number[];
}

/** Challenges that scored, in the profile's order. */
export function tickersOf(scores: LedgerScores): string[] {
  return getProfile(scores.profile)
    .challenges.map(({ ticker }) => ticker)
    .filter((ticker) => Object.hasOwn(scores.breakdown, ticker));
}

/** Everybody with a share, the largest salience first. */
export function minersOf(scores: LedgerScores): Miner[] {
  const tickers = tickersOf(scores);
  const { challenges } = getProfile(scores.profile);
  const weights = tickers.map((ticker) => challenges.find((challenge) => challenge.ticker === ticker)!.weight);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const ranked = Object.entries(scores.salience).sort(([, a], [, b]) => b - a);
  return ranked.map(([hotkey, salience], i) => {
    const shares = tickers.map((ticker) => own(scores.breakdown[ticker]!, hotkey) ?? 0);
    return { hotkey, rank: i + 1, salience, shares, parts: shares.map((share, k) => (share * weights[k]!) / all) };
  });
}

/** Segment of history → AUC of the miner's forecasts. */
export interface AucSeries {
  readonly ticker: string;
  readonly segments: readonly number[];
  readonly aucs: readonly number[];
}

/** AUC per segment where the scorer judges segments one by one. */
export function aucSeries(scores: LedgerScores, hotkey: string): AucSeries[] {
  const series: AucSeries[] = [];
  for (const [ticker, diagnostics] of Object.entries(scores.diagnostics)) {
    const points = list(field(diagnostics, "segments")).flatMap((segment) => {
      const [number, auc] = [field(segment, "segment"), field(field(segment, "selectionAuc"), hotkey)];
      return typeof number === "number" && typeof auc === "number" ? [{ number, auc }] : [];
    });
    if (points.length === 0) continue;
    series.push({ ticker, segments: points.map(({ number }) => number), aucs: points.map(({ auc }) => auc) });
  }
  return series;
}

/** One AUC over the whole evaluation, where the scorer notes one. */
export function singleAuc(scores: LedgerScores, ticker: string, hotkey: string): number | undefined {
  const diagnostics = own(scores.diagnostics, ticker);
  const chosen = list(field(diagnostics, "selection")).find((entry) => field(entry, "hotkey") === hotkey);
  const auc = field(chosen, "auc") ?? field(field(field(diagnostics, "gate"), hotkey), "auc");
  return typeof auc === "number" ? auc : undefined;
}

/** What the desk's profit owes to the miner's cluster, added up fold by fold; undefined when it was in none. */
export function tradeMixProfit(scores: LedgerScores, hotkey: string): readonly number[] | undefined {
  const diagnostics = own(scores.diagnostics, "TRADEMIX");
  const full = list(field(diagnostics, "per_fold_full_pnl"));
  const cluster = list(field(diagnostics, "clusters")).find((entry) => list(field(entry, "members")).includes(hotkey));
  const without = list(field(cluster, "per_fold_pnl_without"));
  if (full.length === 0 || without.length !== full.length) return undefined;
  let sum = 0;
  return full.map((value, fold) => {
    sum += Number(value) - Number(without[fold]);
    return sum;
  });
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function field(value: Json | undefined, key: string): Json | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return own(value as Readonly<Record<string, Json>>, key);
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
