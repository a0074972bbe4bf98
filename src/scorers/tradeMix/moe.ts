/** Meta model `moe` (26 §9.4): k-means regimes, and in each regime one ridge regression per asset on the positions. */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { Pcg64 } from "../../numeric/random.js";
import { sum32 } from "../../numeric/sums.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import type { Lesson, MetaModel } from "./metaModel.js";

const { fround } = Math;
/** A regime with fewer training rows predicts 0. */
const MIN_REGIME_ROWS = 30;
const MAX_ITERATIONS = 20;

/** Six columns spread over all of them, or all where there are no more. */
export function regimeColumns(count: number): number[] {
  if (count <= 6) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: 6 }, (_, i) => Math.floor((i * (count - 1)) / 5));
}

/** NumPy's `default_rng(seed).choice(rows, count, replace=False)`: Floyd's sampling, then a shuffle. */
export function chooseRows(seed: number, rows: number, count: number): number[] {
  const generator = new Pcg64(seed);
  const draw = (top: number): number => generator.integers(top + 1, 1)[0];
  const chosen: number[] = [];
  for (let j = rows - count; j < rows; j++) {
    const row = draw(j);
    chosen.push(chosen.includes(row) ? j : row);
  }
  for (let i = count - 1; i > 0; i--) {
    const j = draw(i);
    [chosen[i], chosen[j]] = [chosen[j], chosen[i]];
  }
  return chosen;
}

/** Standardises by the training rows; float32 sums in NumPy's order. */
function standardise(column: Float32Array, rows: Int32Array, until: number): Float32Array {
  const training = Float32Array.from(rows, (t) => column[t]);
  const mean = fround(sum32(training) / rows.length);
  const squares = training.map((x) => {
    const d = fround(x - mean);
    return d * d;
  });
  const scale = fround(fround(Math.sqrt(fround(sum32(squares) / rows.length))) + fround(1e-8));
  return column.subarray(0, until).map((x) => fround(x - mean) / scale);
}

/** Index of the nearest centre for each row; ties go to the lower one. */
function nearest(
  columns: readonly Float32Array[],
  rows: ArrayLike<number>,
  centres: readonly Float32Array[],
): Int32Array {
  const label = new Int32Array(rows.length);
  for (let i = 0; i < label.length; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < centres.length; k++) {
      let distance = 0;
      for (let c = 0; c < columns.length; c++) {
        const d = fround(columns[c][rows[i]] - centres[k][c]);
        distance = fround(distance + fround(d * d));
      }
      if (distance < least) {
        least = distance;
        label[i] = k;
      }
    }
  }
  return label;
}

/** Float32 mean of the rows of each regime; an empty one keeps its centre. */
function newCentres(
  columns: readonly Float32Array[],
  rows: Int32Array,
  label: Int32Array,
  centres: readonly Float32Array[],
): Float32Array[] {
  return centres.map((centre, k) => {
    const sums = new Float32Array(centre.length);
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      if (label[i] !== k) continue;
      count++;
      for (let c = 0; c < sums.length; c++) sums[c] += columns[c][rows[i]];
    }
    return count === 0 ? centre : sums.map((sum) => sum / count);
  });
}

function kMeans(columns: readonly Float32Array[], rows: Int32Array, seed: number, count: number): Float32Array[] {
  let centres: Float32Array[] = chooseRows(seed, rows.length, count).map((i) =>
    Float32Array.from(columns, (column) => column[rows[i]]),
  );
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    const next = newCentres(columns, rows, nearest(columns, rows, centres), centres);
    const settled = next.every((centre, k) =>
      centre.every((x, c) => Math.abs(x - centres[k][c]) <= 1e-4 + 1e-5 * Math.abs(centres[k][c])),
    );
    centres = next;
    if (settled) break;
  }
  return centres;
}

/** Ridge regression of several targets on the same rows, by Cholesky of the normal equations in float64. */
function ridge(x: readonly Float32Array[], rows: readonly number[], ys: readonly Float64Array[], alpha: number) {
  const n = rows.length;
  const centred = x.map((column) => {
    const values = Float64Array.from(rows, (t) => column[t]);
    const mean = values.reduce((sum, v) => sum + v, 0) / n;
    return { mean, values: values.map((v) => v - mean) };
  });
  const dot = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
  };
  const gram = Matrix.zeros(x.length, x.length);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = dot(centred[i].values, centred[j].values) + (i === j ? alpha : 0);
      gram.set(i, j, entry);
      gram.set(j, i, entry);
    }
  }
  const cholesky = new CholeskyDecomposition(gram);
  return ys.map((y) => {
    const mean = y.reduce((sum, v) => sum + v, 0) / n;
    const deviations = y.map((v) => v - mean);
    const right = Matrix.columnVector(centred.map(({ values }) => dot(values, deviations)));
    const weights = cholesky.solve(right).to1DArray();
    const intercept = mean - weights.reduce((sum, w, i) => sum + w * centred[i].mean, 0);
    return { weights, intercept };
  });
}

function predict({ features, rows, labels, until }: Lesson, constants: TradeMixConstants): Float64Array[] {
  const { regime, positions } = features;
  const inputs = regimeColumns(regime.length).map((c) => standardise(regime[c], rows, until));
  const centres = kMeans(inputs, rows, constants.seed, constants.moe_regimes);
  const everyRow = Int32Array.from({ length: until }, (_, t) => t);
  const label = nearest(inputs, everyRow, centres);
  const predictions = labels.map(() => new Float64Array(until));
  for (let k = 0; k < centres.length; k++) {
    const members = [...rows.keys()].filter((i) => label[rows[i]] === k);
    if (members.length < MIN_REGIME_ROWS) continue;
    const targets = labels.map((y) => Float64Array.from(members, (i) => fround(y[i])));
    const fits = ridge(
      positions,
      members.map((i) => rows[i]),
      targets,
      constants.moe_ridge_alpha,
    );
    for (const [a, { weights, intercept }] of fits.entries()) {
      for (let t = 0; t < until; t++) {
        if (label[t] !== k) continue;
        let sum = intercept;
        for (let c = 0; c < weights.length; c++) sum += positions[c][t] * weights[c];
        predictions[a][t] = fround(sum);
      }
    }
  }
  return predictions;
}

export function moeModel(constants: TradeMixConstants): MetaModel {
  return { name: "moe", predict: (_, lesson) => predict(lesson, constants) };
}
