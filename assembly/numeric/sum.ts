// Sum of a contiguous float64 array in NumPy's order (2.2.6): blocks of 8192 one after another, each halved down to runs of at
// most 128, which eight accumulators add up. Error grows with log n inside a block (Higham 1993).

const BUFFER: i32 = 8192;
const RUN: i32 = 128;

/** Σ a_i; 0 for an empty array. */
export function sum(a: usize, n: i32): f64 {
  let total: f64 = 0;
  for (let from = 0; from < n; from += BUFFER) total += pairwise(a + ((<usize>from) << 3), min<i32>(BUFFER, n - from));
  return total;
}

function pairwise(a: usize, n: i32): f64 {
  if (n <= RUN) return run(a, n);
  const half = n >> 1;
  const left = half - (half & 7);
  return pairwise(a, left) + pairwise(a + ((<usize>left) << 3), n - left);
}

function run(a: usize, n: i32): f64 {
  let total: f64 = 0;
  let p = a;
  if (n >= 8) {
    let r01 = v128.load(a);
    let r23 = v128.load(a, 16);
    let r45 = v128.load(a, 32);
    let r67 = v128.load(a, 48);
    p += 64;
    for (let end = a + ((<usize>(n & ~7)) << 3); p < end; p += 64) {
      r01 = f64x2.add(r01, v128.load(p));
      r23 = f64x2.add(r23, v128.load(p, 16));
      r45 = f64x2.add(r45, v128.load(p, 32));
      r67 = f64x2.add(r67, v128.load(p, 48));
    }
    const r0123 = pairOf(r01) + pairOf(r23);
    total = r0123 + (pairOf(r45) + pairOf(r67));
  }
  for (const end = a + ((<usize>n) << 3); p < end; p += 8) total += load<f64>(p);
  return total;
}

function pairOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The same for float32, rounded to float32 at each step. */
export function sumFloat32(a: usize, n: i32): f32 {
  let total: f32 = 0;
  for (let from = 0; from < n; from += BUFFER)
    total += pairwise32(a + ((<usize>from) << 2), min<i32>(BUFFER, n - from));
  return total;
}

function pairwise32(a: usize, n: i32): f32 {
  if (n <= RUN) return run32(a, n);
  const half = n >> 1;
  const left = half - (half & 7);
  return pairwise32(a, left) + pairwise32(a + ((<usize>left) << 2), n - left);
}

function run32(a: usize, n: i32): f32 {
  let total: f32 = 0;
  let p = a;
  if (n >= 8) {
    let r0123 = v128.load(a);
    let r4567 = v128.load(a, 16);
    p += 32;
    for (let end = a + ((<usize>(n & ~7)) << 2); p < end; p += 32) {
      r0123 = f32x4.add(r0123, v128.load(p));
      r4567 = f32x4.add(r4567, v128.load(p, 16));
    }
    total = fourOf(r0123) + fourOf(r4567);
  }
  for (const end = a + ((<usize>n) << 2); p < end; p += 4) total += load<f32>(p);
  return total;
}

function fourOf(v: v128): f32 {
  const low = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
  return low + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
