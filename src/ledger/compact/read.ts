/** A compact export as a ledger: blocks are inflated as rows are asked for, so memory stays small whatever the file's size. */
import { LedgerError } from "../../errors.js";
import { compareCodePoints } from "../hotkeys.js";
import { batchesOf } from "../rows.js";
import type { Cell, LedgerSource, RowBatch, RowColumn, RowRange, TickerSpan } from "../source.js";
import { type Head, LEFT_OUT, readBody, readHead } from "./blockReader.js";
import { ByteReader } from "./bytes.js";
import { readChunk } from "./chunk.js";
import { openDirectory } from "./directory.js";
import type { BlockEntry, ByteSource, Chunk, Directory, Inflate } from "./format.js";

/** Inflated blocks kept for single cells. */
const KEPT = 16;

/** Throws LedgerError when the file is no compact export, damaged, or of a later version. */
export function openCompact(file: ByteSource, inflate: Inflate, name: string): LedgerSource {
  return new CompactSource(file, inflate, name, openDirectory(file, inflate, name));
}

class CompactSource implements LedgerSource {
  private readonly blocks = new Map<string, readonly BlockEntry[]>();
  /** Place of each hotkey in ascending order. */
  private readonly ranks: Int32Array;
  private readonly heads = new Map<BlockEntry, Head>();
  private readonly bodies = new Map<BlockEntry, ReturnType<typeof readBody>>();

  constructor(
    private readonly file: ByteSource,
    private readonly inflate: Inflate,
    readonly name: string,
    private readonly directory: Directory,
  ) {
    for (const { ticker, blocks } of directory.tickers) this.blocks.set(ticker, blocks);
    const { hotkeys } = directory;
    const order = [...hotkeys.keys()].sort((a, b) => compareCodePoints(hotkeys[a]!, hotkeys[b]!));
    this.ranks = new Int32Array(hotkeys.length);
    order.forEach((hotkey, rank) => {
      this.ranks[hotkey] = rank;
    });
  }

  columns(table: string): readonly string[] {
    const { tables } = this.directory;
    return Object.hasOwn(tables, table) ? tables[table]! : [];
  }

  tickers(): readonly string[] {
    return [...this.blocks.keys()];
  }

  span(ticker: string): TickerSpan | undefined {
    const blocks = this.blocks.get(ticker) ?? [];
    if (blocks.length === 0) return undefined;
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    return { rows, firstSidx: blocks[0]!.firstSidx, lastSidx: blocks.at(-1)!.lastSidx };
  }

  *batches<const Columns extends readonly RowColumn[]>(
    ticker: string,
    columns: Columns,
    range: RowRange = {},
  ): Iterable<RowBatch<Columns>> {
    yield* batchesOf(this.rows(ticker, columns, range), columns.length) as Iterable<RowBatch<Columns>>;
  }

  private *rows(ticker: string, columns: readonly RowColumn[], range: RowRange): Iterable<readonly Cell[]> {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
    for (const block of this.blocks.get(ticker) ?? []) {
      if (block.lastSidx < from || block.firstSidx > to) continue;
      const head = this.readHead(ticker, block);
      const body = columns.includes("embeddings") ? this.readBody(ticker, block, head) : [];
      for (let row = 0; row < block.rows; row++) {
        const sidx = head.sidx[row]!;
        if (sidx >= from && sidx <= to) yield columns.map((column) => this.pick(ticker, head, body, row, column));
      }
    }
  }

  cell(ticker: string, sidx: number, column: RowColumn): Cell | undefined {
    const block = this.blocks.get(ticker)?.find((entry) => sidx >= entry.firstSidx && sidx <= entry.lastSidx);
    if (!block) return undefined;
    const head = keep(this.heads, block, () => this.readHead(ticker, block));
    const row = head.sidx.indexOf(sidx);
    if (row < 0) return undefined;
    const body = column === "embeddings" ? keep(this.bodies, block, () => this.readBody(ticker, block, head)) : [];
    return this.pick(ticker, head, body, row, column);
  }

  breakoutStates(): readonly (readonly [Cell, Cell])[] {
    return this.guarded("breakout_state", () => {
      const from = new ByteReader(this.chunk("breakout_state", this.directory.breakoutStates));
      return Array.from({ length: from.varint() }, () => [from.cell(), from.cell()] as const);
    });
  }

  close(): void {
    this.heads.clear();
    this.bodies.clear();
  }

  private pick(ticker: string, head: Head, body: ReturnType<typeof readBody>, row: number, column: RowColumn): Cell {
    switch (column) {
      case "sidx":
        return head.sidx[row]!;
      case "price":
        return head.prices[row]!;
      case "price_data":
        return head.priceText(row);
      case "hotkeys":
        return head.hotkeys[row]!;
      case "embeddings": {
        const cell = body[row]!;
        if (cell !== LEFT_OUT) return cell;
        throw new LedgerError(
          `${this.name}: ${ticker} sidx ${head.sidx[row]}: the export leaves out these embeddings; export with --full`,
        );
      }
    }
  }

  private readHead(ticker: string, block: BlockEntry): Head {
    return this.guarded(ticker, () => {
      const { hotkeys } = this.directory;
      const head = readHead(this.chunk(ticker, block.head), block.firstSidx, hotkeys, this.ranks);
      if (head.sidx.length !== block.rows || head.sidx.at(-1) !== block.lastSidx)
        throw new RangeError("rows do not add up");
      return head;
    });
  }

  private readBody(ticker: string, block: BlockEntry, head: Head): ReturnType<typeof readBody> {
    return this.guarded(ticker, () => readBody(this.chunk(ticker, block.body), head));
  }

  private chunk(what: string, chunk: Chunk): Uint8Array {
    return readChunk(this.file, this.inflate, chunk, `${this.name}: ${what}`);
  }

  /** Whatever goes wrong while decoding is damage. */
  private guarded<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof LedgerError) throw error;
      throw new LedgerError(`${this.name}: ${what}: damaged export (${(error as Error).message})`, { cause: error });
    }
  }
}

function keep<T>(kept: Map<BlockEntry, T>, block: BlockEntry, make: () => T): T {
  let value = kept.get(block);
  if (value === undefined) {
    value = make();
    if (kept.size === KEPT) kept.delete(kept.keys().next().value!);
    kept.set(block, value);
  }
  return value;
}
