/** Compact exports as files (Node). */
import { closeSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { LedgerError } from "../../errors.js";
import type { LedgerSource } from "../source.js";
import { isCompact, MAGIC } from "./format.js";
import { openCompact } from "./read.js";
import { type CompactOptions, writeCompact } from "./write.js";

/** Writes a compact export; a failed write leaves no file. Throws LedgerError when the ledger cannot be read or `path` not written. */
export function writeCompactFile(source: LedgerSource, path: string, options?: CompactOptions): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  const file = guarded(path, () => openSync(unfinished, "w"));
  try {
    writeCompact(
      source,
      (bytes) => guarded(path, () => writeAll(file, bytes)),
      (bytes) => deflateRawSync(bytes, { level: 6 }),
      options,
    );
    closeSync(file);
    guarded(path, () => renameSync(unfinished, path));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Opens a compact export. Throws LedgerError as openCompact. */
export function openCompactFile(path: string): LedgerSource {
  const size = statSync(path).size;
  const file = openSync(path, "r");
  const read = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    if (readSync(file, bytes, 0, length, offset) !== length)
      throw new LedgerError(`${path}: the file has become shorter`);
    return bytes;
  };
  try {
    const source = openCompact({ size, read }, (bytes, maxOutputLength) => inflate(bytes, maxOutputLength), path);
    const close = source.close.bind(source);
    return Object.assign(source, {
      close: () => {
        close();
        closeSync(file);
      },
    });
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Whether the file begins as a compact export. */
export function isCompactFile(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = new Uint8Array(MAGIC.length);
    return readSync(file, start, 0, start.length, 0) === start.length && isCompact(start);
  } finally {
    closeSync(file);
  }
}

const inflate = (bytes: Uint8Array, size: number) => inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new LedgerError(`${path}: cannot be written (${error.code})`, { cause: error });
  }
}
