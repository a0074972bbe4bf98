// exp, log and log(1 + x) over arrays, two lanes where both lie in the lanes' range, the scalar routine elsewhere.
// Callers pass a few thousand values at a time: V8 optimises a function between calls, not within one.
import { Exp, exp } from "./exp";
import { Log, log, log1p } from "./log";

const MIN_NORMAL: f64 = 2.2250738585072014e-308;

/** out[i] = e^x[i]; `out` may be `x`. */
export function expArray(x: usize, out: usize, n: i32): void {
  const low = f64x2.splat(-708.0);
  const high = f64x2.splat(709.0);
  const pairsEnd = x + ((<usize>n & ~1) << 3);
  while (x < pairsEnd) {
    const v = v128.load(x);
    if (v128.all_true<i64>(v128.and(f64x2.ge(v, low), f64x2.le(v, high)))) {
      v128.store(out, Exp.pair(v));
    } else {
      store<f64>(out, exp(load<f64>(x)));
      store<f64>(out, exp(load<f64>(x, 8)), 8);
    }
    x += 16;
    out += 16;
  }
  if (n & 1) store<f64>(out, exp(load<f64>(x)));
}

/** out[i] = log x[i]; `out` may be `x`. */
export function logArray(x: usize, out: usize, n: i32): void {
  const low = f64x2.splat(MIN_NORMAL);
  const high = f64x2.splat(f64.MAX_VALUE);
  const pairsEnd = x + ((<usize>n & ~1) << 3);
  while (x < pairsEnd) {
    const v = v128.load(x);
    if (v128.all_true<i64>(v128.and(f64x2.ge(v, low), f64x2.le(v, high)))) {
      v128.store(out, Log.pair(v));
    } else {
      store<f64>(out, log(load<f64>(x)));
      store<f64>(out, log(load<f64>(x, 8)), 8);
    }
    x += 16;
    out += 16;
  }
  if (n & 1) store<f64>(out, log(load<f64>(x)));
}

/** out[i] = log(1 + x[i]); `out` may be `x`. */
export function log1pArray(x: usize, out: usize, n: i32): void {
  const low = f64x2.splat(-0.9999999999999999);
  const high = f64x2.splat(f64.MAX_VALUE);
  const pairsEnd = x + ((<usize>n & ~1) << 3);
  while (x < pairsEnd) {
    const v = v128.load(x);
    if (v128.all_true<i64>(v128.and(f64x2.ge(v, low), f64x2.le(v, high)))) {
      v128.store(out, Log.pair1p(v));
    } else {
      store<f64>(out, log1p(load<f64>(x)));
      store<f64>(out, log1p(load<f64>(x, 8)), 8);
    }
    x += 16;
    out += 16;
  }
  if (n & 1) store<f64>(out, log1p(load<f64>(x)));
}
