// How many of a pooled design's first samples have label 1: a bit per sample and a running count per word (Jacobson's rank).

import { alloc, allocZeroed } from "../arena";
import { PooledRows } from "./pooledRows";

@unmanaged
export class LabelRanks {
  private words: usize; // u64: bit p of the kept samples' labels
  private counts: usize; // i32 per word: ones before it

  static create(design: PooledRows): LabelRanks {
    const self = changetype<LabelRanks>(alloc(offsetof<LabelRanks>()));
    const words = (design.rows >> 6) + 1;
    self.words = allocZeroed((<usize>words) << 3);
    self.counts = alloc((<usize>words) << 2);
    let position = 0;
    for (let range = 0; range < design.rangeCount; range++) {
      for (let sample = design.from(range), end = design.to(range); sample < end; sample++) {
        const y = load<u8>(design.kept + sample);
        if (!y) continue;
        const word = self.words + ((<usize>(position >> 6)) << 3);
        store<u64>(word, load<u64>(word) | ((<u64>(y - 1)) << (position & 63)));
        position++;
      }
    }
    let ones = 0;
    for (let word = 0; word < words; word++) {
      store<i32>(self.counts + ((<usize>word) << 2), ones);
      ones += <i32>popcnt<u64>(load<u64>(self.words + ((<usize>word) << 3)));
    }
    return self;
  }

  /** Ones among the first `position` kept samples. */
  @inline
  before(position: i32): i32 {
    const word = <usize>(position >> 6);
    const lower = load<u64>(this.words + (word << 3)) & (((<u64>1) << (position & 63)) - 1);
    return load<i32>(this.counts + (word << 2)) + <i32>popcnt<u64>(lower);
  }
}
