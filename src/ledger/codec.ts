/**
 * The `embeddings` blob (40-ledger §3.1): JSON list of hotkeys ‖ one zero byte ‖ matrix of binary16, little-endian,
 * row-major, one row per hotkey of the list. An empty map is an empty blob.
 */
import { fromHalf, toHalf } from "./half.js";
import { compareCodePoints } from "./hotkeys.js";
import { formatPythonJson, parsePythonJson, pythonObjectKeys } from "./pythonJson.js";
import type { Cell } from "./source.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Blob of hotkey → vector; all vectors must have the same length. Values are rounded once to binary16. */
export function packEmbeddings(vectors: ReadonlyMap<string, ArrayLike<number>>): Uint8Array {
  if (vectors.size === 0) return new Uint8Array(0);
  const hotkeys = [...vectors.keys()].sort(compareCodePoints);
  const width = vectors.get(hotkeys[0]!)!.length;
  const header = encoder.encode(formatPythonJson(hotkeys));
  const blob = new Uint8Array(header.length + 1 + 2 * width * hotkeys.length);
  blob.set(header);
  let at = header.length + 1;
  for (const hotkey of hotkeys) {
    const vector = vectors.get(hotkey)!;
    if (vector.length !== width)
      throw new RangeError(`${hotkey}: vector of ${vector.length} values among vectors of ${width}`);
    for (let i = 0; i < width; i++) {
      const code = toHalf(vector[i]!);
      blob[at++] = code & 0xff;
      blob[at++] = code >>> 8;
    }
  }
  return blob;
}

/** Entries of a blob's header in order; null stands for one that is not text. */
export type HeaderEntry = string | null;

/** A blob's parts: where the matrix begins and whom its rows belong to. */
export interface BlobHeader {
  readonly entries: readonly HeaderEntry[];
  /** Byte offset of the matrix. */
  readonly matrix: number;
}

/**
 * Reads a blob's header; undefined for an empty cell. Throws Error with a reason where the reference raises: text or a
 * number instead of bytes, no zero byte, a header that is not UTF-8 JSON or has no entries to iterate.
 */
export function readHeader(cell: Cell | undefined): BlobHeader | undefined {
  if (cell === null || cell === undefined || cell === "" || cell === 0) return undefined;
  if (!(cell instanceof Uint8Array)) throw new Error(`embeddings are ${typeof cell}, not bytes`);
  if (cell.length === 0) return undefined;
  const end = cell.indexOf(0);
  if (end < 0) throw new Error("embeddings lack the zero byte after the list of hotkeys");
  let text: string;
  try {
    text = decoder.decode(cell.subarray(0, end));
  } catch {
    throw new Error("the embeddings' list of hotkeys is not UTF-8");
  }
  return { entries: headerEntries(text), matrix: end + 1 };
}

function headerEntries(text: string): readonly HeaderEntry[] {
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (error) {
    throw new Error(`the embeddings' list of hotkeys is not JSON (${(error as Error).message})`);
  }
  // Python iterates an object's keys and a string's characters; so do we.
  if (typeof value === "string") return [...value];
  if (Array.isArray(value)) return value.map((entry) => (typeof entry === "string" ? entry : checkHashable(entry)));
  if (value !== null && typeof value === "object") return pythonObjectKeys(text);
  throw new Error("the embeddings' list of hotkeys is not a list");
}

function checkHashable(entry: unknown): null {
  if (entry !== null && typeof entry === "object")
    throw new Error("the embeddings' list of hotkeys holds a list or an object");
  return null;
}

/**
 * Hotkey → vector of a blob, exact binary16 values; empty when the matrix has not `2·n·width` bytes. If a hotkey occurs
 * twice the later row wins. Throws Error as `readHeader`.
 */
export function unpackEmbeddings(cell: Cell | undefined, width: number): Map<string, Float64Array> {
  const vectors = new Map<string, Float64Array>();
  const header = readHeader(cell);
  if (!header) return vectors;
  const blob = cell as Uint8Array;
  const { entries, matrix } = header;
  if (blob.length - matrix !== 2 * width * entries.length) return vectors;
  entries.forEach((hotkey, row) => {
    if (hotkey === null) return;
    const vector = new Float64Array(width);
    for (let i = 0, at = matrix + 2 * width * row; i < width; i++, at += 2) {
      vector[i] = fromHalf(blob[at]! | (blob[at + 1]! << 8));
    }
    vectors.set(hotkey, vector);
  });
  return vectors;
}
