/**
 * Gathers a ticker's embeddings into one column of binary16 codes per hotkey, in one pass over its rows: which hotkeys
 * there are is only known at the end, so a column is begun when its hotkey first appears and dropped if no row's
 * `hotkeys` lists it (40-ledger §5.1).
 */
import { LedgerError } from "../errors.js";
import type { Embeddings } from "../trainingData.js";
import { readHeader } from "./codec.js";
import { HotkeyLists, MOST_WORDS, PLAIN } from "./hotkeyLists.js";
import { compareCodePoints } from "./hotkeys.js";
import type { Allocator } from "./memory.js";
import type { Cell } from "./source.js";
import type { ReadWarnings } from "./warnings.js";

export interface ColumnOptions {
  readonly activeHotkeys?: ReadonlySet<string>;
  readonly strict?: boolean;
  readonly warnings?: ReadWarnings;
}

/** Columns of one challenge: dozens of times what a subnet registers, so that a ledger cannot ask for all memory. */
const MOST_COLUMNS = 16_384;
/** Header entry without a column: filtered out, or not text. Still counts where "anybody submitted" is asked. */
const NOBODY = -1;
/** Header entry that a later one of the same hotkey replaces. */
const REPLACED = -2;
/** `[`; `, ` and `]` with the zero byte as two bytes each. */
const [OPEN, SEPARATOR, CLOSE] = [0x5b, 0x202c, 0x005d];

export class EmbeddingColumns {
  private readonly numbers = new Map<string, number>();
  private readonly hotkeys: string[] = [];
  private readonly columns: (Uint16Array | undefined)[] = [];
  private readonly lists: HotkeyLists;
  private begun = 0;

  // Hotkeys seen so far, ascending, as quoted bytes one after another: the words that headers are made of.
  private words: DataView = new DataView(new ArrayBuffer(0));
  private wordStarts = new Int32Array(1);
  private wordTargets = new Int32Array(0);

  // The blob that `open` accepted, as a part of its buffer, which most blobs share with their neighbours.
  private view: DataView = this.words;
  private matrix = 0;
  private count = 0;
  private targets = new Int32Array(64);
  private sidx = 0;

  /** `capacity`: upper bound of rows. */
  constructor(
    private readonly ticker: string,
    private readonly width: number,
    private readonly capacity: number,
    private readonly options: ColumnOptions,
    private readonly memory: Allocator,
  ) {
    this.lists = new HotkeyLists(ticker);
  }

  /** Takes note of whom a row's `hotkeys` cell names. */
  list(cell: Cell, sidx: number): void {
    this.lists.add(cell, sidx);
  }

  /**
   * Makes a row's `embeddings` cell the current one. False when it holds no vectors: empty, or of the wrong length.
   * Throws LedgerError where its header cannot be read.
   */
  open(cell: Cell, sidx: number): boolean {
    if (cell === null) return false;
    this.sidx = sidx;
    const isBlob = cell instanceof Uint8Array;
    if (isBlob && cell.buffer !== this.view.buffer) this.view = new DataView(cell.buffer);
    const start = isBlob ? cell.byteOffset : 0;
    const end = isBlob ? start + cell.length : 0;
    if (!(isBlob && this.walkHeader(start, end)) && !this.parseHeader(cell, start)) return false;
    if (this.count === 0) return false;
    if (end - this.matrix === 2 * this.width * this.count) return true;
    this.options.warnings?.addTorn(this.ticker);
    return false;
  }

  /** Whether any finite vector of the current blob, of whichever hotkey, has a nonzero element. */
  anyNonzero(): boolean {
    for (let entry = 0; entry < this.count; entry++) {
      if (this.targets[entry] === REPLACED) continue;
      if (nonzero(this.view, this.matrix + 2 * this.width * entry, this.width)) return true;
    }
    return false;
  }

  /** Writes the current blob's vectors into `row` of the columns. */
  store(row: number): void {
    const { view, width, targets, count } = this;
    let at = this.matrix;
    for (let entry = 0; entry < count; entry++, at += 2 * width) {
      const target = targets[entry]!;
      if (target < 0) continue;
      const column = this.columns[target] ?? this.begin(target);
      if (!copyVector(view, at, column, row * width, width)) this.rejectVector(target, row);
    }
  }

  /** Number of hotkeys that any row listed and the filter lets pass. */
  get size(): number {
    return this.select().length;
  }

  /** The columns cut to rows [from, to), hotkeys ascending. Hotkeys that are listed but never stored share one zero column. */
  finish(from: number, to: number): Embeddings {
    const hotkeys = this.select();
    const { width } = this;
    let zeros: Uint16Array | undefined;
    const columns = hotkeys.map((hotkey) => {
      const number = this.numbers.get(hotkey);
      const column = number === undefined ? undefined : this.columns[number];
      if (column) return column.subarray(from * width, to * width);
      zeros ??= this.memory.uint16((to - from) * width);
      return zeros;
    });
    return { hotkeys, columns, width, rows: to - from };
  }

  private select(): string[] {
    const { activeHotkeys } = this.options;
    const chosen = [...this.lists.listed].filter((hotkey) => !activeHotkeys || activeHotkeys.has(hotkey));
    if (chosen.length > MOST_COLUMNS) throw this.tooMany();
    return chosen.sort(compareCodePoints);
  }

