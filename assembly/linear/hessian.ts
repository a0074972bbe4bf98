// The Hessian of the loss of one weighting, Σ h_i x̃_i x̃_iᵀ with x̃ the row and a 1 for the intercept, formed once per Newton step
// so that the conjugate gradients need no pass over the rows. With few columns that costs less than the passes it saves.
//
// Columns are scaled by √h and multiplied with each other, and every entry adds its rows in the same order: the matrix is
// symmetric and equal columns give equal rows of it, bit for bit.

import { alloc } from "../arena";
import { Design } from "./design";

@unmanaged
export class Hessian {
  /** Up to this many columns forming the matrix costs no more than the three to six passes that it saves. */
  static readonly MOST_COLUMNS: i32 = 16;

  /** True from finish() to the next clear(): the matrix belongs to the last value asked for. */
  ready: bool;
  private cols: i32;
  private sums: usize; // (cols + 1)² entries of two lanes; then the matrix, in the first half of each
  private scaled: usize; // cols + 1 scaled columns of a block; shared with other weightings

  /** `scaled`: room for (cols + 1) · block float64. */
  static create(design: Design, scaled: usize): Hessian {
    const self = changetype<Hessian>(alloc(offsetof<Hessian>()));
    const n = <usize>(design.cols + 1);
    self.ready = false;
    self.cols = design.cols;
    self.sums = alloc((n * n) << 4);
    self.scaled = scaled;
    return self;
  }

  clear(): void {
    const n = <usize>(this.cols + 1);
    memory.fill(this.sums, 0, (n * n) << 4);
    this.ready = false;
  }

  /** Adds rows begin/8 .. end/8 (byte offsets, multiples of 32) of a block; `h`: float64 per row of the block. */
  add(x: usize, stride: usize, h: usize, begin: usize, end: usize): void {
    const cols = this.cols;
    const n = cols + 1;
    const s = this.scaled;
    scaleRows(x, stride, cols, h, s, begin, end);
    for (let j = 0; j < n; j += 2) {
      const a = s + stride * <usize>j;
      const b = j + 1 < n ? a + stride : a;
      const row = this.sums + ((<usize>(j * n)) << 4);
      const next = j + 1 < n ? row + ((<usize>n) << 4) : 0;
      let k = j;
      for (; k + 4 <= n && next != 0; k += 4) {
        twoByFour(a, b, s + stride * <usize>k, stride, begin, end, row + ((<usize>k) << 4), next + ((<usize>k) << 4));
      }
      for (; k < n; k++) {
        oneByOne(a, s + stride * <usize>k, begin, end, row + ((<usize>k) << 4));
        if (next != 0) oneByOne(b, s + stride * <usize>k, begin, end, next + ((<usize>k) << 4));
      }
    }
  }

  /** Adds the lanes up. */
  finish(): void {
    const n = this.cols + 1;
    for (let j = 0; j < n; j++) {
      for (let k = j; k < n; k++) {
        const at = this.sums + ((<usize>(j * n + k)) << 4);
        const sum = load<f64>(at) + load<f64>(at, 8);
        store<f64>(at, sum);
        store<f64>(this.sums + ((<usize>(k * n + j)) << 4), sum);
      }
    }
    this.ready = true;
  }

  /** to ← H v. */
  times(v: usize, to: usize): void {
    const n = this.cols + 1;
    let at = this.sums;
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++, at += 16) sum += load<f64>(at) * load<f64>(v + ((<usize>k) << 3));
      store<f64>(to + ((<usize>j) << 3), sum);
    }
  }
}

/** Columns times √h, and √h itself as the last one. */
function scaleRows(x: usize, stride: usize, cols: i32, h: usize, s: usize, begin: usize, end: usize): void {
  const roots = s + stride * <usize>cols;
  for (let i = begin; i < end; i += 16) v128.store(roots + i, f64x2.sqrt(v128.load(h + i)));
  for (let j = 0; j < cols; j++, x += stride, s += stride) scaleColumn(x, roots, s, begin, end);
}

function scaleColumn(x: usize, roots: usize, s: usize, begin: usize, end: usize): void {
  for (let i = begin; i < end; i += 16) v128.store(s + i, f64x2.mul(v128.load(x + i), v128.load(roots + i)));
}

/** Two rows of the matrix by four columns. */
function twoByFour(
  a: usize,
  b: usize,
  x0: usize,
  stride: usize,
  begin: usize,
  end: usize,
  toA: usize,
  toB: usize,
): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  let a0 = v128.load(toA);
  let a1 = v128.load(toA, 16);
  let a2 = v128.load(toA, 32);
  let a3 = v128.load(toA, 48);
  let b0 = v128.load(toB);
  let b1 = v128.load(toB, 16);
  let b2 = v128.load(toB, 32);
  let b3 = v128.load(toB, 48);
  for (let i = begin; i < end; i += 16) {
    const u = v128.load(a + i);
    const w = v128.load(b + i);
    const c0 = v128.load(x0 + i);
    a0 = f64x2.add(a0, f64x2.mul(u, c0));
    b0 = f64x2.add(b0, f64x2.mul(w, c0));
    const c1 = v128.load(x1 + i);
    a1 = f64x2.add(a1, f64x2.mul(u, c1));
    b1 = f64x2.add(b1, f64x2.mul(w, c1));
    const c2 = v128.load(x2 + i);
    a2 = f64x2.add(a2, f64x2.mul(u, c2));
    b2 = f64x2.add(b2, f64x2.mul(w, c2));
    const c3 = v128.load(x3 + i);
    a3 = f64x2.add(a3, f64x2.mul(u, c3));
    b3 = f64x2.add(b3, f64x2.mul(w, c3));
  }
  v128.store(toA, a0);
  v128.store(toA, a1, 16);
  v128.store(toA, a2, 32);
  v128.store(toA, a3, 48);
  v128.store(toB, b0);
  v128.store(toB, b1, 16);
  v128.store(toB, b2, 32);
  v128.store(toB, b3, 48);
}

function oneByOne(a: usize, x: usize, begin: usize, end: usize, to: usize): void {
  let sum = v128.load(to);
  for (let i = begin; i < end; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + i), v128.load(x + i)));
  v128.store(to, sum);
}
