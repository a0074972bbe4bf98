/** Writes a ledger as a compact export (browser-safe; Node opens and names files in node.ts). */
import { LedgerError } from "../../errors.js";
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
  type TickerEntry,
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

/** Hands the file's bytes to `write` in order. Throws LedgerError when the ledger cannot be read. */
export function writeCompact(
  source: LedgerSource,
  write: (bytes: Uint8Array) => void,
  deflate: Deflate,
  { full = false, onProgress }: CompactOptions = {},
): void {
  let offset = 0;
  const put = (bytes: Uint8Array): void => {
    write(bytes);
    offset += bytes.length;
  };
  const chunk = (bytes: Uint8Array): Chunk => {
    const deflated = deflate(bytes);
    const at = offset;
    put(deflated);
    return [at, deflated.length, bytes.length, crc32(deflated)];
  };
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  new DataView(header.buffer).setUint32(MAGIC.length, VERSION, true);
  put(header);

  const roster = new Roster();
  const tickers: TickerEntry[] = [];
  const names = source.tickers();
  const total = names.reduce((sum, ticker) => sum + (source.span(ticker)?.rows ?? 0), 0);
  let done = 0;
  for (const ticker of names) {
    const wanted = full ? undefined : breakoutRows(source, ticker);
    const blocks: BlockEntry[] = [];
    for (const rows of batches(source, ticker, wanted)) {
      const { head, body } = writeBlock(rows, roster);
      blocks.push({
        rows: rows.length,
        firstSidx: rows[0]!.sidx,
        lastSidx: rows.at(-1)!.sidx,
        head: chunk(head),
        body: chunk(body),
      });
      done += rows.length;
      onProgress?.(done, total);
    }
    tickers.push({ ticker, blocks });
  }
  const states = new ByteWriter();
  const pairs = source.breakoutStates();
  states.varint(pairs.length);
  for (const pair of pairs) for (const cell of pair) states.cell(cell);
  const directory: Directory = {
    tables: Object.fromEntries(TABLES.map((table) => [table, source.columns(table)])),
    hotkeys: roster.hotkeys,
    tickers,
    breakoutStates: chunk(states.finish()),
  };
  put(trailer(chunk(new TextEncoder().encode(JSON.stringify(directory)))));
}

const TABLES = ["challenge_data", "breakout_state"];

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

/** A ticker's rows in the portions that blocks hold; `wanted`: where embeddings are kept (undefined: everywhere). */
function* batches(
  source: LedgerSource,
  ticker: string,
  wanted: ReadonlySet<number> | undefined,
): Generator<readonly LedgerRow[]> {
  let rows: LedgerRow[] = [];
  let bytes = 0;
  for (const [sidxCell, price, priceData, hotkeys, blob] of source.rows(ticker, [
    "sidx",
    "price",
    "price_data",
    "hotkeys",
    "embeddings",
  ])) {
    const sidx = sidxOf(sidxCell!, ticker);
    if (rows.length > 0 && sidx <= rows.at(-1)!.sidx)
      throw new LedgerError(`${ticker} sidx ${sidx}: rows are out of order`);
    const embeddings = wanted && !wanted.has(sidx) ? undefined : (blob as Cell);
    if (embeddings instanceof Uint8Array) bytes += embeddings.length;
    rows.push({ sidx, price: price!, priceData: priceData!, hotkeys: hotkeys!, embeddings });
    if (rows.length < BLOCK_ROWS && bytes < BLOCK_BYTES) continue;
    yield rows;
    rows = [];
    bytes = 0;
  }
  if (rows.length > 0) yield rows;
}
