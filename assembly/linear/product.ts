// Products of one block of rows with one vector: margins X v and the transposed product Xᵀ t, two rows per SIMD vector, four
// columns at a time. A margin adds its columns left to right; a column's sum adds its rows in an order that is the same for
// every column, so equal columns get equal bits.

export class Product {
  /**
   * z ← X v for rows begin/8 .. end/8 of the block (byte offsets, multiples of 32). `x`: the block, a column every `stride`
   * bytes; `v`: cols float64; `z`: float64 per row of the block.
   */
  static margins(x: usize, stride: usize, cols: i32, v: usize, z: usize, begin: usize, end: usize): void {
    let j = 0;
    if (cols >= 4) {
      firstFour(x, stride, v, z, begin, end);
      j = 4;
    } else if (cols >= 2) {
      firstTwo(x, stride, v, z, begin, end);
      j = 2;
    } else memory.fill(z + begin, 0, end - begin);
    x += stride * <usize>j;
    v += (<usize>j) << 3;
    for (; j + 4 <= cols; j += 4) {
      nextFour(x, stride, v, z, begin, end);
      x += stride << 2;
      v += 32;
    }
    for (; j < cols; j++) {
      nextOne(x, v, z, begin, end);
      x += stride;
      v += 8;
    }
  }

  /** sums ← sums + Xᵀ t over the same rows; `sums`: two lanes per column, to be added at the end. */
  static transposed(x: usize, stride: usize, cols: i32, t: usize, sums: usize, begin: usize, end: usize): void {
    let j = 0;
    for (; j + 4 <= cols; j += 4) {
      fourSums(x, stride, t, sums, begin, end);
      x += stride << 2;
      sums += 64;
    }
    for (; j < cols; j++) {
      oneSum(x, t, sums, begin, end);
      x += stride;
      sums += 16;
    }
  }
}

function firstTwo(x0: usize, stride: usize, v: usize, z: usize, begin: usize, end: usize): void {
  const x1 = x0 + stride;
  const v0 = v128.load64_splat(v);
  const v1 = v128.load64_splat(v, 8);
  for (let i = begin; i < end; i += 16) {
    v128.store(z + i, f64x2.add(f64x2.mul(v0, v128.load(x0 + i)), f64x2.mul(v1, v128.load(x1 + i))));
  }
}

function firstFour(x0: usize, stride: usize, v: usize, z: usize, begin: usize, end: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  const v0 = v128.load64_splat(v);
  const v1 = v128.load64_splat(v, 8);
  const v2 = v128.load64_splat(v, 16);
  const v3 = v128.load64_splat(v, 24);
  for (let i = begin; i < end; i += 32) {
    let a = f64x2.mul(v0, v128.load(x0 + i));
    let b = f64x2.mul(v0, v128.load(x0 + i, 16));
    a = f64x2.add(a, f64x2.mul(v1, v128.load(x1 + i)));
    b = f64x2.add(b, f64x2.mul(v1, v128.load(x1 + i, 16)));
    a = f64x2.add(a, f64x2.mul(v2, v128.load(x2 + i)));
    b = f64x2.add(b, f64x2.mul(v2, v128.load(x2 + i, 16)));
    a = f64x2.add(a, f64x2.mul(v3, v128.load(x3 + i)));
    b = f64x2.add(b, f64x2.mul(v3, v128.load(x3 + i, 16)));
    v128.store(z + i, a);
    v128.store(z + i, b, 16);
  }
}

function nextFour(x0: usize, stride: usize, v: usize, z: usize, begin: usize, end: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  const v0 = v128.load64_splat(v);
  const v1 = v128.load64_splat(v, 8);
  const v2 = v128.load64_splat(v, 16);
  const v3 = v128.load64_splat(v, 24);
  for (let i = begin; i < end; i += 32) {
    let a = f64x2.add(v128.load(z + i), f64x2.mul(v0, v128.load(x0 + i)));
    let b = f64x2.add(v128.load(z + i, 16), f64x2.mul(v0, v128.load(x0 + i, 16)));
    a = f64x2.add(a, f64x2.mul(v1, v128.load(x1 + i)));
    b = f64x2.add(b, f64x2.mul(v1, v128.load(x1 + i, 16)));
    a = f64x2.add(a, f64x2.mul(v2, v128.load(x2 + i)));
    b = f64x2.add(b, f64x2.mul(v2, v128.load(x2 + i, 16)));
    a = f64x2.add(a, f64x2.mul(v3, v128.load(x3 + i)));
    b = f64x2.add(b, f64x2.mul(v3, v128.load(x3 + i, 16)));
    v128.store(z + i, a);
    v128.store(z + i, b, 16);
  }
}

function nextOne(x: usize, v: usize, z: usize, begin: usize, end: usize): void {
  const v0 = v128.load64_splat(v);
  for (let i = begin; i < end; i += 16) {
    v128.store(z + i, f64x2.add(v128.load(z + i), f64x2.mul(v0, v128.load(x + i))));
  }
}

function fourSums(x0: usize, stride: usize, t: usize, sums: usize, begin: usize, end: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  let a0 = v128.load(sums);
  let a1 = v128.load(sums, 16);
  let a2 = v128.load(sums, 32);
  let a3 = v128.load(sums, 48);
  let b0 = f64x2.splat(0);
  let b1 = b0;
  let b2 = b0;
  let b3 = b0;
  for (let i = begin; i < end; i += 32) {
    const ta = v128.load(t + i);
    const tb = v128.load(t + i, 16);
    a0 = f64x2.add(a0, f64x2.mul(ta, v128.load(x0 + i)));
    b0 = f64x2.add(b0, f64x2.mul(tb, v128.load(x0 + i, 16)));
    a1 = f64x2.add(a1, f64x2.mul(ta, v128.load(x1 + i)));
    b1 = f64x2.add(b1, f64x2.mul(tb, v128.load(x1 + i, 16)));
    a2 = f64x2.add(a2, f64x2.mul(ta, v128.load(x2 + i)));
    b2 = f64x2.add(b2, f64x2.mul(tb, v128.load(x2 + i, 16)));
    a3 = f64x2.add(a3, f64x2.mul(ta, v128.load(x3 + i)));
    b3 = f64x2.add(b3, f64x2.mul(tb, v128.load(x3 + i, 16)));
  }
  v128.store(sums, f64x2.add(a0, b0));
  v128.store(sums, f64x2.add(a1, b1), 16);
  v128.store(sums, f64x2.add(a2, b2), 32);
  v128.store(sums, f64x2.add(a3, b3), 48);
}

function oneSum(x: usize, t: usize, sums: usize, begin: usize, end: usize): void {
  let a = v128.load(sums);
  let b = f64x2.splat(0);
  for (let i = begin; i < end; i += 32) {
    a = f64x2.add(a, f64x2.mul(v128.load(t + i), v128.load(x + i)));
    b = f64x2.add(b, f64x2.mul(v128.load(t + i, 16), v128.load(x + i, 16)));
  }
  v128.store(sums, f64x2.add(a, b));
}
