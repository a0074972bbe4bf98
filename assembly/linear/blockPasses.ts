// One block of rows and up to four coefficient vectors: margins and gradients, in two float64 lanes.
// Functions of their own, called once per block, so that V8 optimises them early; columns lie COLUMN bytes apart.

/** Rows per block, and the bytes of a block's column in float64. */
export const ROWS: i32 = 32;
export const ROW_SHIFT: i32 = 5;
export const COLUMN: usize = 256;
/** A running sum with the rounding errors of its additions (Neumaier 1974): 16 bytes, the sum and the errors. */
export class CompensatedSum {
  /** Adds the two lanes at `pair`, and clears them. */
  @inline
  static addPair(self: usize, pair: usize): void {
    const x = load<f64>(pair) + load<f64>(pair, 8);
    v128.store(pair, f64x2.splat(0));
    const sum = load<f64>(self);
    const next = sum + x;
    const error = abs<f64>(sum) >= abs<f64>(x) ? sum - next + x : x - next + sum;
    store<f64>(self, next);
    store<f64>(self, load<f64>(self, 8) + error, 8);
  }

  @inline
  static value(self: usize): f64 {
    return load<f64>(self) + load<f64>(self, 8);
  }
}

/** True when one of ROWS bytes is not zero. */
export function anyTaken(taken: usize): bool {
  return v128.any_true(v128.or(v128.load(taken), v128.load(taken, 16)));
}

/** z = X·w + b of a block for four coefficient vectors; the intercept stands behind the padded columns. */
export function blockMargins(
  columns: usize,
  padded: i32,
  w0: usize,
  w1: usize,
  w2: usize,
  w3: usize,
  out: usize,
): void {
  const intercept = (<usize>padded) << 3;
  const b0 = v128.load64_splat(w0 + intercept);
  const b1 = v128.load64_splat(w1 + intercept);
  const b2 = v128.load64_splat(w2 + intercept);
  const b3 = v128.load64_splat(w3 + intercept);
  for (let i: usize = 0; i < COLUMN; i += 32) {
    let z00 = b0;
    let z01 = b0;
    let z10 = b1;
    let z11 = b1;
    let z20 = b2;
    let z21 = b2;
    let z30 = b3;
    let z31 = b3;
    let x = columns + i;
    for (let k: usize = 0; k < intercept; k += 8, x += COLUMN) {
      const xa = v128.load(x);
      const xb = v128.load(x, 16);
      let w = v128.load64_splat(w0 + k);
      z00 = f64x2.add(z00, f64x2.mul(xa, w));
      z01 = f64x2.add(z01, f64x2.mul(xb, w));
      w = v128.load64_splat(w1 + k);
      z10 = f64x2.add(z10, f64x2.mul(xa, w));
      z11 = f64x2.add(z11, f64x2.mul(xb, w));
      w = v128.load64_splat(w2 + k);
      z20 = f64x2.add(z20, f64x2.mul(xa, w));
      z21 = f64x2.add(z21, f64x2.mul(xb, w));
      w = v128.load64_splat(w3 + k);
      z30 = f64x2.add(z30, f64x2.mul(xa, w));
      z31 = f64x2.add(z31, f64x2.mul(xb, w));
    }
    v128.store(out + i, z00);
    v128.store(out + i, z01, 16);
    v128.store(out + i, z10, COLUMN);
    v128.store(out + i, z11, COLUMN + 16);
    v128.store(out + i, z20, 2 * COLUMN);
    v128.store(out + i, z21, 2 * COLUMN + 16);
    v128.store(out + i, z30, 3 * COLUMN);
    v128.store(out + i, z31, 3 * COLUMN + 16);
  }
}

/** Adds Xᵀs of a block to the accumulators of two replicates (the second only if `pair`). */
export function blockGradients(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
  for (let k = 0; k < padded; k += 4) {
    const x = columns + <usize>k * COLUMN;
    let a0 = v128.load(g0);
    let a1 = v128.load(g0, 16);
    let a2 = v128.load(g0, 32);
    let a3 = v128.load(g0, 48);
    let c0 = v128.load(g1);
    let c1 = v128.load(g1, 16);
    let c2 = v128.load(g1, 32);
    let c3 = v128.load(g1, 48);
    for (let i: usize = 0; i < COLUMN; i += 16) {
      const s0 = v128.load(s + i);
      const s1 = v128.load(s + i, COLUMN);
      let v = v128.load(x + i);
      a0 = f64x2.add(a0, f64x2.mul(v, s0));
      c0 = f64x2.add(c0, f64x2.mul(v, s1));
      v = v128.load(x + i, COLUMN);
      a1 = f64x2.add(a1, f64x2.mul(v, s0));
      c1 = f64x2.add(c1, f64x2.mul(v, s1));
      v = v128.load(x + i, 2 * COLUMN);
      a2 = f64x2.add(a2, f64x2.mul(v, s0));
      c2 = f64x2.add(c2, f64x2.mul(v, s1));
      v = v128.load(x + i, 3 * COLUMN);
      a3 = f64x2.add(a3, f64x2.mul(v, s0));
      c3 = f64x2.add(c3, f64x2.mul(v, s1));
    }
    v128.store(g0, a0);
    v128.store(g0, a1, 16);
    v128.store(g0, a2, 32);
    v128.store(g0, a3, 48);
    if (pair) {
      v128.store(g1, c0);
      v128.store(g1, c1, 16);
      v128.store(g1, c2, 32);
      v128.store(g1, c3, 48);
    }
    g0 += 64;
    g1 += 64;
  }
}