  private begin(target: number): Uint16Array {
    if (this.begun === MOST_COLUMNS) throw this.tooMany();
    const column = this.memory.uint16(this.capacity * this.width);
    this.columns[target] = column;
    this.begun++;
    return column;
  }

  private tooMany(): LedgerError {
    return new LedgerError(
      `${this.ticker}: rows name more than ${MOST_COLUMNS} hotkeys, no subnet has that many; choose with --active-hotkeys`,
    );
  }

  private rejectVector(target: number, row: number): void {
    const hotkey = this.hotkeys[target]!;
    if (this.options.strict) {
      throw new LedgerError(`${this.ticker} sidx ${this.sidx}: embedding of ${hotkey} holds NaN or infinity`);
    }
    this.columns[target]!.fill(0, row * this.width, (row + 1) * this.width);
    this.options.warnings?.addNonFinite(hotkey, this.ticker);
  }

  /**
   * Reads a header that is an ascending choice of known hotkeys in Python's style: one comparison per four bytes finds them
   * all. False when it is anything else; then `parseHeader` decides.
   */
  private walkHeader(start: number, end: number): boolean {
    const { view, words, wordStarts, wordTargets, targets } = this;
    if (start === end || view.getUint8(start) !== OPEN) return false;
    const known = wordTargets.length;
    let count = 0;
    let at = start + 1;
    for (let word = 0; word < known; word++) {
      const from = wordStarts[word]!;
      const length = wordStarts[word + 1]! - from;
      // Two bytes follow it.
      if (at + length + 2 > end) continue;
      let i = 0;
      while (i + 4 <= length && view.getInt32(at + i, true) === words.getInt32(from + i, true)) i += 4;
      while (i < length && view.getUint8(at + i) === words.getUint8(from + i)) i++;
      if (i < length) continue;
      targets[count++] = wordTargets[word]!;
      at += length + 2;
      const next = view.getUint16(at - 2, true);
      if (next === SEPARATOR) continue;
      if (next !== CLOSE) return false;
      this.matrix = at;
      this.count = count;
      return true;
    }
    return false;
  }

  /** Any other header: parsed as JSON, new hotkeys learnt. False when the cell is empty. */
  private parseHeader(cell: Cell, start: number): boolean {
    let header: ReturnType<typeof readHeader>;
    try {
      header = readHeader(cell);
    } catch (error) {
      throw new LedgerError(`${this.ticker} sidx ${this.sidx}: ${(error as Error).message}`);
    }
    if (!header) return false;
    const { entries, matrix } = header;
    if (entries.some((entry) => entry !== null && !this.numbers.has(entry))) this.learn(entries);
    if (this.targets.length < entries.length) this.targets = new Int32Array(2 * entries.length);
    const last = new Map(entries.map((entry, i) => [entry, i]));
    entries.forEach((entry, i) => {
      if (entry === null) this.targets[i] = NOBODY;
      else this.targets[i] = last.get(entry) === i ? this.target(entry) : REPLACED;
    });
    this.matrix = start + matrix;
    this.count = entries.length;
    return true;
  }

  private target(hotkey: string): number {
    const { activeHotkeys } = this.options;
    return activeHotkeys && !activeHotkeys.has(hotkey) ? NOBODY : this.numbers.get(hotkey)!;
  }

  private learn(entries: readonly (string | null)[]): void {
    const before = this.hotkeys.length;
    for (const entry of entries) {
      if (entry === null || this.numbers.has(entry)) continue;
      this.numbers.set(entry, this.hotkeys.length);
      this.hotkeys.push(entry);
      this.columns.push(undefined);
    }
    if (before >= MOST_WORDS) return;
    // Hotkeys that JSON writes with escapes are left to the parser.
    const plain = this.hotkeys.slice(0, MOST_WORDS).filter((hotkey) => PLAIN.test(hotkey));
    const ordered = plain.sort(compareCodePoints);
    const quoted = ordered.map((hotkey) => new TextEncoder().encode(`"${hotkey}"`));
    this.wordStarts = new Int32Array(quoted.length + 1);
    quoted.forEach((word, i) => {
      this.wordStarts[i + 1] = this.wordStarts[i]! + word.length;
    });
    const words = new Uint8Array(this.wordStarts[quoted.length]!);
    quoted.forEach((word, i) => {
      words.set(word, this.wordStarts[i]!);
    });
    this.words = new DataView(words.buffer);
    this.wordTargets = Int32Array.from(ordered, (hotkey) => this.target(hotkey));
    if (this.targets.length < ordered.length) this.targets = new Int32Array(2 * ordered.length);
  }
}

/** Copies one vector of codes; false when an element is NaN or infinite. */
function copyVector(view: DataView, at: number, column: Uint16Array, to: number, width: number): boolean {
  let sums = 0;
  for (let i = 0; i < width; i++) {
    const code = view.getUint16(at + 2 * i, true);
    // Only an exponent of all ones reaches bit 15.
    sums |= (code & 0x7c00) + 0x400;
    column[to + i] = code;
  }
  return sums < 0x8000;
}

/** Whether a vector is finite and has an element other than ±0. */
function nonzero(view: DataView, at: number, width: number): boolean {
  let any = 0;
  for (let i = 0; i < width; i++) {
    const code = view.getUint16(at + 2 * i, true);
    if ((code & 0x7c00) === 0x7c00) return false;
    any |= code & 0x7fff;
  }
  return any !== 0;
}
