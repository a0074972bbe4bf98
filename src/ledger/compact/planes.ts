/**
 * Columns of numbers as planes of bytes that deflate well: each value is replaced by its difference from the one in the row
 * before, and equal bytes of all values lie together.
 */
import type { ByteReader, ByteWriter } from "./bytes.js";

/**
 * binary16 codes of one hotkey, rows × width and row-major. Codes are ordered as their values are (negative ones are
 * mirrored), so that the differences of neighbours stay small; rows where `present` is 0 repeat the row before.
 */
export function writeHalves(out: ByteWriter, codes: Uint16Array, present: Uint8Array, width: number): void {
  const rows = present.length;
  const high = new Uint8Array(rows * width);
  const low = new Uint8Array(rows * width);
  for (let i = 0; i < width; i++) {
    let before = 0x8000;
    for (let row = 0, at = i * rows; row < rows; row++, at++) {
      if (present[row] === 0) continue;
      const order = ordered(codes[row * width + i]!);
      const step = fold((order - before) & 0xffff);
      before = order;
      high[at] = step >>> 8;
      low[at] = step & 0xff;
    }
  }
  out.raw(high);
  out.raw(low);
}

/** Fills the rows that are present; the others stay 0. */
export function readHalves(from: ByteReader, present: Uint8Array, width: number): Uint16Array {
  const rows = present.length;
  const high = from.raw(rows * width);
  const low = from.raw(rows * width);
  const codes = new Uint16Array(rows * width);
  for (let i = 0; i < width; i++) fillHalves(codes, high, low, present, width, i);
  return codes;
}

function fillHalves(
  codes: Uint16Array,
  high: Uint8Array,
  low: Uint8Array,
  present: Uint8Array,
  width: number,
  column: number,
): void {
  const rows = present.length;
  let order = 0x8000;
  for (let row = 0, at = column * rows; row < rows; row++, at++) {
    if (present[row] === 0) continue;
    order = (order + unfold((high[at]! << 8) | low[at]!)) & 0xffff;
    codes[row * width + column] = unordered(order);
  }
}

/** float64 values: each XORed with the one before, then by byte, the most significant first. */
export function writeDoubles(out: ByteWriter, values: Float64Array): void {
  const count = values.length;
  const bytes = new Uint8Array(values.slice().buffer);
  const planes = new Uint8Array(8 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 8; k++) {
      const before = i > 0 ? bytes[8 * (i - 1) + k]! : 0;
      planes[(7 - k) * count + i] = bytes[8 * i + k]! ^ before;
    }
  }
  out.raw(planes);
}

export function readDoubles(from: ByteReader, count: number): Float64Array {
  const planes = from.raw(8 * count);
  const bytes = new Uint8Array(8 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 8; k++) {
      const before = i > 0 ? bytes[8 * (i - 1) + k]! : 0;
      bytes[8 * i + k] = planes[(7 - k) * count + i]! ^ before;
    }
  }
  return new Float64Array(bytes.buffer);
}

/** Sign and magnitude to offset binary; its own kind of inverse below. */
const ordered = (code: number) => (code & 0x8000 ? 0xffff - code : code + 0x8000);
const unordered = (order: number) => (order & 0x8000 ? order - 0x8000 : 0xffff - order);

/** A difference modulo 2^16 to a number that is small when the difference is, whatever its sign. */
const fold = (step: number) => (step & 0x8000 ? 2 * (0xffff - step) + 1 : 2 * step);
const unfold = (folded: number) => (folded & 1 ? 0xffff - (folded >>> 1) : folded >>> 1);
