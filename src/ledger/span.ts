/** What a ledger covers, for the head of a result. */
import { parseHotkeys } from "./hotkeys.js";
import type { Cell, LedgerSource } from "./source.js";

export interface LedgerSpan {
  /** Rows of `challenge_data`, all tickers together. */
  readonly rows: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  /** Distinct hotkeys that any row names. */
  readonly hotkeys: number;
}

/** Rows, blocks and hotkeys of the whole ledger; zeros when it is empty. Scans the `hotkeys` column once. */
export function ledgerSpan(source: LedgerSource, sampleEvery = 5): LedgerSpan {
  const hotkeys = new Set<string>();
  let rows = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const ticker of source.tickers()) {
    const span = source.span(ticker);
    if (!span) continue;
    rows += span.rows;
    first = Math.min(first, span.firstSidx);
    last = Math.max(last, span.lastSidx);
    let previous: Cell = null;
    for (const [sidx, text] of source.rows(ticker, ["sidx", "hotkeys"])) {
      if (text === previous) continue;
      previous = text as Cell;
      for (const hotkey of parseHotkeys(previous, ticker, sidx as number) ?? []) hotkeys.add(hotkey);
    }
  }
  return rows === 0
    ? { rows: 0, firstBlock: 0, lastBlock: 0, hotkeys: 0 }
    : { rows, firstBlock: first * sampleEvery, lastBlock: last * sampleEvery, hotkeys: hotkeys.size };
}
