/** Sets of hotkeys as rows name them, one bitmap each over the hotkeys of a block. */
import type { ByteReader, ByteWriter } from "./bytes.js";

/** Collects a block's sets of hotkey numbers; equal ones get the same place. */
export class SetWriter {
  private readonly places = new Map<string, number>();
  private readonly sets: (readonly number[])[] = [];

  add(set: readonly number[]): number {
    const key = set.join();
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.sets.length;
      this.places.set(key, place);
      this.sets.push(set);
    }
    return place;
  }

  /** Hotkey numbers of all sets, ascending. */
  members(): number[] {
    return [...new Set(this.sets.flat())].sort((a, b) => a - b);
  }

  write(out: ByteWriter): void {
    const members = this.members();
    out.varint(members.length);
    for (const member of members) out.varint(member);
    const bit = new Map(members.map((member, i) => [member, i]));
    out.varint(this.sets.length);
    const bytes = (members.length + 7) >>> 3;
    let before = new Uint8Array(bytes);
    for (const set of this.sets) {
      const map = new Uint8Array(bytes);
      for (const member of set) map[bit.get(member)! >>> 3]! |= 1 << (bit.get(member)! & 7);
      out.raw(map.map((byte, i) => byte ^ before[i]!)); // neighbours differ in few bits
      before = map;
    }
  }
}

export interface Sets {
  /** Hotkey numbers, ascending. */
  readonly members: readonly number[];
  /** Each set as places in `members`, ascending. */
  readonly sets: readonly (readonly number[])[];
}

/** `known`: how many hotkeys the file has. */
export function readSets(from: ByteReader, known: number): Sets {
  const members = Array.from({ length: checked(from.varint(), known) }, () => checked(from.varint(), known - 1));
  const count = from.varint();
  const bytes = (members.length + 7) >>> 3;
  const sets: number[][] = [];
  let before = new Uint8Array(bytes);
  for (let i = 0; i < count; i++) {
    const map = from.raw(bytes).map((byte, k) => byte ^ before[k]!);
    sets.push([...members.keys()].filter((member) => (map[member >>> 3]! >>> (member & 7)) & 1));
    before = map;
  }
  return { members, sets };
}

export function checked(value: number, most: number): number {
  if (value > most) throw new RangeError("a number is out of range");
  return value;
}
