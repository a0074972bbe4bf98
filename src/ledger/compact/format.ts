/**
 * The compact export of a ledger, version 1; docs/compact-export.md describes the file byte by byte. It keeps all that scoring
 * reads, so that every profile and option gives the ledger's own result, in a fraction of the space.
 */

export const MAGIC = Uint8Array.from("MSLEDGER", (character) => character.charCodeAt(0));
export const VERSION = 1;
/** Magic, then version as uint32. */
export const HEADER_BYTES = 12;
/** Offset as float64, size, inflated size and checksum of the directory as uint32, then the first four bytes of the magic. */
export const TRAILER_BYTES = 24;

/** Where a deflated chunk lies, how long it is inflated, and the checksum of the deflated bytes. */
export type Chunk = readonly [offset: number, size: number, inflated: number, crc32: number];

export interface BlockEntry {
  readonly rows: number;
  readonly firstSidx: number;
  readonly lastSidx: number;
  /** sidx, prices and who is named. */
  readonly head: Chunk;
  /** Embeddings. */
  readonly body: Chunk;
}

export interface TickerEntry {
  readonly ticker: string;
  readonly blocks: readonly BlockEntry[];
}

export interface Directory {
  /** Table → columns, as in the ledger. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** Blocks refer to hotkeys by their place here. */
  readonly hotkeys: readonly string[];
  /** Ascending. */
  readonly tickers: readonly TickerEntry[];
  readonly breakoutStates: Chunk;
}

/** Raw DEFLATE (RFC 1951). */
export type Deflate = (bytes: Uint8Array) => Uint8Array;
/** Its inverse; `size` is the length of the result. */
export type Inflate = (bytes: Uint8Array, size: number) => Uint8Array;

/** Random access to a file. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes; only called inside the file. */
  read(offset: number, length: number): Uint8Array;
}

/** Whether a file begins as a compact export does. */
export function isCompact(start: Uint8Array): boolean {
  return start.length >= MAGIC.length && MAGIC.every((byte, i) => start[i] === byte);
}
