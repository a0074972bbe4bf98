// Pairwise sums over rows in which two miners were both active (51-clusters §3): centred products, energies, counts.
import { alloc, mark, release } from "../arena";
import { Half } from "../numeric/half";

const BLOCK: i32 = 128; // rows: the centred block of 256 miners then stays within a megabyte or so
const TILE: usize = 4;

/** 1 where any of the `width` codes of a row is not a zero of either sign; returns how many. */
export function activeRows(codes: usize, width: i32, rows: i32, active: usize): i32 {
  let count = 0;
  let p = codes;
  for (let t: usize = 0; t < <usize>rows; t++) {
    let bits: u32 = 0;
    for (const end = p + ((<usize>width) << 1); p < end; p += 2) bits |= load<u16>(p);
    const is = <u8>((bits & 0x7fff) != 0);
    store<u8>(active + t, is);
    count += is;
  }
  return count;
}

/** out[f] += the float32 sum, row by row, of value f over the active rows. `dims` values from the start of a row. */
export function activeSums(codes: usize, width: i32, dims: i32, active: usize, rows: i32, out: usize): void {
  for (let f = 0; f < dims; f++) {
    let sum: f32 = 0;
    let p = codes + ((<usize>f) << 1);
    for (let t: usize = 0; t < <usize>rows; t++) {
      if (load<u8>(active + t)) sum += Half.decode(load<u16>(p));
      p += (<usize>width) << 1;
    }
    const total = out + ((<usize>f) << 3);
    store<f64>(total, load<f64>(total) + <f64>sum);
  }
}

/** One miner's centred values, energies and activity in a block of rows, as float64. */
function centre(
  codes: usize,
  width: i32,
  dims: i32,
  means: usize,
  active: usize,
  n: i32,
  z: usize,
  q: usize,
  a: usize,
): void {
  for (let t: usize = 0; t < <usize>n; t++) {
    const is = load<u8>(active + t);
    let energy: f32 = 0;
    for (let f: usize = 0; f < <usize>dims; f++) {
      const value: f32 = is ? Half.decode(load<u16>(codes + (f << 1))) - load<f32>(means + (f << 2)) : 0;
      energy += value * value;
      store<f64>(z, <f64>value);
      z += 8;
    }
    store<f64>(q + (t << 3), <f64>energy);
    store<f64>(a + (t << 3), <f64>is);
    codes += (<usize>width) << 1;
  }
}

class Lanes {
  @inline
  static addTo(p: usize, lanes: v128): void {
    store<f64>(p, load<f64>(p) + (f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)));
  }

  @inline
  static grow(sum: v128, x: v128, y: v128): v128 {
    return f64x2.add(sum, f64x2.mul(x, y));
  }
}

/** Four products of one row x with four rows from y on; rows are `bytes` apart, of even length. */
export function addFour(x: usize, y: usize, bytes: usize, out: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const y1 = y + bytes;
  const y2 = y1 + bytes;
  const y3 = y2 + bytes;
  for (let o: usize = 0; o < bytes; o += 16) {
    const v = v128.load(x + o);
    s0 = Lanes.grow(s0, v, v128.load(y + o));
    s1 = Lanes.grow(s1, v, v128.load(y1 + o));
    s2 = Lanes.grow(s2, v, v128.load(y2 + o));
    s3 = Lanes.grow(s3, v, v128.load(y3 + o));
  }
  Lanes.addTo(out, s0);
  Lanes.addTo(out + 8, s1);
  Lanes.addTo(out + 16, s2);
  Lanes.addTo(out + 24, s3);
}

/** out[i][j] += x_i · y_j for all i and j; both hold `padded` rows, `padded` a multiple of four. */
function addProducts(x: usize, y: usize, k: usize, padded: usize, bytes: usize, out: usize): void {
  for (let i: usize = 0; i < k; i++) {
    for (let j: usize = 0; j < padded; j += TILE) {
      addFour(x + i * bytes, y + j * bytes, bytes, out + ((i * padded + j) << 3));
    }
  }
}

/**
 * Sums over `rows` rows into k x padded matrices (padded: k rounded up to a multiple of four): `dots` of centred values, `energies`
 * of i where j is active, `joint` rows. `columns` and `activity` list k pointers; `means` is k x dims float32.
 */
export function jointSums(
  columns: usize,
  activity: usize,
  means: usize,
  k: i32,
  width: i32,
  dims: i32,
  rows: i32,
  dots: usize,
  energies: usize,
  joint: usize,
): void {
  const level = mark();
  const padded = ((<usize>k + TILE - 1) / TILE) * TILE;
  const rowBytes = (<usize>BLOCK) << 3;
  const valueBytes = rowBytes * <usize>dims;
  const z = alloc(padded * valueBytes);
  const q = alloc(padded * rowBytes);
  const a = alloc(padded * rowBytes);
  for (let from = 0; from < rows; from += BLOCK) {
    const n = min<i32>(BLOCK, rows - from);
    memory.fill(z, 0, padded * valueBytes);
    memory.fill(q, 0, padded * rowBytes);
    memory.fill(a, 0, padded * rowBytes);
    for (let j: usize = 0; j < <usize>k; j++) {
      const codes = load<usize>(columns + (j << 2)) + ((<usize>from * <usize>width) << 1);
      const own = load<usize>(activity + (j << 2)) + <usize>from;
      const mean = means + ((j * <usize>dims) << 2);
      centre(codes, width, dims, mean, own, n, z + j * valueBytes, q + j * rowBytes, a + j * rowBytes);
    }
    addProducts(z, z, <usize>k, padded, valueBytes, dots);
    addProducts(q, a, <usize>k, padded, rowBytes, energies);
    addProducts(a, a, <usize>k, padded, rowBytes, joint);
  }
  release(level);
}
