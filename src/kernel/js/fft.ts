/** Circular cross-correlation by FFT, the twin of assembly/series/fft.ts. A complex number is two values, real part first. */
import { transformSize } from "../ops/tradeMix.js";

/** e^(−iπk/half) for k < half, the table of each half = 1, 2, 4, .. beginning at number `half`; square roots only. */
function twiddleFactors(size: number): Float64Array {
  const table = new Float64Array(2 * size);
  let cos = 0;
  let sin = 1;
  table[2] = 1;
  for (let half = 2; half < size; half *= 2) {
    for (let k = 0; k < half; k += 2) {
      const re = table[half + k];
      const im = table[half + k + 1];
      const at = 2 * (half + k);
      table[at] = re;
      table[at + 1] = im;
      table[at + 2] = re * cos - im * -sin;
      table[at + 3] = im * cos + re * -sin;
    }
    cos = Math.sqrt((1 + cos) / 2);
    sin = sin / (2 * cos);
  }
  return table;
}

/** In place; the result is in bit-reversed order. */
function forward(x: Float64Array, twiddles: Float64Array): void {
  const size = x.length / 2;
  for (let half = size / 2; half >= 1; half /= 2) {
    for (let block = 0; block < size; block += 2 * half) {
      for (let k = 0; k < half; k++) {
        const p = 2 * (block + k);
        const q = p + 2 * half;
        const re = x[p] - x[q];
        const im = x[p + 1] - x[q + 1];
        const c = twiddles[2 * (half + k)];
        const d = twiddles[2 * (half + k) + 1];
        x[p] += x[q];
        x[p + 1] += x[q + 1];
        x[q] = re * c - im * d;
        x[q + 1] = im * c + re * d;
      }
    }
  }
}

/** In place, from bit-reversed order, not divided by the size. */
function backward(x: Float64Array, twiddles: Float64Array): void {
  const size = x.length / 2;
  for (let half = 1; half < size; half *= 2) {
    for (let block = 0; block < size; block += 2 * half) {
      for (let k = 0; k < half; k++) {
        const p = 2 * (block + k);
        const q = p + 2 * half;
        const c = twiddles[2 * (half + k)];
        const d = -twiddles[2 * (half + k) + 1];
        const re = x[q] * c - x[q + 1] * d;
        const im = x[q + 1] * c + x[q] * d;
        x[q] = x[p] - re;
        x[q + 1] = x[p + 1] - im;
        x[p] += re;
        x[p + 1] += im;
      }
    }
  }
}

/** Spectra of the columns, two columns per transform. */
function packedTransform(values: Float64Array, assets: number, twiddles: Float64Array): Float64Array[] {
  const rows = values.length / assets;
  return Array.from({ length: Math.ceil(assets / 2) }, (_, pair) => {
    const spectrum = new Float64Array(twiddles.length);
    for (let t = 0; t < rows; t++) {
      spectrum[2 * t] = values[t * assets + 2 * pair];
      if (2 * pair + 1 < assets) spectrum[2 * t + 1] = values[t * assets + 2 * pair + 1];
    }
    forward(spectrum, twiddles);
    return spectrum;
  });
}

/** Σ conj(x)·y, transformed back. */
function multiply(x: readonly Float64Array[], y: readonly Float64Array[], twiddles: Float64Array): Float64Array {
  const product = new Float64Array(twiddles.length);
  for (let s = 0; s < x.length; s++) {
    for (let i = 0; i < product.length; i += 2) {
      const [a, b] = [y[s][i], y[s][i + 1]];
      const [c, d] = [x[s][i], -x[s][i + 1]];
      product[i] += a * c - b * d;
      product[i + 1] += b * c + a * d;
    }
  }
  backward(product, twiddles);
  return product;
}

export function shiftSums(
  signals: readonly Float64Array[],
  labels: readonly Float64Array[],
  assets: number,
): Float64Array[][] {
  const rows = (labels[0]?.length ?? 0) / assets;
  const size = transformSize(rows);
  const twiddles = twiddleFactors(size);
  const spectra = labels.map((label) => packedTransform(label, assets, twiddles));
  return signals.map((signal) => {
    const spectrum = packedTransform(signal, assets, twiddles);
    return spectra.map((label) => {
      const product = multiply(spectrum, label, twiddles);
      return Float64Array.from({ length: rows }, (_, k) =>
        k === 0 ? product[0] / size : (product[2 * k] + product[2 * (size - rows + k)]) / size,
      );
    });
  });
}
