/** Reading of the deflated pieces that a compact export is made of. */
import { LedgerError } from "../../errors.js";
import { crc32 } from "./crc32.js";
import type { ByteSource, Chunk, Inflate } from "./format.js";

/** The inflated bytes of a chunk. Throws LedgerError when they are not what was written. */
export function readChunk(file: ByteSource, inflate: Inflate, chunk: Chunk, what: string): Uint8Array {
  const [offset, size, inflated, checksum] = chunk;
  const fail = (why: string, cause?: unknown) => new LedgerError(`${what}: damaged export (${why})`, { cause });
  if (!(Number.isSafeInteger(offset) && offset >= 0 && size >= 0 && offset + size <= file.size))
    throw fail("it ends early");
  const bytes = file.read(offset, size);
  if (crc32(bytes) !== checksum) throw fail("a checksum does not match");
  let result: Uint8Array;
  try {
    result = inflate(bytes, inflated);
  } catch (cause) {
    throw fail("it does not inflate", cause);
  }
  if (result.length !== inflated) throw fail("it inflates to another length");
  return result;
}
