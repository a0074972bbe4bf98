/** How well one column followed the returns of a training window (26 §6.3), with the reference's float32 roundings. */
import { sum32 } from "../../numeric/sums.js";

/** A column whose float32 standard deviation is less is no signal. */
const FLAT = Math.fround(1e-6);

/** max(0, correlation of c and y) · sqrt(n / 100); `mean` is the float32 mean of c, `normY` the norm of y − meanY. */
export function edge(c: Float32Array, y: Float64Array, mean: number, meanY: number, normY: number): number {
  const centred = c.map((x) => x - mean);
  const squares = haswellSquares(centred);
  if (squares < 1e-10 * c.length && standardDeviation(centred) < FLAT) return 0;
  const norm = Math.fround(Math.fround(Math.sqrt(squares)) + Math.fround(1e-12));
  const correlation = covariance(centred, y, meanY) / (norm * normY);
  return Math.max(0, correlation) * Math.sqrt(c.length / 100);
}

function standardDeviation(centred: Float32Array): number {
  return Math.fround(Math.sqrt(Math.fround(sum32(centred.map((d) => d * d)) / centred.length)));
}

/** x·x as OpenBLAS's Haswell sdot adds it: 32 float32 lanes with fused multiply-add, left-over products in float64 (26 §8.2). */
function haswellSquares(x: Float32Array): number {
  const whole = x.length & ~31;
  const lane = new Float32Array(32);
  for (let i = 0; i < whole; i += 32) {
    for (let l = 0; l < 32; l++) lane[l] = lane[l] + x[i + l] * x[i + l];
  }
  const four = Array.from({ length: 4 }, (_, l) => {
    const c = [0, 8, 16, 24].map((k) => Math.fround(lane[k + l] + lane[k + l + 4]));
    return Math.fround(Math.fround(c[0] + c[1]) + Math.fround(c[2] + c[3]));
  });
  let total = Math.fround(Math.fround(four[0] + four[1]) + Math.fround(four[2] + four[3]));
  for (let i = whole; i < x.length; i++) total += Math.fround(x[i] * x[i]);
  return Math.fround(total);
}

/** Σ d (y − meanY) in the kernel's four lanes. */
function covariance(d: Float32Array, y: Float64Array, meanY: number): number {
  const whole = d.length & ~31;
  let [a, b, c, e] = [0, 0, 0, 0];
  let i = 0;
  for (; i < whole; i += 4) {
    a += d[i] * (y[i] - meanY);
    b += d[i + 1] * (y[i + 1] - meanY);
    c += d[i + 2] * (y[i + 2] - meanY);
    e += d[i + 3] * (y[i + 3] - meanY);
  }
  let total = a + b + (c + e);
  for (; i < d.length; i++) total += d[i] * (y[i] - meanY);
  return total;
}
