// Cosine similarity of position columns, a tile of at most 8192 values of all columns at a time.
import { sumFloat32 } from "../numeric/sum";
import { Positions } from "./positions";

const RUN: usize = 256 * 4; // bytes of float32 lanes that are added before the sum is widened

/** Decodes `n` codes to `out`, filled up with zeros to a multiple of 4, and returns the float32 pairwise sum of squares. */
export function decodeTile(codes: usize, n: i32, out: usize, squares: usize): f32 {
  const padded = (n + 3) & ~3;
  memory.fill(codes + ((<usize>n) << 1), 0, (<usize>(padded - n)) << 1);
  for (let i: usize = 0; i < <usize>padded; i += 4) {
    const x = Positions.decode4(codes + (i << 1));
    v128.store(out + (i << 2), x);
    v128.store(squares + (i << 2), f32x4.mul(x, x));
  }
  return sumFloat32(squares, n);
}

class Gram {
  @inline
  static widen(sum: v128): f64 {
    const a = f64x2.promote_low_f32x4(sum);
    const b = f64x2.promote_low_f32x4(v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
    return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1));
  }

  @inline
  static add(at: usize, sum: v128): void {
    store<f64>(at, load<f64>(at) + Gram.widen(sum));
  }

  /** Two columns against four over one run of `bytes` bytes; `stride` bytes lie between columns. */
  static block(x: usize, y: usize, stride: usize, bytes: usize, gram: usize, rowBytes: usize): void {
    let a0 = f32x4.splat(0.0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    const end = x + bytes;
    const y2 = y + 2 * stride;
    for (let p = x, q = y, r = y2; p < end; p += 16, q += 16, r += 16) {
      const u = v128.load(p);
      const v = v128.load(p + stride);
      const w0 = v128.load(q);
      const w1 = v128.load(q + stride);
      a0 = f32x4.add(a0, f32x4.mul(u, w0));
      b0 = f32x4.add(b0, f32x4.mul(v, w0));
      a1 = f32x4.add(a1, f32x4.mul(u, w1));
      b1 = f32x4.add(b1, f32x4.mul(v, w1));
      const w2 = v128.load(r);
      const w3 = v128.load(r + stride);
      a2 = f32x4.add(a2, f32x4.mul(u, w2));
      b2 = f32x4.add(b2, f32x4.mul(v, w2));
      a3 = f32x4.add(a3, f32x4.mul(u, w3));
      b3 = f32x4.add(b3, f32x4.mul(v, w3));
    }
    Gram.add(gram, a0);
    Gram.add(gram + 8, a1);
    Gram.add(gram + 16, a2);
    Gram.add(gram + 24, a3);
    Gram.add(gram + rowBytes, b0);
    Gram.add(gram + rowBytes + 8, b1);
    Gram.add(gram + rowBytes + 16, b2);
    Gram.add(gram + rowBytes + 24, b3);
  }
}

/**
 * Adds one tile's dot products to gram (columns × columns float64, its lower triangle is what counts). `columns` is a
 * multiple of 4; column j lies at tile + j·stride and holds `padded` values, a multiple of 4.
 */
export function gramTile(tile: usize, columns: i32, stride: usize, padded: i32, gram: usize): void {
  const bytes = (<usize>padded) << 2;
  const rowBytes = (<usize>columns) << 3;
  for (let begin: usize = 0; begin < bytes; begin += RUN) {
    const run = min<usize>(RUN, bytes - begin);
    for (let i = 0; i < columns; i += 2) {
      const x = tile + <usize>i * stride + begin;
      for (let j = 0; j <= i + 1; j += 4) {
        const y = tile + <usize>j * stride + begin;
        Gram.block(x, y, stride, run, gram + <usize>i * rowBytes + ((<usize>j) << 3), rowBytes);
      }
    }
  }
}
