/** What callers may pass for X, y and weights, checked and brought into one form. */
import { UsageError } from "../errors.js";

/** A dense matrix, row-major: entry (i, j) is data[i · cols + j]. float32 stays float32 (it matters to saga). */
export interface Matrix {
  readonly data: Float64Array | Float32Array;
  readonly rows: number;
  readonly cols: number;
}

export type MatrixLike = Matrix | readonly (readonly number[])[];

export function toMatrix(x: MatrixLike): Matrix {
  if (isRows(x)) return fromRows(x);
  const { data, rows, cols } = x;
  if (!(data instanceof Float64Array || data instanceof Float32Array)) {
    throw new UsageError("X.data must be a Float64Array or a Float32Array");
  }
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) {
    throw new UsageError(`X needs at least one row and one column, not ${rows} × ${cols}`);
  }
  if (data.length !== rows * cols) {
    throw new UsageError(`X of ${rows} × ${cols} needs ${rows * cols} values in data, not ${data.length}`);
  }
  return x;
}

function isRows(x: MatrixLike): x is readonly (readonly number[])[] {
  return Array.isArray(x);
}

function fromRows(x: readonly (readonly number[])[]): Matrix {
  const rows = x.length;
  const cols = x[0]?.length ?? 0;
  if (rows === 0 || cols === 0) throw new UsageError("X needs at least one row and one column");
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    if (x[i].length !== cols) throw new UsageError(`row ${i} of X has ${x[i].length} values, row 0 has ${cols}`);
    data.set(x[i], i * cols);
  }
  return { data, rows, cols };
}

export function toLabels(y: ArrayLike<number | boolean>, rows: number, of: string): Uint8Array {
  if (y.length !== rows) throw new UsageError(`y has ${y.length} labels, ${of} has ${rows} rows`);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = Number(y[i]);
    if (label !== 0 && label !== 1) throw new UsageError(`label ${i} of y is ${y[i]}; labels are 0 or 1`);
    labels[i] = label;
  }
  return labels;
}

export function toWeights(weights: ArrayLike<number> | undefined, rows: number): Float64Array | null {
  if (weights === undefined) return null;
  if (weights.length !== rows) throw new UsageError(`sampleWeight has ${weights.length} entries for ${rows} rows`);
  const copy = Float64Array.from(weights);
  for (let i = 0; i < rows; i++) {
    if (!(copy[i] >= 0 && copy[i] < Number.POSITIVE_INFINITY)) {
      throw new UsageError(`sampleWeight ${i} is ${copy[i]}; weights are finite and not negative`);
    }
  }
  return copy;
}
