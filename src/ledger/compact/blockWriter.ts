/** A run of rows of one ticker, column by column. */
import type { Cell } from "../source.js";
import { ByteWriter } from "./bytes.js";
import { writeDoubles, writeHalves } from "./planes.js";
import { type PriceRow, splitPriceText } from "./priceTexts.js";
import type { Roster } from "./roster.js";
import { SetWriter } from "./sets.js";

/** How a cell is kept; docs/compact-export.md. */
export const Kind = {
  null: 0,
  /** A cell as it is. */
  cell: 1,
  /** A number among the block's doubles. */
  number: 2,
  /** An object of floats. */
  prices: 3,
  /** A list of hotkeys: a set of the block. */
  set: 4,
  /** A blob without bytes. */
  empty: 5,
  /** Codes in the block's columns, for a set of hotkeys. */
  matrix: 6,
  /** Not in the export. */
  leftOut: 7,
} as const;

export interface LedgerRow {
  readonly sidx: number;
  readonly price: Cell;
  readonly priceData: Cell;
  readonly hotkeys: Cell;
  /** Undefined: to be left out. */
  readonly embeddings: Cell | undefined;
}

/** Sections of a block before deflating. */
export interface BlockBytes {
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** Writes rows (at least one, ascending in sidx) as a block. */
export function writeBlock(rows: readonly LedgerRow[], roster: Roster): BlockBytes {
  const sets = new SetWriter();
  const named = new ByteWriter();
  for (const { hotkeys } of rows) writeNamed(named, hotkeys, roster, sets);
  const body = new ByteWriter();
  writeEmbeddings(body, rows, roster, sets);

  const head = new ByteWriter();
  head.varint(rows.length);
  rows.forEach(({ sidx }, i) => {
    if (i > 0) head.varint(sidx - rows[i - 1]!.sidx);
  });
  sets.write(head);
  writePrices(
    head,
    rows.map(({ price }) => price),
  );
  writePriceTexts(
    head,
    rows.map(({ priceData }) => priceData),
  );
  head.raw(named.finish());
  return { head: head.finish(), body: body.finish() };
}

function writeNamed(out: ByteWriter, cell: Cell, roster: Roster, sets: SetWriter): void {
  const set = typeof cell === "string" ? roster.named(cell) : undefined;
  if (set) {
    out.byte(Kind.set);
    out.varint(sets.add(set));
  } else writePlain(out, cell);
}

function writePlain(out: ByteWriter, cell: Cell): void {
  if (cell === null) {
    out.byte(Kind.null);
    return;
  }
  out.byte(Kind.cell);
  out.cell(cell);
}

function writePrices(out: ByteWriter, cells: readonly Cell[]): void {
  for (const cell of cells) {
    if (typeof cell === "number") out.byte(Kind.number);
    else writePlain(out, cell);
  }
  writeDoubles(out, Float64Array.from(cells.filter((cell) => typeof cell === "number")));
}

/** Every key has a column; a row that lacks it repeats the value before. */
function writePriceTexts(out: ByteWriter, cells: readonly Cell[]): void {
  const lists = new Map<string, number>();
  const keyLists: (readonly string[])[] = [];
  const kinds = new ByteWriter();
  const tables: PriceRow[] = [];
  for (const cell of cells) {
    const row = typeof cell === "string" ? splitPriceText(cell) : undefined;
    if (!row) writePlain(kinds, cell);
    else {
      const key = JSON.stringify(row.keys);
      let list = lists.get(key);
      if (list === undefined) {
        list = keyLists.push(row.keys) - 1;
        lists.set(key, list);
      }
      kinds.byte(Kind.prices);
      kinds.varint(list);
      tables.push(row);
    }
  }
  out.varint(keyLists.length);
  for (const keys of keyLists) {
    out.varint(keys.length);
    for (const key of keys) out.text(key);
  }
  out.raw(kinds.finish());
  for (const key of new Set(keyLists.flat())) {
    const column = new Float64Array(tables.length);
    tables.forEach(({ keys, values }, row) => {
      const at = keys.indexOf(key);
      column[row] = at >= 0 ? values[at]! : row > 0 ? column[row - 1]! : 0;
    });
    writeDoubles(out, column);
  }
}

function writeEmbeddings(out: ByteWriter, rows: readonly LedgerRow[], roster: Roster, sets: SetWriter): void {
  const matrices = rows.map(({ embeddings }) =>
    embeddings instanceof Uint8Array && embeddings.length > 0 ? roster.matrix(embeddings) : undefined,
  );
  const widths = rows.map(({ embeddings }, i) => {
    const matrix = matrices[i];
    const width = matrix && ((embeddings as Uint8Array).length - matrix.at) / (2 * matrix.set.length);
    return width && Number.isInteger(width) ? width : 0;
  });
  const width = commonest(widths.filter((candidate) => candidate > 0));
  out.varint(width);
  const kept: Kept[] = [];
  rows.forEach(({ embeddings }, i) => {
    const matrix = matrices[i];
    if (matrix && widths[i] === width) {
      out.byte(Kind.matrix);
      out.varint(sets.add(matrix.set));
      kept.push({ ...matrix, blob: embeddings as Uint8Array });
    } else if (embeddings === undefined) out.byte(Kind.leftOut);
    else if (embeddings instanceof Uint8Array && embeddings.length === 0) out.byte(Kind.empty);
    else writePlain(out, embeddings);
  });
  // The members of all sets, not only the matrices': what a reader knows without the rows.
  for (const member of sets.members()) writeMember(out, member, kept, width);
}

interface Kept {
  readonly set: readonly number[];
  readonly at: number;
  readonly blob: Uint8Array;
}

function writeMember(out: ByteWriter, member: number, kept: readonly Kept[], width: number): void {
  const present = new Uint8Array(kept.length);
  const codes = new Uint16Array(kept.length * width);
  kept.forEach(({ set, at, blob }, row) => {
    const place = set.indexOf(member);
    if (place < 0) return;
    present[row] = 1;
    let from = at + 2 * width * place;
    for (let i = 0; i < width; i++, from += 2) codes[row * width + i] = blob[from]! | (blob[from + 1]! << 8);
  });
  if (present.includes(1)) writeHalves(out, codes, present, width);
}

/** The most frequent value, the first of equals; 0 when there is none. */
function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  let best = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > (counts.get(best) ?? 0)) best = value;
  }
  return best;
}
