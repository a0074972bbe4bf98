// Area under the ROC curve of scored groups of rows (Mann and Whitney 1947), equal scores counted half: an integer over an
// integer, rounded once. Groups are sorted by a least-significant-digit radix sort of their scores.

import { alloc, allocZeroed } from "../arena";

const DIGITS: i32 = 8;
const RECORD: usize = 16; // sortable score u64, then rows of class 0 and of class 1 as u32

@unmanaged
export class GroupedAuc {
  private records: usize;
  private spare: usize;
  private count: i32;
  private histograms: usize; // DIGITS × 256 u32

  /** Room for `capacity` groups. */
  static create(capacity: i32): GroupedAuc {
    const self = changetype<GroupedAuc>(alloc(offsetof<GroupedAuc>()));
    self.records = alloc(RECORD * <usize>capacity);
    self.spare = alloc(RECORD * <usize>capacity);
    self.histograms = allocZeroed((<usize>DIGITS) << 10);
    self.count = 0;
    return self;
  }

  /** Forgets all groups. */
  clear(): void {
    this.count = 0;
    memory.fill(this.histograms, 0, (<usize>DIGITS) << 10);
  }

  /** Adds a group with that many rows of each class; the score is not NaN. */
  add(score: f64, rows0: u32, rows1: u32): void {
    const bits = reinterpret<u64>(score + 0.0); // -0 becomes 0
    const key = bits >> 63 ? ~bits : bits | 0x8000000000000000;
    const p = this.records + RECORD * <usize>this.count;
    store<u64>(p, key);
    store<u32>(p, rows0, 8);
    store<u32>(p, rows1, 12);
    this.count++;
    for (let digit: usize = 0; digit < <usize>DIGITS; digit++) {
      const bin = this.histograms + (digit << 10) + ((<usize>(key >> ((<u64>digit) << 3)) & 0xff) << 2);
      store<u32>(bin, load<u32>(bin) + 1);
    }
  }

  /** The area; NaN when a class is absent. */
  area(): f64 {
    for (let digit: i32 = 0; digit < DIGITS; digit++) this.sortBy(digit);
    let below: u64 = 0; // rows of class 0 with a smaller score
    let total1: u64 = 0;
    let doubled: u64 = 0; // twice the number of correctly ordered pairs
    let p = this.records;
    const end = p + RECORD * <usize>this.count;
    while (p < end) {
      const key = load<u64>(p);
      let rows0: u64 = 0;
      let rows1: u64 = 0;
      for (; p < end && load<u64>(p) == key; p += RECORD) {
        rows0 += load<u32>(p, 8);
        rows1 += load<u32>(p, 12);
      }
      doubled += rows1 * (2 * below + rows0);
      below += rows0;
      total1 += rows1;
    }
    return <f64>doubled / (2 * <f64>(below * total1));
  }

  private sortBy(digit: i32): void {
    const bins = this.histograms + ((<usize>digit) << 10);
    let start: u32 = 0;
    for (let bin = bins; bin < bins + 1024; bin += 4) {
      const size = load<u32>(bin);
      if (size == <u32>this.count) return; // all alike
      store<u32>(bin, start);
      start += size;
    }
    this.distribute(bins, (<u64>digit) << 3);
    const sorted = this.spare;
    this.spare = this.records;
    this.records = sorted;
  }

  private distribute(bins: usize, shift: u64): void {
    const to = this.spare;
    const end = this.records + RECORD * <usize>this.count;
    for (let p = this.records; p < end; p += RECORD) {
      const bin = bins + ((<usize>(load<u64>(p) >> shift) & 0xff) << 2);
      const place = load<u32>(bin);
      store<u32>(bin, place + 1);
      v128.store(to + RECORD * <usize>place, v128.load(p));
    }
  }
}
