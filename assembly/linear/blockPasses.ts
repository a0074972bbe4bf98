// One block of rows and two coefficient vectors: margins and gradients, in four float32 or two float64 lanes.
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

/** z = X·w + b of a block in T (f32 or f64) for two coefficient vectors; the intercept stands behind the padded columns. */
export function margins<T>(columns: usize, padded: i32, w0: usize, w1: usize, out: usize): void {
  const column = sizeof<T>() << ROW_SHIFT;
  const intercept = <usize>padded * sizeof<T>();
  const b0 = v128.load_splat<T>(w0 + intercept);
  const b1 = v128.load_splat<T>(w1 + intercept);
  for (let i: usize = 0; i < column; i += 64) {
    let z00 = b0;
    let z01 = b0;
    let z02 = b0;
    let z03 = b0;
    let z10 = b1;
    let z11 = b1;
    let z12 = b1;
    let z13 = b1;
    let x = columns + i;
    for (let k: usize = 0; k < intercept; k += 2 * sizeof<T>(), x += 2 * column) {
      const a0 = w0 + k;
      const a1 = w1 + k;
      let u = v128.load_splat<T>(a0);
      let v = v128.load_splat<T>(a1);
      let c = v128.load(x);
      z00 = v128.add<T>(z00, v128.mul<T>(c, u));
      z10 = v128.add<T>(z10, v128.mul<T>(c, v));
      c = v128.load(x, 16);
      z01 = v128.add<T>(z01, v128.mul<T>(c, u));
      z11 = v128.add<T>(z11, v128.mul<T>(c, v));
      c = v128.load(x, 32);
      z02 = v128.add<T>(z02, v128.mul<T>(c, u));
      z12 = v128.add<T>(z12, v128.mul<T>(c, v));
      c = v128.load(x, 48);
      z03 = v128.add<T>(z03, v128.mul<T>(c, u));
      z13 = v128.add<T>(z13, v128.mul<T>(c, v));
      u = v128.load_splat<T>(a0, sizeof<T>());
      v = v128.load_splat<T>(a1, sizeof<T>());
      c = v128.load(x, column);
      z00 = v128.add<T>(z00, v128.mul<T>(c, u));
      z10 = v128.add<T>(z10, v128.mul<T>(c, v));
      c = v128.load(x, column + 16);
      z01 = v128.add<T>(z01, v128.mul<T>(c, u));
      z11 = v128.add<T>(z11, v128.mul<T>(c, v));
      c = v128.load(x, column + 32);
      z02 = v128.add<T>(z02, v128.mul<T>(c, u));
      z12 = v128.add<T>(z12, v128.mul<T>(c, v));
      c = v128.load(x, column + 48);
      z03 = v128.add<T>(z03, v128.mul<T>(c, u));
      z13 = v128.add<T>(z13, v128.mul<T>(c, v));
    }
    v128.store(out + i, z00);
    v128.store(out + i, z01, 16);
    v128.store(out + i, z02, 32);
    v128.store(out + i, z03, 48);
    v128.store(out + i, z10, column);
    v128.store(out + i, z11, column + 16);
    v128.store(out + i, z12, column + 32);
    v128.store(out + i, z13, column + 48);
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

/** Adds Xᵀs of a block in T (f32 or f64) to the sums, a vector per column, of two replicates (the second only if `pair`). */
export function gradients<T>(columns: usize, padded: i32, s: usize, g0: usize, g1: usize, pair: bool): void {
  const column = sizeof<T>() << ROW_SHIFT;
  for (let k = 0; k < padded; k += 4) {
    const x = columns + <usize>k * column;
    let a0 = v128.load(g0);
    let a1 = v128.load(g0, 16);
    let a2 = v128.load(g0, 32);
    let a3 = v128.load(g0, 48);
    let c0 = v128.load(g1);
    let c1 = v128.load(g1, 16);
    let c2 = v128.load(g1, 32);
    let c3 = v128.load(g1, 48);
    for (let i: usize = 0; i < column; i += 16) {
      const s0 = v128.load(s + i);
      const s1 = v128.load(s + i, column);
      let v = v128.load(x + i);
      a0 = v128.add<T>(a0, v128.mul<T>(v, s0));
      c0 = v128.add<T>(c0, v128.mul<T>(v, s1));
      v = v128.load(x + i, column);
      a1 = v128.add<T>(a1, v128.mul<T>(v, s0));
      c1 = v128.add<T>(c1, v128.mul<T>(v, s1));
      v = v128.load(x + i, 2 * column);
      a2 = v128.add<T>(a2, v128.mul<T>(v, s0));
      c2 = v128.add<T>(c2, v128.mul<T>(v, s1));
      v = v128.load(x + i, 3 * column);
      a3 = v128.add<T>(a3, v128.mul<T>(v, s0));
      c3 = v128.add<T>(c3, v128.mul<T>(v, s1));
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
