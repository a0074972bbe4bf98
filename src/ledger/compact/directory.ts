/** The end of a compact export: what is in it and where. */
import { LedgerError } from "../../errors.js";
import { readChunk } from "./chunk.js";
import {
  type ByteSource,
  type Chunk,
  type Directory,
  HEADER_BYTES,
  type Inflate,
  isCompact,
  MAGIC,
  TRAILER_BYTES,
  VERSION,
} from "./format.js";

/** Throws LedgerError when the file is no compact export, incomplete, or of a later version. */
export function openDirectory(file: ByteSource, inflate: Inflate, name: string): Directory {
  const fail = (why: string) => new LedgerError(`${name}: ${why}`);
  if (file.size < HEADER_BYTES || !isCompact(file.read(0, HEADER_BYTES))) throw fail("not a compact export");
  const version = view(file, 0, HEADER_BYTES).getUint32(MAGIC.length, true);
  if (version !== VERSION) throw fail(`a compact export of version ${version}; this program reads version ${VERSION}`);
  const end = file.size - TRAILER_BYTES;
  if (end < HEADER_BYTES) throw fail("damaged export (it ends early)");
  const trailer = view(file, end, TRAILER_BYTES);
  if (!MAGIC.subarray(0, 4).every((byte, i) => trailer.getUint8(20 + i) === byte)) {
    throw fail("damaged export (it ends early); copy it again");
  }
  const chunk: Chunk = [
    trailer.getFloat64(0, true),
    trailer.getUint32(8, true),
    trailer.getUint32(12, true),
    trailer.getUint32(16, true),
  ];
  const bytes = readChunk(file, inflate, chunk, name);
  return JSON.parse(new TextDecoder().decode(bytes)) as Directory; // whole: its checksum has been compared
}

function view(file: ByteSource, offset: number, length: number): DataView {
  const { buffer, byteOffset } = file.read(offset, length);
  return new DataView(buffer, byteOffset, length);
}
