// Logarithms of five-bucket forecasts: losses, weighted sums and distances from the sum (42-profile-2025-10 §4, §5). A logarithm is
// looked up by its binary16 code.

import { Half } from "../numeric/half";
import { log } from "../numeric/log";

const ONE_CODE: u32 = 0x3c00;
const NAN_CODE: u32 = 0x7c00;
const SIGN: u32 = 0x8000;
const ANY: u64 = 0x7fff7fff7fff7fff;

let logs: usize = 0;
let logsEps: f64 = 0;

/** The table of ln of clipped values for codes 0 (value 0) to 0x3c00 (value 1), followed by the one for codes above. */
function logTable(eps: f64): usize {
  if (logs == 0) logs = heap.alloc((<usize>(ONE_CODE + 1)) << 3);
  if (logsEps == eps) return logs;
  logsEps = eps;
  for (let code: u32 = 0; code <= ONE_CODE; code++) {
    const value = min<f64>(max<f64>(Half.toFloat64(code), eps), 1.0 - eps);
    store<f64>(logs + ((<usize>code) << 3), log(value));
  }
  return logs;
}

class Logs {
  @inline
  static at(table: usize, code: u32): f64 {
    return load<f64>(table + ((<usize>(code <= ONE_CODE ? code : Logs.alike(code))) << 3));
  }

  /** A code within the table that is clipped alike: above one, below zero, NaN (taken as 0). */
  @inline
  static alike(code: u32): u32 {
    return code <= NAN_CODE && code < SIGN ? ONE_CODE : 0;
  }
}

/** Adds to five losses and five masses at `out`; pointers at the first of n rows. */
export function labelLosses(
  codes: usize,
  width: i32,
  labels: usize,
  weights: usize,
  n: i32,
  eps: f64,
  out: usize,
): void {
  const table = logTable(eps);
  const step = (<usize>width) << 1;
  for (let i: usize = 0; i < <usize>n; i++, codes += step) {
    if (((load<u64>(codes) | <u64>load<u16>(codes, 8)) & ANY) == 0) continue;
    const label = (<usize>load<u8>(labels + i)) << 1;
    const w = load<f64>(weights + (i << 3));
    const at = out + (label << 2);
    store<f64>(at, load<f64>(at) - w * Logs.at(table, load<u16>(codes + label)));
    store<f64>(at, load<f64>(at, 40) + w, 40);
  }
}

/** pool[k][i] += share · ln p; `stride` bytes from one plane to the next. */
export function addLogs(codes: usize, width: i32, n: i32, share: f64, eps: f64, pool: usize, stride: usize): void {
  const table = logTable(eps);
  const step = (<usize>width) << 1;
  for (let i = 0; i < n; i++, codes += step, pool += 8) {
    let p = pool;
    store<f64>(p, load<f64>(p) + share * Logs.at(table, load<u16>(codes)));
    p += stride;
    store<f64>(p, load<f64>(p) + share * Logs.at(table, load<u16>(codes, 2)));
    p += stride;
    store<f64>(p, load<f64>(p) + share * Logs.at(table, load<u16>(codes, 4)));
    p += stride;
    store<f64>(p, load<f64>(p) + share * Logs.at(table, load<u16>(codes, 6)));
    p += stride;
    store<f64>(p, load<f64>(p) + share * Logs.at(table, load<u16>(codes, 8)));
  }
}

/** Σ weights · Σ_k |ln p − pool| · forecast over n rows, added to `sum`. */
export function addDistances(
  codes: usize,
  width: i32,
  n: i32,
  eps: f64,
  pool: usize,
  forecast: usize,
  stride: usize,
  weights: usize,
  sum: f64,
): f64 {
  const table = logTable(eps);
  const step = (<usize>width) << 1;
  for (let i: usize = 0; i < (<usize>n) << 3; i += 8, codes += step) {
    let distance: f64 = 0;
    let at = i;
    for (let code = codes; code < codes + 10; code += 2, at += stride) {
      const gap = abs<f64>(Logs.at(table, load<u16>(code)) - load<f64>(pool + at));
      distance += gap * load<f64>(forecast + at);
    }
    sum += load<f64>(weights + i) * distance;
  }
  return sum;
}
