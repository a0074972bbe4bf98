// Cross-section challenges, meta model: which samples have a base prediction, and the predictions as a design of float32.
// One column of codes is in memory at a time; the facade calls these functions once per column.

import { exp } from "../numeric/exp";
import { Half } from "../numeric/half";

const MISSING: u8 = 255;

/** What one base fit predicts: float32(weight·x + intercept), the sum in float64. */
class Prediction {
  @inline
  static of(code: u32, weight: f64, intercept: f64): f32 {
    return <f32>(weight * <f64>Half.decode(code) + intercept);
  }
}

/** kept[sample] ← label + 1 for labelled samples of rows [from, to) whose code is not ±0. */
export function markPredicted(codes: usize, labels: usize, assets: i32, from: i32, to: i32, kept: usize): void {
  const end = <usize>to * assets;
  for (let sample = <usize>from * assets; sample < end; sample++) {
    const y = load<u8>(labels + sample);
    if (y != MISSING && (load<u16>(codes + (sample << 1)) & 0x7fff) != 0) store<u8>(kept + sample, y + 1);
  }
}

/** As markPredicted for every labelled sample, predicted or not. */
export function markLabelled(labels: usize, assets: i32, from: i32, to: i32, kept: usize): void {
  const end = <usize>to * assets;
  for (let sample = <usize>from * assets; sample < end; sample++) {
    const y = load<u8>(labels + sample);
    if (y != MISSING) store<u8>(kept + sample, y + 1);
  }
}

/** How many of the `samples` bytes equal `value`. */
export function countKept(kept: usize, samples: i32, value: u8): i32 {
  let count = 0;
  for (const end = kept + samples; kept < end; kept++) count += i32(load<u8>(kept) == value);
  return count;
}

/** Writes the labels of the kept samples in pooled order. */
export function keptLabels(kept: usize, samples: i32, out: usize): void {
  for (const end = kept + samples; kept < end; kept++) {
    const y = load<u8>(kept);
    if (y) store<u8>(out++, y - 1);
  }
}

/** Column of the design in pooled order: predictions of rows [from, to) into out, which is returned advanced. */
export function predictColumn(
  codes: usize,
  assets: i32,
  from: i32,
  to: i32,
  weight: f64,
  intercept: f64,
  kept: usize,
  out: usize,
): usize {
  const fitted = weight == weight;
  const end = <usize>to * assets;
  for (let sample = <usize>from * assets; sample < end; sample++) {
    if (!load<u8>(kept + sample)) continue;
    const code = <u32>load<u16>(codes + (sample << 1));
    const present = fitted && (code & 0x7fff) != 0;
    store<f32>(out, present ? Prediction.of(code, weight, intercept) : <f32>0);
    out += 4;
  }
  return out;
}

/** out_i += coef · column_i, in float64. */
export function addScaled(column: usize, rows: i32, coef: f64, out: usize): void {
  for (const end = column + ((<usize>rows) << 2); column < end; column += 4, out += 8) {
    store<f64>(out, load<f64>(out) + coef * <f64>load<f32>(column));
  }
}

/** scores_i ← 1/(1 + e^-(scores_i + shift)). */
export function sigmoidShifted(scores: usize, rows: i32, shift: f64): void {
  for (const end = scores + ((<usize>rows) << 3); scores < end; scores += 8) {
    store<f64>(scores, 1 / (1 + exp(-(load<f64>(scores) + shift))));
  }
}
