/** TradeMixKernel in plain TypeScript, step by step the additions of assembly/walkforward, so that the bits agree. */

import { sum32 } from "../../numeric/sums.js";
import type { TradeMixKernel } from "../ops/tradeMix.js";
import { dotProducts, residualBooks } from "./books.js";
import { deskLeaveOneOut } from "./desk.js";
import { shiftSums } from "./fft.js";
import { decodeHalf } from "./half.js";
import { tanh } from "./tanh.js";

/** Values whose float32 lanes are added before the sum is widened. */
const RUN = 256;

function clip(x: number): number {
  return Math.min(1, Math.max(-1, x));
}

/** Dot product in four float32 lanes per run of values, the runs added in float64. */
function dot(x: Float32Array, y: Float32Array): number {
  const fround = Math.fround;
  let total = 0;
  for (let begin = 0; begin < x.length; begin += RUN) {
    const end = Math.min(x.length, begin + RUN);
    const whole = end - ((end - begin) & 3);
    let [a, b, c, d] = [0, 0, 0, 0];
    let i = begin;
    for (; i < whole; i += 4) {
      a = fround(a + fround(x[i] * y[i]));
      b = fround(b + fround(x[i + 1] * y[i + 1]));
      c = fround(c + fround(x[i + 2] * y[i + 2]));
      d = fround(d + fround(x[i + 3] * y[i + 3]));
    }
    if (i < end) a = fround(a + fround(x[i] * y[i]));
    if (i + 1 < end) b = fround(b + fround(x[i + 1] * y[i + 1]));
    if (i + 2 < end) c = fround(c + fround(x[i + 2] * y[i + 2]));
    total += a + b + (c + d);
  }
  return total;
}

function cosineSimilarities(columns: readonly Uint16Array[]): Float32Array {
  const count = columns.length;
  const values = columns.map((codes) => decodeHalf(codes).map(clip));
  const norms = values.map((x) => Math.fround(Math.fround(Math.sqrt(sum32(x.map((v) => v * v)))) + Math.fround(1e-12)));
  const similarity = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const cosine = Math.fround(dot(values[i], values[j])) / Math.fround(norms[i] * norms[j]);
      similarity[i * count + j] = cosine;
      similarity[j * count + i] = cosine;
    }
  }
  return similarity;
}

function rowMedians(columns: readonly Uint16Array[], assets: number): Float32Array {
  const values = columns.map((codes) => decodeHalf(codes).map(clip));
  const rows = columns[0].length / assets;
  const width = columns.length * assets;
  const middle = (width - 1) >> 1;
  const row = new Float32Array(width);
  const medians = new Float32Array(rows);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < columns.length; j++) {
      for (let a = 0; a < assets; a++) row[j * assets + a] = values[j][t * assets + a] + 0; // both zeros are 0
    }
    row.sort(); // NaN goes last
    if (Number.isNaN(row[width - 1])) medians[t] = Number.NaN;
    else medians[t] = width % 2 === 1 ? row[middle] : Math.fround(row[middle] + row[middle + 1]) / 2;
  }
  return medians;
}

export function tradeMixOps(): TradeMixKernel {
  return {
    tanh,
    cosineSimilarities,
    rowMedians,
    deskLeaveOneOut,
    dotProducts,
    residualBooks,
    shiftSums,
  };
}
