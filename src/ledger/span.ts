/** What a ledger covers, for the head of a result. */
import { parseHotkeys } from "./hotkeys.js";
import { rowsOf } from "./rows.js";
import type { Cell, LedgerSource } from "./source.js";

export interface LedgerExtent {
  /** Rows of `challenge_data`, all tickers together. */
  readonly rows: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
}

export interface LedgerSpan extends LedgerExtent {
  /** Distinct hotkeys that any row names. */
  readonly hotkeys: number;
}

/** Rows and blocks of the whole ledger, from its index; zeros when it is empty. */
export function ledgerExtent(source: LedgerSource, sampleEvery = 5): LedgerExtent {
  let rows = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const ticker of source.tickers()) {
    const span = source.span(ticker);
    if (!span) continue;
    rows += span.rows;
    first = Math.min(first, span.firstSidx);
    last = Math.max(last, span.lastSidx);
  }
  return rows === 0
    ? { rows: 0, firstBlock: 0, lastBlock: 0 }
    : { rows, firstBlock: first * sampleEvery, lastBlock: last * sampleEvery };
}

/** Rows, blocks and hotkeys of the whole ledger. Scans the `hotkeys` column once. */
export function ledgerSpan(source: LedgerSource, sampleEvery = 5): LedgerSpan {
  const hotkeys = new Set<string>();
  for (const ticker of source.tickers()) {
    let previous: Cell = null;
    for (const [sidx, text] of rowsOf(source, ticker, ["sidx", "hotkeys"])) {
      if (text === previous) continue;
      previous = text as Cell;
      for (const hotkey of parseHotkeys(previous, ticker, sidx as number) ?? []) hotkeys.add(hotkey);
    }
  }
  return { ...ledgerExtent(source, sampleEvery), hotkeys: hotkeys.size };
}
