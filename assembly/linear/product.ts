// Products of one block of rows with one vector: margins X v and the transposed product Xᵀ t, two rows per SIMD vector, eight
// columns at a time. A margin adds its columns left to right; a column's sum adds the rows of a stretch first and then the
// stretches (short runs: long optimisations amplify what summing loses), in an order that is the same for every column, so
// equal columns get equal bits. The distance between columns is a constant, so that it is part of the loads.

/** Rows per block. */
export const BLOCK: i32 = 64;
/** Bytes from one column of a block to the next. */
export const STRIDE: usize = 512;

export class Product {
  /**
   * z ← X v for rows begin/8 .. end/8 of the block (byte offsets, multiples of 32). `x`: the block; `v`: cols float64;
   * `z`: float64 per row of the block.
   */
  static margins(x: usize, cols: i32, v: usize, z: usize, begin: usize, end: usize): void {
    let j = 0;
    if (cols >= 8) {
      Columns.eight(x, v, z, begin, end, true);
      j = 8;
    } else if (cols >= 2) {
      Columns.two(x, v, z, begin, end, true);
      j = 2;
    } else memory.fill(z + begin, 0, end - begin);
    x += STRIDE * <usize>j;
    v += (<usize>j) << 3;
    for (; j + 8 <= cols; j += 8, x += STRIDE * 8, v += 64) Columns.eight(x, v, z, begin, end, false);
    if (j + 4 <= cols) {
      nextFour(x, v, z, begin, end);
      j += 4;
      x += STRIDE * 4;
      v += 32;
    }
    for (; j + 2 <= cols; j += 2, x += STRIDE * 2, v += 16) Columns.two(x, v, z, begin, end, false);
    if (j < cols) nextOne(x, v, z, begin, end);
  }

  /** sums ← sums + Xᵀ t over the same rows; `sums`: two lanes per column, to be added at the end. */
  static transposed(x: usize, cols: i32, t: usize, sums: usize, begin: usize, end: usize): void {
    let j = 0;
    for (; j + 8 <= cols; j += 8, x += STRIDE * 8, sums += 128) eightSums(x, t, sums, begin, end);
    if (j + 4 <= cols) {
      fourSums(x, t, sums, begin, end);
      j += 4;
      x += STRIDE * 4;
      sums += 64;
    }
    if (j + 2 <= cols) {
      twoSums(x, t, sums, begin, end);
      j += 2;
      x += STRIDE * 2;
      sums += 32;
    }
    if (j < cols) oneSum(x, t, sums, begin, end);
  }
}

/** z ← X v over so many columns, or z + X v where they are not the first. */
class Columns {
  @inline
  static eight(x: usize, v: usize, z: usize, begin: usize, end: usize, first: bool): void {
    const v0 = v128.load64_splat(v);
    const v1 = v128.load64_splat(v, 8);
    const v2 = v128.load64_splat(v, 16);
    const v3 = v128.load64_splat(v, 24);
    const v4 = v128.load64_splat(v, 32);
    const v5 = v128.load64_splat(v, 40);
    const v6 = v128.load64_splat(v, 48);
    const v7 = v128.load64_splat(v, 56);
    for (let i = begin; i < end; i += 32) {
      const row = x + i;
      const to = z + i;
      let a = f64x2.mul(v0, v128.load(row));
      let b = f64x2.mul(v0, v128.load(row, 16));
      if (!first) {
        a = f64x2.add(v128.load(to), a);
        b = f64x2.add(v128.load(to, 16), b);
      }
      a = f64x2.add(a, f64x2.mul(v1, v128.load(row, STRIDE)));
      b = f64x2.add(b, f64x2.mul(v1, v128.load(row, STRIDE + 16)));
      a = f64x2.add(a, f64x2.mul(v2, v128.load(row, STRIDE * 2)));
      b = f64x2.add(b, f64x2.mul(v2, v128.load(row, STRIDE * 2 + 16)));
      a = f64x2.add(a, f64x2.mul(v3, v128.load(row, STRIDE * 3)));
      b = f64x2.add(b, f64x2.mul(v3, v128.load(row, STRIDE * 3 + 16)));
      a = f64x2.add(a, f64x2.mul(v4, v128.load(row, STRIDE * 4)));
      b = f64x2.add(b, f64x2.mul(v4, v128.load(row, STRIDE * 4 + 16)));
      a = f64x2.add(a, f64x2.mul(v5, v128.load(row, STRIDE * 5)));
      b = f64x2.add(b, f64x2.mul(v5, v128.load(row, STRIDE * 5 + 16)));
      a = f64x2.add(a, f64x2.mul(v6, v128.load(row, STRIDE * 6)));
      b = f64x2.add(b, f64x2.mul(v6, v128.load(row, STRIDE * 6 + 16)));
      a = f64x2.add(a, f64x2.mul(v7, v128.load(row, STRIDE * 7)));
      b = f64x2.add(b, f64x2.mul(v7, v128.load(row, STRIDE * 7 + 16)));
      v128.store(to, a);
      v128.store(to, b, 16);
    }
  }

