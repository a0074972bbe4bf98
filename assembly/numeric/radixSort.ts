// Ascending sort of unsigned 64-bit keys, most significant digits first in groups of up to three counting passes.
//
// The keys are taken relative to their minimum, so that passes are spent on bits that differ: three digits of 11 bits
// tell nearly all of a million scores apart. Runs that still agree are sorted by what is left of them, on the spot.
// Loops run over blocks in functions of their own, because V8 optimises a function between calls only.
import { alloc, mark, release } from "../arena";

const BLOCK: i32 = 4096;
const SMALL: i32 = 24; // up to here insertion beats counting
const WIDE: i32 = 8192; // from here 2048 counters pay

/** Order-preserving keys: a < b as numbers exactly when key(a) < key(b) unsigned; -0 and 0 share one. */
export class SortKey {
  @inline
  static of(x: f64): u64 {
    const bits = reinterpret<i64>(x + 0.0);
    return <u64>(bits ^ ((bits >> 63) | ((<i64>1) << 63)));
  }
}

/** Sorts n keys at `keys` in place; `spare` is room for as many. */
export function sortKeys(keys: usize, n: i32, spare: usize): void {
  if (n <= SMALL) {
    insertionSort(keys, n);
    return;
  }
  const level = mark();
  const range = alloc(16);
  store<u64>(range, load<u64>(keys));
  store<u64>(range, load<u64>(keys), 8);
  let done = 0;
  for (; done + BLOCK <= n; done += BLOCK) widenRange(keys + ((<usize>done) << 3), BLOCK, range);
  widenRange(keys + ((<usize>done) << 3), n - done, range);
  const least = load<u64>(range);
  const bits = 64 - <i32>clz<u64>(load<u64>(range, 8) - least);
  if (bits > 0) {
    const width = n >= WIDE ? 11 : 8;
    const passes = min<i32>(3, (bits + width - 1) / width);
    const shift = max<i32>(0, bits - passes * width);
    const counters = alloc(<usize>(4 << width));
    let from = keys;
    let to = spare;
    for (let pass = 0; pass < passes; pass++) {
      countingPass(from, n, to, least, shift + pass * width, width, counters);
      const swapped = from;
      from = to;
      to = swapped;
    }
    if (from != keys) memory.copy(keys, from, (<usize>n) << 3);
    if (shift > 0) {
      for (let i = 0; i < n; ) i = sortRuns(keys, i, min<i32>(n, i + BLOCK), n, spare, least, shift);
    }
  }
  release(level);
}

function insertionSort(keys: usize, n: i32): void {
  const end = keys + ((<usize>n) << 3);
  for (let i = keys + 8; i < end; i += 8) {
    const key = load<u64>(i);
    let j = i;
    for (; j > keys && load<u64>(j - 8) > key; j -= 8) store<u64>(j, load<u64>(j - 8));
    store<u64>(j, key);
  }
}

/** Widens [range[0], range[1]] to hold n more keys. */
function widenRange(keys: usize, n: i32, range: usize): void {
  let least = load<u64>(range);
  let most = load<u64>(range, 8);
  for (const end = keys + ((<usize>n) << 3); keys < end; keys += 8) {
    const key = load<u64>(keys);
    least = min<u64>(least, key);
    most = max<u64>(most, key);
  }
  store<u64>(range, least);
  store<u64>(range, most, 8);
}

/** Stable move of n keys by one digit of `width` bits. */
function countingPass(from: usize, n: i32, to: usize, least: u64, shift: i32, width: i32, counters: usize): void {
  const digits = 1 << width;
  memory.fill(counters, 0, (<usize>digits) << 2);
  let done = 0;
  for (; done + BLOCK <= n; done += BLOCK) count(from + ((<usize>done) << 3), BLOCK, least, shift, digits, counters);
  count(from + ((<usize>done) << 3), n - done, least, shift, digits, counters);
  let place = <i32>to;
  for (let digit = 0; digit < digits; digit++) {
    const counter = counters + ((<usize>digit) << 2);
    const size = load<i32>(counter) << 3;
    store<i32>(counter, place);
    place += size;
  }
  done = 0;
  for (; done + BLOCK <= n; done += BLOCK) scatter(from + ((<usize>done) << 3), BLOCK, least, shift, digits, counters);
  scatter(from + ((<usize>done) << 3), n - done, least, shift, digits, counters);
}

function count(keys: usize, n: i32, least: u64, shift: i32, digits: i32, counters: usize): void {
  const mask = digits - 1;
  for (const end = keys + ((<usize>n) << 3); keys < end; keys += 8) {
    const digit = <i32>((load<u64>(keys) - least) >> <u64>shift) & mask;
    const counter = counters + ((<usize>digit) << 2);
    store<i32>(counter, load<i32>(counter) + 1);
  }
}

/** Moves n keys to the places that the counters hold, as addresses. */
function scatter(keys: usize, n: i32, least: u64, shift: i32, digits: i32, counters: usize): void {
  const mask = digits - 1;
  for (const end = keys + ((<usize>n) << 3); keys < end; keys += 8) {
    const key = load<u64>(keys);
    const digit = <i32>((key - least) >> <u64>shift) & mask;
    const counter = counters + ((<usize>digit) << 2);
    const place = load<usize>(counter);
    store<u64>(place, key);
    store<usize>(counter, place + 8);
  }
}

/** Sorts the runs of equal digits that start in [from, to); gives the index after the last of them. */
function sortRuns(keys: usize, from: i32, to: i32, n: i32, spare: usize, least: u64, shift: i32): i32 {
  let i = from;
  while (i < to) {
    const start = i;
    const digits = (load<u64>(keys + ((<usize>i) << 3)) - least) >> <u64>shift;
    i++;
    while (i < n && (load<u64>(keys + ((<usize>i) << 3)) - least) >> <u64>shift == digits) i++;
    if (i - start > 1) sortKeys(keys + ((<usize>start) << 3), i - start, spare + ((<usize>start) << 3));
  }
  return i;
}
