/** A block's sections back as the cells of a ledger's rows. */
import type { Cell } from "../source.js";
import { Kind } from "./blockWriter.js";
import { ByteReader } from "./bytes.js";
import { readDoubles, readHalves } from "./planes.js";
import { formatPriceText } from "./priceTexts.js";
import { headerText } from "./roster.js";
import { checked, readSets, type Sets } from "./sets.js";

const encoder = new TextEncoder();

export interface Head {
  readonly sidx: Int32Array;
  readonly prices: readonly Cell[];
  /** Made when asked for: most readers never do. */
  readonly priceText: (row: number) => Cell;
  readonly hotkeys: readonly Cell[];
  /** What the body's matrices refer to. */
  readonly lists: Lists;
}

/** A cell that the export does not hold. */
export const LEFT_OUT = Symbol("left out");

/** Sets of hotkeys as the texts and headers that stand for them, made once per set. */
class Lists {
  /** Members of a set in the order of their names. */
  readonly orders: readonly (readonly number[])[];
  readonly members: number;
  private readonly names: readonly string[];
  private readonly texts: (string | undefined)[] = [];
  private readonly headers: (Uint8Array | undefined)[] = [];

  constructor({ members, sets }: Sets, names: readonly string[], ranks: Int32Array) {
    this.members = members.length;
    this.orders = sets.map((set) => [...set].sort((a, b) => ranks[members[a]!]! - ranks[members[b]!]!));
    this.names = members.map((member) => names[member]!);
  }

  text(set: number): string {
    this.texts[set] ??= headerText(this.orders[set]!.map((member) => this.names[member]!));
    return this.texts[set];
  }

  /** With the zero byte. */
  header(set: number): Uint8Array {
    this.headers[set] ??= encoder.encode(`${this.text(set)}\0`);
    return this.headers[set];
  }
}

/** `hotkeys` of the file and the place of each in ascending order. Throws RangeError for nonsense. */
export function readHead(bytes: Uint8Array, firstSidx: number, hotkeys: readonly string[], ranks: Int32Array): Head {
  const from = new ByteReader(bytes);
  const rows = from.varint();
  const sidx = new Int32Array(rows);
  for (let i = 0, at = firstSidx; i < rows; i++) {
    if (i > 0) at += from.varint();
    sidx[i] = at;
  }
  const lists = new Lists(readSets(from, hotkeys.length), hotkeys, ranks);
  const prices = readPrices(from, rows);
  const priceText = readPriceTexts(from, rows);
  const named = Array.from({ length: rows }, () => readNamed(from, lists));
  from.end();
  return { sidx, prices, priceText, hotkeys: named, lists };
}

function readNamed(from: ByteReader, lists: Lists): Cell {
  const kind = from.byte();
  if (kind === Kind.set) return lists.text(checked(from.varint(), lists.orders.length - 1));
  return plainCell(kind, from);
}

function readPrices(from: ByteReader, rows: number): Cell[] {
  const numbers: number[] = [];
  const cells = Array.from({ length: rows }, (_, row) => {
    const kind = from.byte();
    if (kind !== Kind.number) return plainCell(kind, from);
    numbers.push(row);
    return 0;
  });
  const values = readDoubles(from, numbers.length);
  numbers.forEach((row, i) => {
    cells[row] = values[i]!;
  });
  return cells;
}

function readPriceTexts(from: ByteReader, rows: number): (row: number) => Cell {
  const keyLists = Array.from({ length: from.varint() }, () =>
    Array.from({ length: from.varint() }, () => from.text()),
  );
  const lists = new Int32Array(rows).fill(-1);
  const places = new Int32Array(rows);
  let tables = 0;
  const cells = Array.from({ length: rows }, (_, row): Cell => {
    const kind = from.byte();
    if (kind !== Kind.prices) return plainCell(kind, from);
    lists[row] = checked(from.varint(), keyLists.length - 1);
    places[row] = tables++;
    return null;
  });
  const columns = new Map<string, Float64Array>();
  for (const key of new Set(keyLists.flat())) columns.set(key, readDoubles(from, tables));
  return (row) => {
    const keys = keyLists[lists[row]!];
    if (!keys) return cells[row]!;
    return formatPriceText(
      keys,
      keys.map((key) => columns.get(key)![places[row]!]!),
    );
  };
}

function plainCell(kind: number, from: ByteReader): Cell {
  if (kind === Kind.null) return null;
  if (kind === Kind.cell) return from.cell();
  throw new RangeError("a cell is kept in no known way");
}

/** The `embeddings` cells of a block. */
export function readBody(bytes: Uint8Array, { sidx, lists }: Head): readonly (Cell | typeof LEFT_OUT)[] {
  const from = new ByteReader(bytes);
  const width = from.varint();
  const matrices: { row: number; set: number }[] = [];
  const cells = Array.from(sidx, (_, row): Cell | typeof LEFT_OUT => {
    const kind = from.byte();
    if (kind === Kind.leftOut) return LEFT_OUT;
    if (kind === Kind.empty) return new Uint8Array(0);
    if (kind !== Kind.matrix) return plainCell(kind, from);
    matrices.push({ row, set: checked(from.varint(), lists.orders.length - 1) });
    return null;
  });
  const blobs = matrices.map(({ set }) => {
    const header = lists.header(set);
    const blob = new Uint8Array(header.length + 2 * width * lists.orders[set]!.length);
    blob.set(header);
    return blob;
  });
  const places = placesOf(matrices, lists);
  for (let member = 0; member < lists.members; member++) {
    const present = new Uint8Array(matrices.length);
    matrices.forEach(({ set }, i) => {
      if (places(set, member) >= 0) present[i] = 1;
    });
    if (!present.includes(1)) continue;
    const codes = readHalves(from, present, width);
    matrices.forEach(({ set }, i) => {
      if (present[i] === 0) return;
      const at = lists.header(set).length + 2 * width * places(set, member);
      copyCodes(codes, i * width, blobs[i]!, at, width);
    });
  }
  from.end();
  matrices.forEach(({ row }, i) => {
    cells[row] = blobs[i]!;
  });
  return cells;
}

/** Where a member stands in a set's order, −1 when it is not in it; looked up in a table per set. */
function placesOf(
  matrices: readonly { readonly set: number }[],
  lists: Lists,
): (set: number, member: number) => number {
  const tables = new Map<number, Int32Array>();
  for (const { set } of matrices) {
    if (tables.has(set)) continue;
    const table = new Int32Array(lists.members).fill(-1);
    lists.orders[set]!.forEach((member, place) => {
      table[member] = place;
    });
    tables.set(set, table);
  }
  return (set, member) => tables.get(set)![member]!;
}

function copyCodes(codes: Uint16Array, from: number, blob: Uint8Array, to: number, width: number): void {
  for (let i = 0; i < width; i++) {
    const code = codes[from + i]!;
    blob[to + 2 * i] = code & 0xff;
    blob[to + 2 * i + 1] = code >>> 8;
  }
}
