/** The small problems whose fits were taken from scikit-learn 1.7.2. */
import type { Dense } from "../../../src/kernel/ops/linear.js";
import { lcg } from "../../helpers/lcg.js";

/** Columns as a float64 design. */
export function dense(columns: readonly (readonly number[])[]): Dense {
  return { values: Float64Array.from(columns.flat()), rows: columns[0]!.length, cols: columns.length };
}

/** The same rounded to float32. */
export function single(x: Dense): Dense {
  return { ...x, values: Float32Array.from(x.values) };
}

/** Twelve rows, two columns. */
export const A = {
  x: dense([
    [-1.375, 0.375, -0.875, 0.875, -0.375, 1.375, 0.125, -1.125, 0.625, -0.625, 1.125, -0.125],
    [-1, 0, 1, -0.2, 0.8, -0.4, 0.6, -0.6, 0.4, -0.8, 0.2, -1],
  ]),
  y: Uint8Array.of(0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0),
  weights: Float64Array.from({ length: 12 }, (_, i) => 1 + (i % 4) / 4),
};

function waves() {
  const rows = 400;
  const cols = 6;
  const values = new Float64Array(rows * cols);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      values[j * rows + i] = Math.sin(0.37 * (i + 1) * (j + 1) + 0.11 * j * j) * (1 + 0.3 * j);
    }
    y[i] = Number(Math.sin(0.37 * (i + 1)) + 0.8 * Math.cos(1.7 * i) > 0.2);
  }
  return { x: { values, rows, cols }, y, weights: Float64Array.from(y, (_, i) => 1 + ((13 * i) % 7) / 10) };
}

/** 400 rows, six columns of sines. */
export const B = waves();

/** 300 rows of uniforms, three columns, old rows weighing half of the recent ones. */
export function uniforms() {
  const u = lcg(7);
  const columns: number[][] = [[], [], []];
  const y: number[] = [];
  for (let t = 0; t < 300; t++) {
    const x = [u(), u(), u()];
    for (let j = 0; j < 3; j++) columns[j]!.push(x[j]!);
    y.push(Number(x[0]! + 0.5 * x[1]! + u() > 1.6));
  }
  return {
    x: dense(columns),
    y: Uint8Array.from(y),
    weights: Float64Array.from({ length: 300 }, (_, t) => (t < 200 ? 0.75 : 1.5)),
  };
}

/** 300 rows of centred uniforms rounded to float32, two columns. */
export function centred() {
  const u = lcg(99);
  const columns: number[][] = [[], []];
  const y: number[] = [];
  for (let i = 0; i < 300; i++) {
    const a = u() - 0.5;
    const b = u() - 0.5;
    const c = u() - 0.5;
    columns[0]!.push(a);
    columns[1]!.push(b);
    y.push(Number(a + 0.5 * b + c > 0));
  }
  return { x: single(dense(columns)), y: Uint8Array.from(y) };
}

/** The first rows of a design. */
export function head(x: Dense, rows: number): Dense {
  const values = x.values.slice(0, rows * x.cols);
  for (let j = 0; j < x.cols; j++) values.set(x.values.subarray(j * x.rows, j * x.rows + rows), j * rows);
  return { values, rows, cols: x.cols };
}
