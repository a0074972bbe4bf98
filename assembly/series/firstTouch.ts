// Which of two barriers, sigma above and sigma below, a path touches first (the triple-barrier labels of López de Prado,
// Advances in Financial Machine Learning, 2018, §3.4).

const NEITHER: u8 = 2;
const NO_LABEL: u8 = 255;

/** out[t] for rows [from, to): 0 above first, 1 below first, 2 neither within `horizon` rows, 255 without a usable sigma. */
export function firstTouch(logPrices: usize, sigma: usize, from: i32, to: i32, horizon: i32, out: usize): void {
  for (let t = from; t < to; t++) {
    const bound = load<f64>(sigma + ((<usize>t) << 3));
    const usable = bound > 0 && bound < f64.POSITIVE_INFINITY;
    store<u8>(out + t, usable ? touch(logPrices + ((<usize>t) << 3), bound, horizon) : NO_LABEL);
  }
}

function touch(path: usize, bound: f64, horizon: i32): u8 {
  const start = load<f64>(path);
  const starts = f64x2.splat(start);
  const bounds = f64x2.splat(bound);
  let p = path + 8;
  const end = p + ((<usize>horizon) << 3);
  // Four steps at a time until one of them touches.
  for (; p + 32 <= end; p += 32) {
    const first = f64x2.ge(f64x2.abs(f64x2.sub(v128.load(p), starts)), bounds);
    const second = f64x2.ge(f64x2.abs(f64x2.sub(v128.load(p, 16), starts)), bounds);
    if (v128.any_true(v128.or(first, second))) break;
  }
  for (; p < end; p += 8) {
    const move = load<f64>(p) - start;
    if (move >= bound) return 0;
    if (move <= -bound) return 1;
  }
  return NEITHER;
}
