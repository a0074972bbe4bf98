// Five-bucket probabilities of one miner: normalised values, favoured buckets, log odds (22-lbfgs-buckets §4, §5).
import { log } from "../numeric/log";

const FLOOR: f32 = 1e-6;
const ACTIVE: f32 = 0.01;
const EXPONENT_SHIFT: f32 = 5.192296858534828e33; // 2^112 moves a binary16 exponent to its place in float32
const INFINITY_CODE: u32 = 0x7c00;
const ONE_CODE: u32 = 0x3c00;
const ROW_BLOCK: i32 = 512;

class Buckets {
  /** Raises a stored value to at least FLOOR; NaN counts as 0, +infinity as the largest float32. */
  @inline
  static raised(code: u32): f32 {
    if (code >= INFINITY_CODE) return code == INFINITY_CODE ? f32.MAX_VALUE : FLOOR;
    return max<f32>(reinterpret<f32>(code << 13) * EXPONENT_SHIFT, FLOOR);
  }
}

function choicesOfBlock(codes: usize, width: i32, rows: usize, n: i32, choice: usize): i32 {
  let active = 0;
  for (let i = 0; i < n; i++) {
    const row = codes + ((<usize>load<i32>(rows + ((<usize>i) << 2)) * <usize>width) << 1);
    const b0 = Buckets.raised(load<u16>(row));
    const b1 = Buckets.raised(load<u16>(row, 2));
    const b2 = Buckets.raised(load<u16>(row, 4));
    const b3 = Buckets.raised(load<u16>(row, 6));
    const b4 = Buckets.raised(load<u16>(row, 8));
    const s = b0 + b1 + b2 + b3 + b4;
    let best = b0 / s;
    let k = 0;
    const p1 = b1 / s;
    if (p1 > best) {
      best = p1;
      k = 1;
    }
    const p2 = b2 / s;
    if (p2 > best) {
      best = p2;
      k = 2;
    }
    const p3 = b3 / s;
    if (p3 > best) {
      best = p3;
      k = 3;
    }
    if (b4 / s > best) k = 4;
    store<u8>(choice + <usize>i, <u8>k);
    const largest = max<f32>(max<f32>(max<f32>(b0, b1), max<f32>(b2, b3)), b4);
    active += <i32>(largest > ACTIVE);
  }
  return active;
}

/** Writes n favoured buckets; returns the number of active rows. */
export function bucketChoices(codes: usize, width: i32, rows: usize, n: i32, choice: usize): i32 {
  let active = 0;
  for (let from = 0; from < n; from += ROW_BLOCK) {
    const count = min<i32>(ROW_BLOCK, n - from);
    active += choicesOfBlock(codes, width, rows + ((<usize>from) << 2), count, choice + <usize>from);
  }
  return active;
}

function probabilitiesOfBlock(codes: usize, width: i32, rows: usize, n: i32, out: usize, stride: usize): void {
  for (let i = 0; i < n; i++) {
    const row = codes + ((<usize>load<i32>(rows + ((<usize>i) << 2)) * <usize>width) << 1);
    const b0 = Buckets.raised(load<u16>(row));
    const b1 = Buckets.raised(load<u16>(row, 2));
    const b2 = Buckets.raised(load<u16>(row, 4));
    const b3 = Buckets.raised(load<u16>(row, 6));
    const b4 = Buckets.raised(load<u16>(row, 8));
    const s = b0 + b1 + b2 + b3 + b4;
    let p = out + ((<usize>i) << 2);
    store<f32>(p, b0 / s);
    store<f32>((p += stride), b1 / s);
    store<f32>((p += stride), b2 / s);
    store<f32>((p += stride), b3 / s);
    store<f32>(p + stride, b4 / s);
  }
}

/** Writes 5 x n float32 probabilities, column-major. */
export function bucketProbabilities(codes: usize, width: i32, rows: usize, n: i32, out: usize): void {
  const stride = (<usize>n) << 2;
  for (let from = 0; from < n; from += ROW_BLOCK) {
    const offset = (<usize>from) << 2;
    probabilitiesOfBlock(codes, width, rows + offset, min<i32>(ROW_BLOCK, n - from), out + offset, stride);
  }
}

/** Adds to hits[label] wherever choice and label agree; `hits` holds 5 counts. */
export function bucketHits(choice: usize, labels: usize, n: i32, hits: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const label = load<u8>(labels + i);
    const p = hits + ((<usize>label) << 2);
    store<i32>(p, load<i32>(p) + <i32>(load<u8>(choice + i) == label));
  }
}

// Log odds by code: NaN gives 0, everything at or above 1 the largest, negative values the smallest; zeros stand for another value.
let logits: usize = 0;
let logitsEps: f64 = 0;

function logit(value: f64, eps: f64): f64 {
  const q = min<f64>(max<f64>(value, eps), 1.0 - eps);
  return log(q) - log(1.0 - q);
}

function fillLogits(eps: f64): void {
  if (logits == 0) logits = heap.alloc((<usize>(ONE_CODE + 1)) << 3);
  logitsEps = eps;
  for (let code: u32 = 0; code <= ONE_CODE; code++) {
    const value = <f64>(reinterpret<f32>(code << 13) * EXPONENT_SHIFT);
    store<f64>(logits + ((<usize>code) << 3), logit(value, eps));
  }
}

function logitsOfBlock(codes: usize, n: i32, out: usize, absent: f64, smallest: f64): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const code = <u32>load<u16>(codes + (i << 1));
    let value: f64;
    if ((code & 0x7fff) == 0) value = absent;
    else if (code <= INFINITY_CODE) value = load<f64>(logits + ((<usize>min<u32>(code, ONE_CODE)) << 3));
    else value = code > 0x8000 && code <= 0xfc00 ? smallest : 0.0;
    store<f64>(out + (i << 3), value);
  }
}

/** Writes the log odds of n values; a zero counts as `absent`. */
export function logitColumn(codes: usize, n: i32, eps: f64, absent: f64, out: usize): void {
  if (logits == 0 || logitsEps != eps) fillLogits(eps);
  const smallest = logit(0.0, eps);
  const zero = logit(absent, eps);
  for (let from = 0; from < n; from += ROW_BLOCK) {
    const offset = <usize>from;
    logitsOfBlock(codes + (offset << 1), min<i32>(ROW_BLOCK, n - from), out + (offset << 3), zero, smallest);
  }
}
