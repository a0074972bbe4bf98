// Medians across columns, eight rows at once: codes become ordered 15-bit keys, and the middle key of each row is found bit by
// bit from the top by counting how many keys lie below (no branch depends on the data).
import { Positions } from "./positions";

const ONE: i32 = 0x3c00; // binary16 code of 1: positions are clipped there, and keys are offset by it

class Keys {
  /** Order-preserving key in [0, 2·ONE]; both zeros share ONE. */
  @inline
  static of(code: u32): i32 {
    const magnitude = min<i32>(code & 0x7fff, ONE);
    return (code & 0x8000) == 0 ? ONE + magnitude : ONE - magnitude;
  }

  @inline
  static value(key: i32): f32 {
    return key >= ONE ? Positions.decode(key - ONE) : Positions.decode((ONE - key) | 0x8000);
  }
}

/** Writes one miner's rows × assets codes as `assets` planes of `stride` keys; sets nan[row] to 1 where one is NaN. */
export function medianKeys(codes: usize, rows: i32, assets: i32, planes: usize, stride: i32, nan: usize): void {
  let p = codes;
  for (let row = 0; row < rows; row++) {
    let out = planes + ((<usize>row) << 1);
    for (let a = 0; a < assets; a++) {
      const code = <u32>load<u16>(p);
      if ((code & 0x7fff) > 0x7c00) store<u8>(nan + row, 1);
      store<u16>(out, Keys.of(code));
      out += (<usize>stride) << 1;
      p += 2;
    }
  }
}

class Middle {
  /** The lower and upper middle key of eight rows, written as two vectors. */
  static find(planes: usize, count: i32, strideBytes: usize, out: usize): void {
    const k = i16x8.splat(<i16>((count - 1) >> 1));
    const end = planes + <usize>count * strideBytes;
    let lower = i16x8.splat(0);
    for (let bit = 14; bit >= 0; bit--) {
      const candidate = v128.or(lower, i16x8.shl(i16x8.splat(1), bit));
      let below = i16x8.splat(0);
      for (let p = planes; p < end; p += strideBytes) below = i16x8.sub(below, i16x8.lt_s(v128.load(p), candidate));
      lower = v128.bitselect(lower, candidate, i16x8.gt_s(below, k));
    }
    v128.store(out, lower);
    if ((count & 1) == 1) {
      v128.store(out, lower, 16);
      return;
    }
    let upTo = i16x8.splat(0);
    let next = i16x8.splat(0x7fff);
    for (let p = planes; p < end; p += strideBytes) {
      const key = v128.load(p);
      const above = i16x8.gt_s(key, lower);
      upTo = i16x8.sub(upTo, v128.not(above));
      next = i16x8.min_s(next, v128.bitselect(key, i16x8.splat(0x7fff), above));
    }
    // The key at k + 1 equals the one at k when at least k + 2 keys are not above it.
    v128.store(out, v128.bitselect(lower, next, i16x8.gt_s(upTo, i16x8.add(k, i16x8.splat(1)))), 16);
  }
}

/** Float32 medians of `count` planes of keys; `rows` is at most `stride`, which is a multiple of 8. `pair` is 32 bytes. */
export function medianTile(
  planes: usize,
  count: i32,
  stride: i32,
  rows: i32,
  nan: usize,
  pair: usize,
  out: usize,
): void {
  for (let begin = 0; begin < rows; begin += 8) {
    Middle.find(planes + ((<usize>begin) << 1), count, (<usize>stride) << 1, pair);
    const lanes = min<i32>(8, rows - begin);
    for (let lane = 0; lane < lanes; lane++) {
      const row = begin + lane;
      const low = Keys.value(load<u16>(pair + ((<usize>lane) << 1)));
      const high = Keys.value(load<u16>(pair + ((<usize>lane) << 1), 16));
      const middle: f32 = (count & 1) == 1 ? low : (low + high) / <f32>2.0;
      store<f32>(out + ((<usize>row) << 2), load<u8>(nan + row) == 1 ? <f32>NaN : middle);
    }
  }
}
