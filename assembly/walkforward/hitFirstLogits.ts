// Log odds of the hit-first challenge's first two probabilities (21-hitfirst §3). Equal vectors recur, so answers are kept in
// a direct-mapped table: about one pair of logarithms per distinct vector.

import { alloc, allocZeroed, mark, release } from "../arena";
import { Log, log } from "../numeric/log";
import { cleanHalf } from "./cleanHalf";

const BLOCK: i32 = 1024;
const BITS: u64 = 14;
const GOLDEN: u64 = 0x9e3779b97f4a7c15;
const MIN_NORMAL: f64 = 2.2250738585072014e-308;

/** Bits of the result: the column has a value other than 0. */
const HAS_UP: i32 = 1;
const HAS_DOWN: i32 = 2;

/** `rows`: `count` i32 row numbers into `codes` (three binary16 per row); writes `count` float64 to `up` and to `down`. */
export function hitFirstLogits(codes: usize, rows: usize, count: i32, eps: f64, up: usize, down: usize): i32 {
  const level = mark();
  const logits = changetype<Logits>(alloc(offsetof<Logits>()));
  logits.codes = codes;
  logits.eps = eps;
  logits.table = allocZeroed((<usize>24) << (<usize>BITS));
  let has: i32 = 0;
  for (let from: i32 = 0; from < count; from += BLOCK) {
    const offset = (<usize>from) << 3;
    has |= logits.fill(rows + (offset >> 1), min<i32>(BLOCK, count - from), up + offset, down + offset);
  }
  release(level);
  return has;
}

@unmanaged
class Logits {
  codes: usize;
  eps: f64;
  table: usize; // slots of key u64 (0: free), up, down

  fill(rows: usize, count: i32, up: usize, down: usize): i32 {
    let has: i32 = 0;
    for (let i: i32 = 0; i < count; i++, rows += 4, up += 8, down += 8) {
      const p = this.codes + <usize>load<i32>(rows) * 6;
      const key = <u64>load<u32>(p) | ((<u64>load<u16>(p, 4)) << 32);
      let pair = f64x2.splat(0);
      if ((key & 0x7fff7fff7fff) != 0) {
        const slot = this.table + <usize>((key * GOLDEN) >> (64 - BITS)) * 24;
        if (load<u64>(slot) != key) {
          store<u64>(slot, key);
          v128.store(slot, this.logits(key), 8);
        }
        pair = v128.load(slot, 8);
      }
      const u = f64x2.extract_lane(pair, 0);
      const d = f64x2.extract_lane(pair, 1);
      store<f64>(up, u);
      store<f64>(down, d);
      has |= (u != 0 ? HAS_UP : 0) | (d != 0 ? HAS_DOWN : 0);
    }
    return has;
  }

  /** ln(p) - ln(1 - p) of the first two shares; zeros where a value is NaN or a result is not finite. */
  private logits(key: u64): v128 {
    const a = <u32>(key & 0xffff);
    const b = <u32>((key >> 16) & 0xffff);
    const c = <u32>((key >> 32) & 0xffff);
    const zero = f64x2.splat(0);
    if (max<u32>(max<u32>(a & 0x7fff, b & 0x7fff), c & 0x7fff) > 0x7c00) return zero;
    const x = this.clip(a);
    const y = this.clip(b);
    const total = x + y + this.clip(c);
    const low = f64x2.splat(this.eps);
    const high = f64x2.splat(1 - this.eps);
    const share = f64x2.div(f64x2.replace_lane(f64x2.splat(x), 1, y), f64x2.splat(total > 0 ? total : 1));
    const p = f64x2.min(f64x2.max(share, low), high);
    const odds = f64x2.sub(lanes(p), lanes(f64x2.sub(f64x2.splat(1), p)));
    return v128.and(odds, f64x2.lt(f64x2.abs(odds), f64x2.splat(Infinity)));
  }

  @inline
  private clip(code: u32): f64 {
    return min<f64>(max<f64>(cleanHalf(code), this.eps), 1 - this.eps);
  }
}

function lanes(p: v128): v128 {
  if (v128.all_true<i64>(f64x2.ge(p, f64x2.splat(MIN_NORMAL)))) return Log.pair(p);
  return f64x2.replace_lane(f64x2.splat(log(f64x2.extract_lane(p, 0))), 1, log(f64x2.extract_lane(p, 1)));
}
