// Labels of the five-bucket challenges: forward returns in units of deviation, and moves against them (22-lbfgs-buckets §3.2, §5).
import { alloc, mark, release } from "../arena";
import { rollingStd } from "../series/rollingStd";
import { windowExtremes } from "../series/windowExtremes";

const MISSING: u8 = 255;
const MIDDLE: u8 = 2;

function forwardReturns(logPrices: usize, horizon: i32, n: i32, out: usize): void {
  const ahead = logPrices + ((<usize>horizon) << 3);
  for (let t: usize = 0; t < (<usize>n) << 3; t += 8)
    store<f64>(out + t, load<f64>(ahead + t) - load<f64>(logPrices + t));
}

class Labels {
  @inline
  static usable(sigma: f64): bool {
    return sigma > 0.0 && sigma < f64.POSITIVE_INFINITY;
  }

  @inline
  static bucket(z: f64): u8 {
    if (z <= -2.0) return 0;
    if (z < -1.0) return 1;
    if (z <= 1.0) return 2;
    return z < 2.0 ? 3 : 4;
  }
}

function labelRows(returns: usize, deviation: usize, n: i32, eps: f64, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const sigma = load<f64>(deviation + (i << 3));
    const label = Labels.usable(sigma) ? Labels.bucket(load<f64>(returns + (i << 3)) / (sigma + eps)) : MISSING;
    store<u8>(out + i, label);
  }
}

/** n = T - horizon labels; `logPrices` holds T values. */
export function bucketLabels(logPrices: usize, n: i32, horizon: i32, window: i32, eps: f64, out: usize): void {
  memory.fill(out, MISSING, <usize>n);
  const first = horizon + window - 1; // the first row that `window` completed returns end at or before
  if (first >= n) return;
  const level = mark();
  const returns = alloc((<usize>n) << 3);
  forwardReturns(logPrices, horizon, n, returns);
  const deviation = alloc((<usize>(n - window + 1)) << 3);
  rollingStd(returns, n, window, deviation);
  labelRows(returns + ((<usize>first) << 3), deviation, n - first, eps, out + <usize>first);
  release(level);
}

/** Move from the price one row earlier against the bucket: positive where the path goes against it. */
function adverseMoves(logPrices: usize, labels: usize, largest: usize, smallest: usize, n: i32, out: usize): void {
  for (let t: usize = 1; t < <usize>n; t++) {
    const p = t << 3;
    const before = load<f64>(logPrices + p - 8);
    const move = load<u8>(labels + t) < MIDDLE ? load<f64>(largest + p) - before : before - load<f64>(smallest + p);
    store<f64>(out + p, move);
  }
}

function hitRows(
  moves: usize,
  deviation: usize,
  labels: usize,
  n: i32,
  multipliers: usize,
  count: i32,
  out: usize,
): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const sigma = load<f64>(deviation + (i << 3));
    const label = load<u8>(labels + i);
    if (label == MIDDLE || label == MISSING || !Labels.usable(sigma)) continue;
    const move = load<f64>(moves + (i << 3));
    let bits = 0;
    for (let j = 0; j < count; j++) bits |= (<i32>(move >= load<f64>(multipliers + ((<usize>j) << 3)) * sigma)) << j;
    store<u8>(out + i, <u8>bits);
  }
}

/** Bit j of byte t: the path moves against the row's bucket by multiplier j times the deviation. */
export function pathHits(
  logPrices: usize,
  labels: usize,
  n: i32,
  horizon: i32,
  window: i32,
  multipliers: usize,
  count: i32,
  out: usize,
): void {
  memory.fill(out, MISSING, <usize>n);
  const first = max<i32>(window - 1, 1);
  if (first >= n) return;
  const level = mark();
  const bytes = (<usize>n) << 3;
  const returns = alloc(bytes);
  forwardReturns(logPrices, horizon, n, returns);
  const deviation = alloc((<usize>(n - window + 1)) << 3);
  rollingStd(returns, n, window, deviation);
  const largest = alloc(bytes);
  const smallest = alloc(bytes);
  windowExtremes(logPrices, n + horizon, horizon, largest, smallest);
  const moves = returns; // the returns have served
  adverseMoves(logPrices, labels, largest, smallest, n, moves);
  hitRows(
    moves + ((<usize>first) << 3),
    deviation + ((<usize>(first - window + 1)) << 3),
    labels + <usize>first,
    n - first,
    multipliers,
    count,
    out + <usize>first,
  );
  release(level);
}
