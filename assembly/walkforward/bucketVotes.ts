// What miners' choices have in common: weighted votes per row, agreement between miners (22-lbfgs-buckets §4 steps 5h and 7).
import { alloc, mark, release } from "../arena";

const CLASSES: usize = 5;
const VOTE_BLOCK: i32 = 256;

function addVotes(choices: usize, n: i32, share: f64, scores: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const p = scores + ((i * CLASSES + <usize>load<u8>(choices + i)) << 3);
    store<f64>(p, load<f64>(p) + share);
  }
}

function pickWinners(scores: usize, n: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const row = scores + ((i * CLASSES) << 3);
    let best = load<f64>(row);
    let winner: u8 = 0;
    for (let k: u8 = 1; k < <u8>CLASSES; k++) {
      const score = load<f64>(row + ((<usize>k) << 3));
      if (score > best) {
        best = score;
        winner = k;
      }
    }
    store<u8>(out + i, winner);
  }
}

/** Bucket with the largest sum of shares per row, the first of equals. `choices` is voters x rows, row-major. */
export function bucketVotes(choices: usize, shares: usize, voters: i32, rows: i32, out: usize): void {
  const level = mark();
  const bytes = (<usize>VOTE_BLOCK * CLASSES) << 3;
  const scores = alloc(bytes);
  for (let from = 0; from < rows; from += VOTE_BLOCK) {
    const n = min<i32>(VOTE_BLOCK, rows - from);
    memory.fill(scores, 0, bytes);
    for (let j = 0; j < voters; j++) {
      const own = choices + <usize>j * <usize>rows + <usize>from;
      addVotes(own, n, load<f64>(shares + ((<usize>j) << 3)), scores);
    }
    pickWinners(scores, n, out + <usize>from);
  }
  release(level);
}

/** Number of equal bytes. Sixteen at a time; a byte lane counts up to 255 equal ones before it is emptied. */
function agreement(a: usize, b: usize, n: usize): i32 {
  let total = 0;
  let i: usize = 0;
  while (i + 16 <= n) {
    const steps = min<usize>((n - i) >> 4, 255);
    let counts = i8x16.splat(0);
    const end = i + (steps << 4);
    for (; i < end; i += 16) counts = i8x16.sub(counts, i8x16.eq(v128.load(a + i), v128.load(b + i)));
    const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(counts));
    total +=
      i32x4.extract_lane(sums, 0) +
      i32x4.extract_lane(sums, 1) +
      i32x4.extract_lane(sums, 2) +
      i32x4.extract_lane(sums, 3);
  }
  for (; i < n; i++) total += <i32>(load<u8>(a + i) == load<u8>(b + i));
  return total;
}

/** For each voter the largest agreement with an earlier one; 0 for the first. */
export function largestAgreements(choices: usize, voters: i32, rows: i32, out: usize): void {
  const n = <usize>rows;
  for (let i = 0; i < voters; i++) {
    let largest = 0;
    for (let j = 0; j < i; j++)
      largest = max<i32>(largest, agreement(choices + <usize>i * n, choices + <usize>j * n, n));
    store<i32>(out + ((<usize>i) << 2), largest);
  }
}
