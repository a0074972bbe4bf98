// One block of rows and up to four coefficient vectors: margins and gradients, in four float32 or two float64 lanes.
// Functions of their own, called once per block, so that V8 optimises them early.

/** Rows per block, and the bytes of a block's column in float64 and in float32. */
export const ROWS: i32 = 32;
export const ROW_SHIFT: i32 = 5;
export const COLUMN: usize = 256;
export const NARROW_COLUMN: usize = 128;

/** True when one of ROWS bytes is not zero. */
export function anyTaken(taken: usize): bool {
  return v128.any_true(v128.or(v128.load(taken), v128.load(taken, 16)));
}

/** z = X·w + b of a block in float64 for four coefficient vectors; the intercept stands behind the padded columns. */
export function wideMargins(columns: usize, padded: i32, w0: usize, w1: usize, w2: usize, w3: usize, out: usize): void {
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
    for (let k: usize = 0; k < intercept; k += 16, x += 2 * COLUMN) {
      const a0 = w0 + k;
      const a1 = w1 + k;
      const a2 = w2 + k;
      const a3 = w3 + k;
      let xa = v128.load(x);
      let xb = v128.load(x, 16);
      let w = v128.load64_splat(a0);
      z00 = f64x2.add(z00, f64x2.mul(xa, w));
      z01 = f64x2.add(z01, f64x2.mul(xb, w));
      w = v128.load64_splat(a1);
      z10 = f64x2.add(z10, f64x2.mul(xa, w));
      z11 = f64x2.add(z11, f64x2.mul(xb, w));
      w = v128.load64_splat(a2);
      z20 = f64x2.add(z20, f64x2.mul(xa, w));
      z21 = f64x2.add(z21, f64x2.mul(xb, w));
      w = v128.load64_splat(a3);
      z30 = f64x2.add(z30, f64x2.mul(xa, w));
      z31 = f64x2.add(z31, f64x2.mul(xb, w));
      xa = v128.load(x, COLUMN);
      xb = v128.load(x, COLUMN + 16);
      w = v128.load64_splat(a0, 8);
      z00 = f64x2.add(z00, f64x2.mul(xa, w));
      z01 = f64x2.add(z01, f64x2.mul(xb, w));
      w = v128.load64_splat(a1, 8);
      z10 = f64x2.add(z10, f64x2.mul(xa, w));
      z11 = f64x2.add(z11, f64x2.mul(xb, w));
      w = v128.load64_splat(a2, 8);
      z20 = f64x2.add(z20, f64x2.mul(xa, w));
      z21 = f64x2.add(z21, f64x2.mul(xb, w));
      w = v128.load64_splat(a3, 8);
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

/** Rounds margins to float32, in place: `bytes` of float64 become half as many. */
export function demoteMargins(margins: usize, bytes: usize): void {
  let to = margins;
  for (const end = margins + bytes; margins < end; margins += 32, to += 16) {
    const low = f32x4.demote_f64x2_zero(v128.load(margins));
    const high = f32x4.demote_f64x2_zero(v128.load(margins, 16));
    v128.store(to, v128.shuffle<i32>(low, high, 0, 1, 4, 5));
  }
}

/** z = X·w + b of a block in float32 for four coefficient vectors; the intercept stands behind the padded columns. */
export function narrowMargins(
  columns: usize,
  padded: i32,
  w0: usize,
  w1: usize,
  w2: usize,
  w3: usize,
  out: usize,
): void {
  const intercept = (<usize>padded) << 2;
  const b0 = v128.load32_splat(w0 + intercept);
  const b1 = v128.load32_splat(w1 + intercept);
  const b2 = v128.load32_splat(w2 + intercept);
  const b3 = v128.load32_splat(w3 + intercept);
  for (let i: usize = 0; i < NARROW_COLUMN; i += 32) {
    let z00 = b0;
    let z01 = b0;
    let z10 = b1;
    let z11 = b1;
    let z20 = b2;
    let z21 = b2;
    let z30 = b3;
    let z31 = b3;
    let x = columns + i;
    for (let k: usize = 0; k < intercept; k += 8, x += 2 * NARROW_COLUMN) {
      const a0 = w0 + k;
      const a1 = w1 + k;
      const a2 = w2 + k;
      const a3 = w3 + k;
      let xa = v128.load(x);
      let xb = v128.load(x, 16);
      let w = v128.load32_splat(a0);
      z00 = f32x4.add(z00, f32x4.mul(xa, w));
      z01 = f32x4.add(z01, f32x4.mul(xb, w));
      w = v128.load32_splat(a1);
      z10 = f32x4.add(z10, f32x4.mul(xa, w));
      z11 = f32x4.add(z11, f32x4.mul(xb, w));
      w = v128.load32_splat(a2);
      z20 = f32x4.add(z20, f32x4.mul(xa, w));
      z21 = f32x4.add(z21, f32x4.mul(xb, w));
      w = v128.load32_splat(a3);
      z30 = f32x4.add(z30, f32x4.mul(xa, w));
      z31 = f32x4.add(z31, f32x4.mul(xb, w));
      xa = v128.load(x, NARROW_COLUMN);
      xb = v128.load(x, NARROW_COLUMN + 16);
      w = v128.load32_splat(a0, 4);
      z00 = f32x4.add(z00, f32x4.mul(xa, w));
      z01 = f32x4.add(z01, f32x4.mul(xb, w));
      w = v128.load32_splat(a1, 4);
      z10 = f32x4.add(z10, f32x4.mul(xa, w));
      z11 = f32x4.add(z11, f32x4.mul(xb, w));
      w = v128.load32_splat(a2, 4);
      z20 = f32x4.add(z20, f32x4.mul(xa, w));
      z21 = f32x4.add(z21, f32x4.mul(xb, w));
      w = v128.load32_splat(a3, 4);
      z30 = f32x4.add(z30, f32x4.mul(xa, w));
      z31 = f32x4.add(z31, f32x4.mul(xb, w));
    }
    v128.store(out + i, z00);
    v128.store(out + i, z01, 16);
    v128.store(out + i, z10, NARROW_COLUMN);
    v128.store(out + i, z11, NARROW_COLUMN + 16);
    v128.store(out + i, z20, 2 * NARROW_COLUMN);
    v128.store(out + i, z21, 2 * NARROW_COLUMN + 16);
    v128.store(out + i, z30, 3 * NARROW_COLUMN);
    v128.store(out + i, z31, 3 * NARROW_COLUMN + 16);
  }
}

/** Adds Xᵀs of a block in float64 to the two-lane sums of two replicates (the second only if `pair`). */
export function wideGradients(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
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

/** Adds Xᵀs of a block in float32 to the four-lane sums of two replicates (the second only if `pair`). */
export function narrowGradients(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
  for (let k = 0; k < padded; k += 4) {
    const x = columns + <usize>k * NARROW_COLUMN;
    let a0 = v128.load(g0);
    let a1 = v128.load(g0, 16);
    let a2 = v128.load(g0, 32);
    let a3 = v128.load(g0, 48);
    let c0 = v128.load(g1);
    let c1 = v128.load(g1, 16);
    let c2 = v128.load(g1, 32);
    let c3 = v128.load(g1, 48);
    for (let i: usize = 0; i < NARROW_COLUMN; i += 16) {
      const s0 = v128.load(s + i);
      const s1 = v128.load(s + i, NARROW_COLUMN);
      let v = v128.load(x + i);
      a0 = f32x4.add(a0, f32x4.mul(v, s0));
      c0 = f32x4.add(c0, f32x4.mul(v, s1));
      v = v128.load(x + i, NARROW_COLUMN);
      a1 = f32x4.add(a1, f32x4.mul(v, s0));
      c1 = f32x4.add(c1, f32x4.mul(v, s1));
      v = v128.load(x + i, 2 * NARROW_COLUMN);
      a2 = f32x4.add(a2, f32x4.mul(v, s0));
      c2 = f32x4.add(c2, f32x4.mul(v, s1));
      v = v128.load(x + i, 3 * NARROW_COLUMN);
      a3 = f32x4.add(a3, f32x4.mul(v, s0));
      c3 = f32x4.add(c3, f32x4.mul(v, s1));
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
