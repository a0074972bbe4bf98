// Circular cross-correlation by complex FFTs of a power of two: radix 2, in place, decimation in frequency forwards and in time
// backwards (Gentleman and Sande 1966, Cooley and Tukey 1965), so that the bit-reversed order in between needs no undoing.
// Twiddle factors come from square roots alone (half-angle formulas), so that every engine has the same bits.
// A complex number is 16 bytes, real part first; one FFT carries two real columns.

class Complex {
  /** x·w: (a + bi)(c + di) = (ac - bd) + (bc + ad)i. */
  @inline
  static multiply(x: v128, w: v128): v128 {
    const c = v128.shuffle<i64>(w, w, 0, 0);
    const d = f64x2.mul(v128.shuffle<i64>(w, w, 1, 1), f64x2.replace_lane(f64x2.splat(1.0), 0, -1.0));
    return f64x2.add(f64x2.mul(x, c), f64x2.mul(v128.shuffle<i64>(x, x, 1, 0), d));
  }

  @inline
  static conjugate(x: v128): v128 {
    return f64x2.mul(x, f64x2.replace_lane(f64x2.splat(1.0), 1, -1.0));
  }
}

/**
 * e^(-iπk/half) for k < half, for each half = 1, 2, 4, .., n/2, the table of `half` beginning at number `half` of `out`
 * (n numbers in all). Error below 1 + log2 n ULP.
 */
export function twiddleFactors(n: i32, out: usize): void {
  let cos = 0.0; // of π/half, beginning with half = 2
  let sin = 1.0;
  store<f64>(out, 1.0, 16);
  store<f64>(out, 0.0, 24);
  for (let half = 2; half < n; half <<= 1) {
    const from = out + ((<usize>(half >> 1)) << 4);
    const to = out + ((<usize>half) << 4);
    const step = f64x2.replace_lane(f64x2.splat(cos), 1, -sin);
    for (let k: usize = 0; k < (<usize>half) << 4; k += 32) {
      const even = v128.load(from + (k >> 1));
      v128.store(to + k, even);
      v128.store(to + k, Complex.multiply(even, step), 16);
    }
    cos = Math.sqrt((1.0 + cos) / 2.0);
    sin = sin / (2.0 * cos);
  }
}

function forwardStage(x: usize, block: usize, twiddles: usize): void {
  const middle = x + (block >> 1);
  for (let p = x, q = middle, w = twiddles; p < middle; p += 16, q += 16, w += 16) {
    const u = v128.load(p);
    const v = v128.load(q);
    v128.store(p, f64x2.add(u, v));
    v128.store(q, Complex.multiply(f64x2.sub(u, v), v128.load(w)));
  }
}

function backwardStage(x: usize, block: usize, twiddles: usize): void {
  const middle = x + (block >> 1);
  for (let p = x, q = middle, w = twiddles; p < middle; p += 16, q += 16, w += 16) {
    const u = v128.load(p);
    const v = Complex.multiply(v128.load(q), Complex.conjugate(v128.load(w)));
    v128.store(p, f64x2.add(u, v));
    v128.store(q, f64x2.sub(u, v));
  }
}

/** In place; the result is in bit-reversed order. */
function forward(x: usize, n: i32, twiddles: usize): void {
  for (let half = <usize>(n >> 1); half > 0; half >>= 1) {
    const block = half << 5;
    for (let p = x; p < x + ((<usize>n) << 4); p += block) forwardStage(p, block, twiddles + (half << 4));
  }
}

/** In place, from bit-reversed order, not divided by n. */
function backward(x: usize, n: i32, twiddles: usize): void {
  for (let half: usize = 1; half < <usize>n; half <<= 1) {
    const block = half << 5;
    for (let p = x; p < x + ((<usize>n) << 4); p += block) backwardStage(p, block, twiddles + (half << 4));
  }
}

/**
 * Spectra of the columns of x (rows × columns float64, row-major), two columns per transform, zeros behind the rows: writes
 * ceil(columns / 2) spectra of n numbers.
 */
export function packedTransform(x: usize, rows: i32, columns: i32, n: i32, twiddles: usize, out: usize): void {
  let spectrum = out;
  for (let c = 0; c < columns; c += 2) {
    memory.fill(spectrum, 0, (<usize>n) << 4);
    let from = x + ((<usize>c) << 3);
    for (let t: usize = 0; t < <usize>rows; t++) {
      store<f64>(spectrum + (t << 4), load<f64>(from));
      if (c + 1 < columns) store<f64>(spectrum + (t << 4), load<f64>(from, 8), 8);
      from += (<usize>columns) << 3;
    }
    forward(spectrum, n, twiddles);
    spectrum += (<usize>n) << 4;
  }
}

/** out = Σ over `spectra` of conj(x)·y, transformed back, not divided by n. */
export function multiplySpectra(x: usize, y: usize, spectra: i32, n: i32, twiddles: usize, out: usize): void {
  const bytes = (<usize>n) << 4;
  for (let i: usize = 0; i < bytes; i += 16) {
    let sum = Complex.multiply(v128.load(y + i), Complex.conjugate(v128.load(x + i)));
    for (let s: usize = 1; s < <usize>spectra; s++) {
      const at = i + s * bytes;
      sum = f64x2.add(sum, Complex.multiply(v128.load(y + at), Complex.conjugate(v128.load(x + at))));
    }
    v128.store(out + i, sum);
  }
  backward(out, n, twiddles);
}

/** Folds lags k and k - rows of the padded correlation: real parts of numbers k and n - rows + k, divided by n. */
export function unpackShifts(product: usize, rows: i32, n: i32, out: usize): void {
  const scale = 1.0 / <f64>n; // a power of two: exact
  store<f64>(out, load<f64>(product) * scale);
  for (let k = 1; k < rows; k++) {
    const ahead = load<f64>(product + ((<usize>k) << 4));
    const behind = load<f64>(product + ((<usize>(n - rows + k)) << 4));
    store<f64>(out + ((<usize>k) << 3), (ahead + behind) * scale);
  }
}
