/** Since when a ledger names each hotkey (40-ledger §6.7). */
import { LedgerError } from "../errors.js";
import { HotkeyLists } from "./hotkeyLists.js";
import { compareCodePoints } from "./hotkeys.js";
import { rowsOf } from "./rows.js";
import type { LedgerSource } from "./source.js";

/**
 * First block of every hotkey of the ledger: 5·sidx of the first row, of any ticker, that names it. Keys ascending. Reads the
 * column `hotkeys` of every row once. Throws LedgerError where it cannot be read.
 */
export function firstBlocks(source: LedgerSource, sampleEvery = 5): Map<string, number> {
  const first = new Map<string, number>();
  for (const ticker of source.tickers()) {
    const lists = new HotkeyLists(ticker);
    for (const [sidx, hotkeys] of rowsOf(source, ticker, ["sidx", "hotkeys"])) {
      if (typeof sidx !== "number") throw new LedgerError(`${ticker}: sidx ${String(sidx)} is not a row number`);
      for (const hotkey of lists.add(hotkeys!, sidx)) {
        const known = first.get(hotkey);
        if (known === undefined || sidx * sampleEvery < known) first.set(hotkey, sidx * sampleEvery);
      }
    }
  }
  return new Map([...first].sort(([a], [b]) => compareCodePoints(a, b)));
}