  @inline
  static two(x: usize, v: usize, z: usize, begin: usize, end: usize, first: bool): void {
    const v0 = v128.load64_splat(v);
    const v1 = v128.load64_splat(v, 8);
    for (let i = begin; i < end; i += 32) {
      const row = x + i;
      const to = z + i;
      let a = f64x2.mul(v0, v128.load(row));
      let b = f64x2.mul(v0, v128.load(row, 16));
      if (!first) {
        a = f64x2.add(v128.load(to), a);
        b = f64x2.add(v128.load(to, 16), b);
      }
      a = f64x2.add(a, f64x2.mul(v1, v128.load(row, STRIDE)));
      b = f64x2.add(b, f64x2.mul(v1, v128.load(row, STRIDE + 16)));
      v128.store(to, a);
      v128.store(to, b, 16);
    }
  }
}

function nextFour(x: usize, v: usize, z: usize, begin: usize, end: usize): void {
  const v0 = v128.load64_splat(v);
  const v1 = v128.load64_splat(v, 8);
  const v2 = v128.load64_splat(v, 16);
  const v3 = v128.load64_splat(v, 24);
  for (let i = begin; i < end; i += 32) {
    const row = x + i;
    const to = z + i;
    let a = f64x2.add(v128.load(to), f64x2.mul(v0, v128.load(row)));
    let b = f64x2.add(v128.load(to, 16), f64x2.mul(v0, v128.load(row, 16)));
    a = f64x2.add(a, f64x2.mul(v1, v128.load(row, STRIDE)));
    b = f64x2.add(b, f64x2.mul(v1, v128.load(row, STRIDE + 16)));
    a = f64x2.add(a, f64x2.mul(v2, v128.load(row, STRIDE * 2)));
    b = f64x2.add(b, f64x2.mul(v2, v128.load(row, STRIDE * 2 + 16)));
    a = f64x2.add(a, f64x2.mul(v3, v128.load(row, STRIDE * 3)));
    b = f64x2.add(b, f64x2.mul(v3, v128.load(row, STRIDE * 3 + 16)));
    v128.store(to, a);
    v128.store(to, b, 16);
  }
}

function nextOne(x: usize, v: usize, z: usize, begin: usize, end: usize): void {
  const v0 = v128.load64_splat(v);
  for (let i = begin; i < end; i += 32) {
    const row = x + i;
    const to = z + i;
    const a = f64x2.add(v128.load(to), f64x2.mul(v0, v128.load(row)));
    const b = f64x2.add(v128.load(to, 16), f64x2.mul(v0, v128.load(row, 16)));
    v128.store(to, a);
    v128.store(to, b, 16);
  }
}

