/** Writes a ledger as a compact export (browser-safe; Node opens and names files in node.ts). */
import { LedgerError } from "../../errors.js";
import { compareCodePoints } from "../hotkeys.js";
import { rowsOf } from "../rows.js";
import type { Cell, LedgerSource } from "../source.js";
import { sidxOf } from "../window.js";
import { type LedgerRow, writeBlock } from "./blockWriter.js";
import { breakoutRows } from "./breakoutRows.js";
import { ByteWriter } from "./bytes.js";
import { crc32 } from "./crc32.js";
import {
  type BlockEntry,
  type Chunk,
  type Deflate,
  type Directory,
  HEADER_BYTES,
  MAGIC,
  TRAILER_BYTES,
  VERSION,
} from "./format.js";
import { Roster } from "./roster.js";

/** A block ends at this many rows or bytes of embeddings: small enough to hold a few, large enough to deflate well. */
const BLOCK_ROWS = 4096;
const BLOCK_BYTES = 1 << 20;

export interface CompactOptions {
  /** Keep MULTIBREAKOUT's embeddings of all rows; default: of those at which a profile finds a breakout, the only ones read. */
  readonly full?: boolean;
  /** Rows written, rows there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Takes rows and hands the file's bytes to `write` in order: all rows of a ticker, ascending in sidx, then the next ticker's. */
export class CompactWriter {
  private readonly roster = new Roster();
  private readonly blocks = new Map<string, BlockEntry[]>();
  private offset = 0;
  private ticker = "";
  private rows: LedgerRow[] = [];
  private bytes = 0;

  constructor(
    private readonly write: (bytes: Uint8Array) => void,
    private readonly deflate: Deflate,
  ) {
    const header = new Uint8Array(HEADER_BYTES);
    header.set(MAGIC);
    new DataView(header.buffer).setUint32(MAGIC.length, VERSION, true);
    this.put(header);
  }

  /** Throws LedgerError for a row out of order. */
  add(ticker: string, row: LedgerRow): void {
    if (ticker !== this.ticker) {
      this.flush();
      this.ticker = ticker;
    }
    const { rows } = this;
    if (rows.length > 0 && row.sidx <= rows.at(-1)!.sidx) {
      throw new LedgerError(`${ticker} sidx ${row.sidx}: rows are out of order`);
    }
    rows.push(row);
    if (row.embeddings instanceof Uint8Array) this.bytes += row.embeddings.length;
    if (rows.length === BLOCK_ROWS || this.bytes >= BLOCK_BYTES) this.flush();
  }

  /** Nothing may be added afterwards. */
  finish(
    tables: Directory["tables"] = LEDGER_TABLES,
    states: readonly (readonly [asset: Cell, json: Cell])[] = [],
  ): void {
    this.flush();
    const cells = new ByteWriter();
    cells.varint(states.length);
    for (const pair of states) for (const cell of pair) cells.cell(cell);
    const directory: Directory = {
      tables,
      hotkeys: this.roster.hotkeys,
      tickers: [...this.blocks]
        .map(([ticker, blocks]) => ({ ticker, blocks }))
        .sort((a, b) => compareCodePoints(a.ticker, b.ticker)),
      breakoutStates: this.chunk(cells.finish()),
    };
    this.put(trailer(this.chunk(new TextEncoder().encode(JSON.stringify(directory)))));
  }

  private flush(): void {
    const { rows, ticker } = this;
    if (rows.length === 0) return;
    const { head, body } = writeBlock(rows, this.roster);
    const blocks = this.blocks.get(ticker) ?? [];
    this.blocks.set(ticker, blocks);
    blocks.push({
      rows: rows.length,
      firstSidx: rows[0]!.sidx,
      lastSidx: rows.at(-1)!.sidx,
      head: this.chunk(head),
      body: this.chunk(body),
    });
    this.rows = [];
    this.bytes = 0;
  }

  private chunk(bytes: Uint8Array): Chunk {
    const deflated = this.deflate(bytes);
    const at = this.offset;
    this.put(deflated);
    return [at, deflated.length, bytes.length, crc32(deflated)];
  }

  private put(bytes: Uint8Array): void {
    this.write(bytes);
    this.offset += bytes.length;
  }
}

const LEDGER_TABLES = {
  challenge_data: ["ticker", "sidx", "price", "price_data", "hotkeys", "embeddings"],
  breakout_state: ["asset", "state_json"],
};

/** Writes a whole ledger. Throws LedgerError when it cannot be read. */
export function writeCompact(
  source: LedgerSource,
  write: (bytes: Uint8Array) => void,
  deflate: Deflate,
  { full = false, onProgress }: CompactOptions = {},
): void {
  const writer = new CompactWriter(write, deflate);
  const tickers = source.tickers();
  const total = tickers.reduce((sum, ticker) => sum + (source.span(ticker)?.rows ?? 0), 0);
  let done = 0;
  for (const ticker of tickers) {
    const wanted = full ? undefined : breakoutRows(source, ticker);
    for (const [sidxCell, price, priceData, hotkeys, blob] of rowsOf(source, ticker, COLUMNS)) {
      const sidx = sidxOf(sidxCell!, ticker);
      const embeddings = wanted && !wanted.has(sidx) ? undefined : (blob as Cell);
      writer.add(ticker, { sidx, price: price!, priceData: priceData!, hotkeys: hotkeys!, embeddings });
      if (++done % 1000 === 0) onProgress?.(done, total);
    }
  }
  const tables = Object.keys(LEDGER_TABLES).map((table) => [table, source.columns(table)] as const);
  writer.finish(Object.fromEntries(tables), source.breakoutStates());
}

const COLUMNS = ["sidx", "price", "price_data", "hotkeys", "embeddings"] as const;

function trailer([offset, size, inflated, checksum]: Chunk): Uint8Array {
  const view = new DataView(new ArrayBuffer(TRAILER_BYTES));
  view.setFloat64(0, offset, true);
  view.setUint32(8, size, true);
  view.setUint32(12, inflated, true);
  view.setUint32(16, checksum, true);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(MAGIC.subarray(0, 4), 20);
  return bytes;
}
