// Rows in which two miners were both active, and in how many of them all values lie close (51-clusters §1).

import { alloc, mark, release } from "../arena";
import { decodeHalves } from "../numeric/half";

const BLOCK: i32 = 512; // rows: the decoded block of 256 miners then stays within a megabyte or so

/**
 * `columns` and `activity` list k pointers, codes rows × width and a byte per row; `pairs` are i32 pairs of miners. Adds per pair
 * to `joint` (i32) the rows in which both are active, to `close` (i32) those of them in which every |difference| < eps, float32.
 */
export function closeRows(
  columns: usize,
  activity: usize,
  k: i32,
  width: i32,
  rows: i32,
  pairs: usize,
  count: i32,
  eps: f32,
  joint: usize,
  close: usize,
): void {
  const level = mark();
  const bytes = (<usize>BLOCK * <usize>width) << 2;
  const values = alloc(<usize>k * bytes);
  for (let from: i32 = 0; from < rows; from += BLOCK) {
    const n = min<i32>(BLOCK, rows - from);
    for (let j: usize = 0; j < <usize>k; j++) {
      const codes = load<usize>(columns + (j << 2)) + ((<usize>from * <usize>width) << 1);
      decodeHalves(codes, values + j * bytes, n * width);
    }
    for (let p: usize = 0; p < <usize>count; p++) {
      const i = <usize>load<i32>(pairs + (p << 3));
      const j = <usize>load<i32>(pairs + (p << 3), 4);
      const a = load<usize>(activity + (i << 2)) + <usize>from;
      const b = load<usize>(activity + (j << 2)) + <usize>from;
      const found = compare(values + i * bytes, values + j * bytes, a, b, n, width, eps);
      store<i32>(joint + (p << 2), load<i32>(joint + (p << 2)) + <i32>(found >> 32));
      store<i32>(close + (p << 2), load<i32>(close + (p << 2)) + <i32>found);
    }
  }
  release(level);
}

/** Joint rows in the upper half, close ones in the lower. */
function compare(x: usize, y: usize, a: usize, b: usize, n: i32, width: i32, eps: f32): u64 {
  let joint: u32 = 0;
  let close: u32 = 0;
  for (let t: usize = 0; t < <usize>n; t++) {
    let near: u32 = load<u8>(a + t) & load<u8>(b + t);
    joint += near;
    for (const end = x + ((<usize>width) << 2); x < end; x += 4, y += 4) {
      near &= <u32>(abs<f32>(load<f32>(x) - load<f32>(y)) < eps);
    }
    close += near;
  }
  return ((<u64>joint) << 32) | <u64>close;
}