function eightSums(x: usize, t: usize, sums: usize, begin: usize, end: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  let a4 = f64x2.splat(0);
  let a5 = f64x2.splat(0);
  let a6 = f64x2.splat(0);
  let a7 = f64x2.splat(0);
  for (let i = begin; i < end; i += 32) {
    const row = x + i;
    const low = v128.load(t + i);
    const high = v128.load(t + i, 16);
    a0 = f64x2.add(a0, f64x2.mul(low, v128.load(row)));
    a1 = f64x2.add(a1, f64x2.mul(low, v128.load(row, STRIDE)));
    a2 = f64x2.add(a2, f64x2.mul(low, v128.load(row, STRIDE * 2)));
    a3 = f64x2.add(a3, f64x2.mul(low, v128.load(row, STRIDE * 3)));
    a4 = f64x2.add(a4, f64x2.mul(low, v128.load(row, STRIDE * 4)));
    a5 = f64x2.add(a5, f64x2.mul(low, v128.load(row, STRIDE * 5)));
    a6 = f64x2.add(a6, f64x2.mul(low, v128.load(row, STRIDE * 6)));
    a7 = f64x2.add(a7, f64x2.mul(low, v128.load(row, STRIDE * 7)));
    a0 = f64x2.add(a0, f64x2.mul(high, v128.load(row, 16)));
    a1 = f64x2.add(a1, f64x2.mul(high, v128.load(row, STRIDE + 16)));
    a2 = f64x2.add(a2, f64x2.mul(high, v128.load(row, STRIDE * 2 + 16)));
    a3 = f64x2.add(a3, f64x2.mul(high, v128.load(row, STRIDE * 3 + 16)));
    a4 = f64x2.add(a4, f64x2.mul(high, v128.load(row, STRIDE * 4 + 16)));
    a5 = f64x2.add(a5, f64x2.mul(high, v128.load(row, STRIDE * 5 + 16)));
    a6 = f64x2.add(a6, f64x2.mul(high, v128.load(row, STRIDE * 6 + 16)));
    a7 = f64x2.add(a7, f64x2.mul(high, v128.load(row, STRIDE * 7 + 16)));
  }
  v128.store(sums, f64x2.add(v128.load(sums), a0));
  v128.store(sums, f64x2.add(v128.load(sums, 16), a1), 16);
  v128.store(sums, f64x2.add(v128.load(sums, 32), a2), 32);
  v128.store(sums, f64x2.add(v128.load(sums, 48), a3), 48);
  v128.store(sums, f64x2.add(v128.load(sums, 64), a4), 64);
  v128.store(sums, f64x2.add(v128.load(sums, 80), a5), 80);
  v128.store(sums, f64x2.add(v128.load(sums, 96), a6), 96);
  v128.store(sums, f64x2.add(v128.load(sums, 112), a7), 112);
}

function fourSums(x: usize, t: usize, sums: usize, begin: usize, end: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  for (let i = begin; i < end; i += 32) {
    const row = x + i;
    const low = v128.load(t + i);
    const high = v128.load(t + i, 16);
    a0 = f64x2.add(a0, f64x2.mul(low, v128.load(row)));
    a1 = f64x2.add(a1, f64x2.mul(low, v128.load(row, STRIDE)));
    a2 = f64x2.add(a2, f64x2.mul(low, v128.load(row, STRIDE * 2)));
    a3 = f64x2.add(a3, f64x2.mul(low, v128.load(row, STRIDE * 3)));
    a0 = f64x2.add(a0, f64x2.mul(high, v128.load(row, 16)));
    a1 = f64x2.add(a1, f64x2.mul(high, v128.load(row, STRIDE + 16)));
    a2 = f64x2.add(a2, f64x2.mul(high, v128.load(row, STRIDE * 2 + 16)));
    a3 = f64x2.add(a3, f64x2.mul(high, v128.load(row, STRIDE * 3 + 16)));
  }
  v128.store(sums, f64x2.add(v128.load(sums), a0));
  v128.store(sums, f64x2.add(v128.load(sums, 16), a1), 16);
  v128.store(sums, f64x2.add(v128.load(sums, 32), a2), 32);
  v128.store(sums, f64x2.add(v128.load(sums, 48), a3), 48);
}

function twoSums(x: usize, t: usize, sums: usize, begin: usize, end: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  for (let i = begin; i < end; i += 32) {
    const row = x + i;
    const low = v128.load(t + i);
    const high = v128.load(t + i, 16);
    a0 = f64x2.add(a0, f64x2.mul(low, v128.load(row)));
    a1 = f64x2.add(a1, f64x2.mul(low, v128.load(row, STRIDE)));
    a0 = f64x2.add(a0, f64x2.mul(high, v128.load(row, 16)));
    a1 = f64x2.add(a1, f64x2.mul(high, v128.load(row, STRIDE + 16)));
  }
  v128.store(sums, f64x2.add(v128.load(sums), a0));
  v128.store(sums, f64x2.add(v128.load(sums, 16), a1), 16);
}

function oneSum(x: usize, t: usize, sums: usize, begin: usize, end: usize): void {
  let a0 = f64x2.splat(0);
  for (let i = begin; i < end; i += 32) {
    const row = x + i;
    const low = v128.load(t + i);
    const high = v128.load(t + i, 16);
    a0 = f64x2.add(a0, f64x2.mul(low, v128.load(row)));
    a0 = f64x2.add(a0, f64x2.mul(high, v128.load(row, 16)));
  }
  v128.store(sums, f64x2.add(v128.load(sums), a0));
}
