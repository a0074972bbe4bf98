/** Whom the `hotkeys` texts of a ticker's rows name, all together (40-ledger §5.1). */
import { parseHotkeys } from "./hotkeys.js";
import type { Cell } from "./source.js";

/** Characters of texts that are remembered: with many miners a text comes back after a few hundred rows. */
const RECENT = 1 << 20;
/** Rounds over the known hotkeys after which an order counts as new. */
const PATIENCE = 4;
/** More hotkeys than this are left to the parser: a ledger with a million of them must not slow down every row. */
export const MOST_WORDS = 4096;
/** Hotkeys that JSON writes without escapes. */
export const PLAIN = /^[ !#-[\]-~]*$/;

const NOBODY: readonly string[] = [];

export class HotkeyLists {
  readonly listed = new Set<string>();
  private previous: Cell = null;
  private readonly recent = new Set<string>();
  private recentLength = 0;
  /** Listed hotkeys as JSON writes them, in an order that most texts keep. */
  private words: string[] = [];

  constructor(private readonly ticker: string) {}

  /** Takes note of a row's cell; gives the hotkeys that no row before it named. Throws LedgerError where it cannot be read. */
  add(cell: Cell, sidx: number): readonly string[] {
    if (cell === this.previous) return NOBODY;
    this.previous = cell;
    if (typeof cell === "string" && (this.isRecent(cell) || this.namesNobodyNew(cell))) return NOBODY;
    const hotkeys = parseHotkeys(cell, this.ticker, sidx);
    if (!hotkeys) return NOBODY;
    const newcomers = hotkeys.filter((hotkey) => !this.listed.has(hotkey));
    for (const hotkey of newcomers) this.listed.add(hotkey);
    if (newcomers.length > 0) this.insert(hotkeys);
    return newcomers;
  }

  /** Whether the text was seen lately; from now on it was. */
  private isRecent(text: string): boolean {
    if (this.recent.has(text)) return true;
    this.recentLength += text.length;
    if (this.recentLength > RECENT) {
      this.recent.clear();
      this.recentLength = text.length;
    }
    this.recent.add(text);
    return false;
  }

  /** Puts the hotkeys that have no word yet behind their neighbours: the order of all rows, if the rows have one order. */
  private insert(hotkeys: readonly string[]): void {
    let at = 0;
    for (const hotkey of hotkeys) {
      if (!PLAIN.test(hotkey)) continue;
      const word = `"${hotkey}"`;
      const known = this.words.indexOf(word);
      if (known < 0 && this.words.length >= MOST_WORDS) return;
      if (known < 0) this.words.splice(at, 0, word);
      at = (known < 0 ? at : known) + 1;
    }
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
