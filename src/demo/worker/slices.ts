/// <reference lib="webworker" />
/** A file of the visitor's machine, read where it lies: nothing is copied, so its size does not matter. */
import { LedgerError } from "../../errors.js";
import type { ByteSource } from "../../ledger/compact/format.js";

/** One read of the disk; neighbouring reads are served from it. */
const SLICE = 1 << 20;
/** Slices kept: SQLite goes to and fro between its index and the rows. */
const KEPT = 24;

/** Synchronous, as SQLite wants it; workers only. Throws LedgerError when the browser cannot read the file any more. */
export function sliceSource(file: File): ByteSource {
  const reader = new FileReaderSync();
  const kept = new Map<number, Uint8Array>();

  const slice = (index: number): Uint8Array => {
    let bytes = kept.get(index);
    if (bytes) {
      kept.delete(index);
    } else {
      try {
        bytes = new Uint8Array(reader.readAsArrayBuffer(file.slice(index * SLICE, (index + 1) * SLICE)));
      } catch (cause) {
        throw new LedgerError(`${file.name}: cannot be read; has it changed? Choose it again`, { cause });
      }
      if (kept.size === KEPT) kept.delete(kept.keys().next().value!);
    }
    kept.set(index, bytes); // last in order: used most recently
    return bytes;
  };

  return {
    size: file.size,
    read(offset, length) {
      const result = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const index = Math.floor((offset + at) / SLICE);
        const begin = offset + at - index * SLICE;
        const part = slice(index).subarray(begin, begin + length - at);
        if (part.length === 0) throw new LedgerError(`${file.name}: the file has become shorter; choose it again`);
        result.set(part, at);
        at += part.length;
      }
      return result;
    },
  };
}
