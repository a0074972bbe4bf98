/** Hotkeys of a ledger by number, in the order in which they were first seen. */
import { readHeader } from "../codec.js";
import { compareCodePoints, parseHotkeys } from "../hotkeys.js";
import { formatPythonJson } from "../pythonJson.js";
import type { Cell } from "../source.js";

/** Texts and headers remembered; neighbouring rows mostly share them. */
const KEPT = 512;
const encoder = new TextEncoder();
const latin = new TextDecoder("latin1");

export interface Matrix {
  /** Hotkey numbers of the matrix's rows. */
  readonly set: readonly number[];
  /** Byte offset of the matrix. */
  readonly at: number;
}

export class Roster {
  readonly hotkeys: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly texts = new Map<string, readonly number[] | undefined>();
  private readonly headers = new Map<string, readonly number[] | undefined>();

  /** Numbers of the hotkeys that a `hotkeys` text names; undefined when it is no list of text. */
  named(text: string): readonly number[] | undefined {
    return remember(this.texts, text, () => {
      let names: readonly string[] | undefined;
      try {
        names = parseHotkeys(text, "", 0);
      } catch {
        return undefined;
      }
      return names && names.length > 0 ? this.ascending(new Set(names)) : undefined;
    });
  }

  /** The blob's rows when its header is as Python writes an ascending list without repetition; else undefined. */
  matrix(blob: Uint8Array): Matrix | undefined {
    const end = blob.indexOf(0);
    if (end < 0) return undefined;
    const header = blob.subarray(0, end);
    const set = remember(this.headers, latin.decode(header), () => {
      const names = headerNames(blob);
      return names && sameBytes(encoder.encode(headerText(names)), header) ? this.ascending(new Set(names)) : undefined;
    });
    return set && { set, at: end + 1 };
  }

  private ascending(names: ReadonlySet<string>): number[] {
    return [...names].sort(compareCodePoints).map((name) => this.number(name));
  }

  private number(hotkey: string): number {
    let number = this.numbers.get(hotkey);
    if (number === undefined) {
      number = this.hotkeys.push(hotkey) - 1;
      this.numbers.set(hotkey, number);
    }
    return number;
  }
}

/** The list as Python writes it. */
export function headerText(names: readonly string[]): string {
  return formatPythonJson(names);
}

function headerNames(blob: Cell): readonly string[] | undefined {
  try {
    const names = readHeader(blob)?.entries;
    if (!names || names.length === 0) return undefined;
    const ascends = names.every(
      (name, i) => name !== null && (i === 0 || compareCodePoints(names[i - 1] as string, name) < 0),
    );
    return ascends ? (names as readonly string[]) : undefined;
  } catch {
    return undefined;
  }
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  if (known.has(key)) return known.get(key)!;
  const made = make();
  if (known.size === KEPT) known.clear();
  known.set(key, made);
  return made;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
