/** Little-endian binary writing and reading, with checks on what is read. */
import type { Cell } from "../source.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Grows as it is written. */
export class ByteWriter {
  private bytes = new Uint8Array(1 << 12);
  private length = 0;

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  /** Seven bits a byte, low ones first; for whole numbers from 0 to 2^53. */
  varint(value: number): void {
    this.room(8);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  text(text: string): void {
    const bytes = encoder.encode(text);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** A cell of any type: one byte that tells which, then its value. */
  cell(cell: Cell): void {
    if (cell === null) this.byte(CELL_NULL);
    else if (typeof cell === "number") {
      this.byte(CELL_NUMBER);
      this.raw(new Uint8Array(new Float64Array([cell]).buffer));
    } else if (typeof cell === "string") {
      this.byte(CELL_TEXT);
      this.text(cell);
    } else {
      this.byte(CELL_BLOB);
      this.varint(cell.length);
      this.raw(cell);
    }
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  private room(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + bytes));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

const [CELL_NULL, CELL_NUMBER, CELL_TEXT, CELL_BLOB] = [0, 1, 2, 3];

/** Throws RangeError where the bytes end early or make no sense. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    return this.raw(1)[0]!;
  }

  varint(): number {
    let value = 0;
    let place = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * place;
      if (byte < 128) break;
      place *= 128;
      if (place > 2 ** 49) throw new RangeError("a number is too long");
    }
    return value;
  }

  /** A view, not a copy. */
  raw(length: number): Uint8Array {
    if (!(length <= this.bytes.length - this.at)) throw new RangeError("the data ends early");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return decoder.decode(this.raw(this.varint()));
  }

  cell(): Cell {
    switch (this.byte()) {
      case CELL_NULL:
        return null;
      case CELL_NUMBER:
        return new Float64Array(this.raw(8).slice().buffer)[0]!;
      case CELL_TEXT:
        return this.text();
      case CELL_BLOB:
        return this.raw(this.varint()).slice();
      default:
        throw new RangeError("a cell is of no known type");
    }
  }

  /** Throws unless everything has been read. */
  end(): void {
    if (this.at !== this.bytes.length) throw new RangeError("there is more data than expected");
  }
}
