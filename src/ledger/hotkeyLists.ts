/** Whom the `hotkeys` texts of a ticker's rows name, all together (40-ledger §5.1). */
import { parseHotkeys } from "./hotkeys.js";
import type { Cell } from "./source.js";

/** Rounds over the known hotkeys after which an order counts as new. */
const PATIENCE = 4;
/** Hotkeys that JSON writes without escapes. */
export const PLAIN = /^[ !#-[\]-~]*$/;

export class HotkeyLists {
  readonly listed = new Set<string>();
  private previous: Cell = null;
  /** Listed hotkeys as JSON writes them, in an order that most texts keep. */
  private words: string[] = [];

  constructor(private readonly ticker: string) {}

  /** Takes note of a row's cell. Throws LedgerError where it cannot be read. */
  add(cell: Cell, sidx: number): void {
    if (cell === this.previous) return;
    this.previous = cell;
    if (typeof cell === "string" && this.namesNobodyNew(cell)) return;
    const hotkeys = parseHotkeys(cell, this.ticker, sidx);
    if (!hotkeys) return;
    for (const hotkey of hotkeys) this.listed.add(hotkey);
    const present = new Set(hotkeys);
    const ordered = [...present, ...[...this.listed].filter((hotkey) => !present.has(hotkey))];
    this.words = ordered.filter((hotkey) => PLAIN.test(hotkey)).map((hotkey) => `"${hotkey}"`);
  }

  /**
   * With many miners nearly every text is a new one, but it is a choice of the same hotkeys in nearly the same order: a
   * walk over both, round and round, finds that out at a fraction of a parse.
   */
  private namesNobodyNew(text: string): boolean {
    const { words } = this;
    const end = text.length - 1;
    if (text[0] !== "[" || text[end] !== "]") return false;
    let at = 1;
    let next = 0;
    for (let tries = PATIENCE * words.length; tries > 0; tries--) {
      const word = words[next]!;
      next = next + 1 < words.length ? next + 1 : 0;
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      if (at === end) return true;
      if (!text.startsWith(", ", at)) return false;
      at += 2;
    }
    return false;
  }
}
