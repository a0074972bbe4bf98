// How well one column followed the returns of a training window (26 §6.3), with the reference's float32 roundings.
import { sumFloat32 } from "../numeric/sum";

const TINY: f32 = 1e-12;
const FLAT: f32 = 1e-6; // a column that moves less is no signal

export class Edge {
  /**
   * Positive part of the correlation of c (float32) and y (float64) over n rows, times sqrt(n / 100). `mean` is the float32
   * mean of c; `work` has room for n + 4 float32 and 272 bytes.
   */
  static of(c: usize, y: usize, n: i32, mean: f32, meanY: f64, normY: f64, work: usize): f64 {
    Edge.moments(c, y, n, mean, meanY, work);
    const squares = load<f32>(work);
    // The float32 standard deviation is worked out only where it might be below FLAT.
    if (squares < <f32>1e-10 * <f32>n && Edge.deviation(c, n, mean, work + 16) < FLAT) return 0.0;
    const norm: f32 = Mathf.sqrt(squares) + TINY;
    const correlation = load<f64>(work, 8) / (<f64>norm * normY);
    return max<f64>(0.0, correlation) * Math.sqrt(<f64>n / 100.0);
  }

  /** NumPy's float32 std, ddof 0. */
  static deviation(c: usize, n: i32, mean: f32, squares: usize): f32 {
    for (let i: usize = 0; i < (<usize>n) << 2; i += 4) {
      const d = load<f32>(c + i) - mean;
      store<f32>(squares + i, d * d);
    }
    return Mathf.sqrt(sumFloat32(squares, n) / <f32>n);
  }

  /**
   * With d = fl32(c - mean): d·d as OpenBLAS's Haswell sdot adds it (float32 at out) and the float64 sum of d (y - meanY)
   * (at out + 8). `out` has 272 bytes.
   */
  static moments(c: usize, y: usize, n: i32, mean: f32, meanY: f64, out: usize): void {
    const zero = f64x2.splat(0.0);
    const m = f32x4.splat(mean);
    const my = f64x2.splat(meanY);
    let a0 = zero;
    let a1 = zero;
    let a2 = zero;
    let a3 = zero;
    let a4 = zero;
    let a5 = zero;
    let a6 = zero;
    let a7 = zero;
    let b0 = zero;
    let b1 = zero;
    let b2 = zero;
    let b3 = zero;
    let b4 = zero;
    let b5 = zero;
    let b6 = zero;
    let b7 = zero;
    let s = zero;
    let t = zero;
    const whole = n & ~31;
    let p = c;
    let q = y;
    const end = c + ((<usize>whole) << 2);
    for (; p < end; p += 128, q += 256) {
      let d = f32x4.sub(v128.load(p), m);
      let low = f64x2.promote_low_f32x4(d);
      let high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      a0 = Edge.fusedSquare(a0, low);
      a1 = Edge.fusedSquare(a1, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 16), my)));
      d = f32x4.sub(v128.load(p, 16), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      a2 = Edge.fusedSquare(a2, low);
      a3 = Edge.fusedSquare(a3, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 32), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 48), my)));
      d = f32x4.sub(v128.load(p, 32), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      a4 = Edge.fusedSquare(a4, low);
      a5 = Edge.fusedSquare(a5, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 64), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 80), my)));
      d = f32x4.sub(v128.load(p, 48), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      a6 = Edge.fusedSquare(a6, low);
      a7 = Edge.fusedSquare(a7, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 96), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 112), my)));
      d = f32x4.sub(v128.load(p, 64), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      b0 = Edge.fusedSquare(b0, low);
      b1 = Edge.fusedSquare(b1, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 128), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 144), my)));
      d = f32x4.sub(v128.load(p, 80), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      b2 = Edge.fusedSquare(b2, low);
      b3 = Edge.fusedSquare(b3, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 160), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 176), my)));
      d = f32x4.sub(v128.load(p, 96), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      b4 = Edge.fusedSquare(b4, low);
      b5 = Edge.fusedSquare(b5, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 192), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 208), my)));
      d = f32x4.sub(v128.load(p, 112), m);
      low = f64x2.promote_low_f32x4(d);
      high = f64x2.promote_low_f32x4(v128.shuffle<i32>(d, d, 2, 3, 0, 1));
      b6 = Edge.fusedSquare(b6, low);
      b7 = Edge.fusedSquare(b7, high);
      s = f64x2.add(s, f64x2.mul(low, f64x2.sub(v128.load(q, 224), my)));
      t = f64x2.add(t, f64x2.mul(high, f64x2.sub(v128.load(q, 240), my)));
    }
    // Accumulator k holds lanes 0..7: its upper half is added to its lower one.
    const c0 = f32x4.add(Edge.narrow(a0, a1), Edge.narrow(a2, a3));
    const c1 = f32x4.add(Edge.narrow(a4, a5), Edge.narrow(a6, a7));
    const c2 = f32x4.add(Edge.narrow(b0, b1), Edge.narrow(b2, b3));
    const c3 = f32x4.add(Edge.narrow(b4, b5), Edge.narrow(b6, b7));
    const d0 = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
    let squares = <f64>Edge.across(d0);
    let product =
      f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1) + (f64x2.extract_lane(t, 0) + f64x2.extract_lane(t, 1));
    for (const last = c + ((<usize>n) << 2); p < last; p += 4, q += 8) {
      const d: f32 = load<f32>(p) - mean;
      squares += <f64>(d * d);
      product += <f64>d * (load<f64>(q) - meanY);
    }
    store<f32>(out, <f32>squares);
    store<f64>(out, product, 8);
  }

  /** acc + p², fused: the square of a widened float32 is exact in float64, the sum is rounded to float32. Stays widened. */
  @inline
  static fusedSquare(acc: v128, p: v128): v128 {
    return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(f64x2.add(acc, f64x2.mul(p, p))));
  }

  /** (l0 + l1) + (l2 + l3). */
  @inline
  static across(a: v128): f32 {
    const low: f32 = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1);
    return low + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
  }

  @inline
  static narrow(low: v128, high: v128): v128 {
    return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  }
}
