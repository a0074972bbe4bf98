/** Whom a row names, and how hotkeys sort (40-ledger §5.1). */
import { LedgerError } from "../errors.js";
import { parsePythonJson } from "./pythonJson.js";
import type { Cell } from "./source.js";

/** Hotkeys of one `hotkeys` cell; undefined when it is NULL or `[]`. Throws LedgerError when it is not a JSON list of text. */
export function parseHotkeys(cell: Cell, ticker: string, sidx: number): readonly string[] | undefined {
  if (cell === null || cell === "[]") return undefined;
  const fail = (why: string) => new LedgerError(`${ticker} sidx ${sidx}: column hotkeys ${why}`);
  if (typeof cell !== "string") throw fail("is not text");
  let value: unknown;
  try {
    value = parsePythonJson(cell);
  } catch (error) {
    throw fail(`is not JSON (${(error as Error).message})`);
  }
  if (typeof value === "string") return [...value];
  if (!Array.isArray(value)) {
    if (value !== null && typeof value === "object") return Object.keys(value);
    throw fail("is not a list");
  }
  const odd = value.find((hotkey) => typeof hotkey !== "string");
  if (odd !== undefined) {
    const shown = typeof odd === "object" && odd !== null ? "a list or an object" : String(odd);
    throw fail(`holds a hotkey that is not text: ${shown}`);
  }
  return value;
}

/** Ascending by Unicode code point, as Python sorts text; differs from UTF-16 order only beyond the basic plane. */
export function compareCodePoints(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for code points above every other unit.
    const high = (unit: number) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
    return high(x) - high(y);
  }
  return a.length - b.length;
}
