import type { BootstrapFits, BootstrapOptions, Dense } from "../ops/linear.js";
import type { PooledColumns, PooledKernel } from "../ops/pooled.js";
import { auc } from "./auc.js";
import { bootstrapLogistic, noFits } from "./bootstrap.js";
import { sigmoid } from "./elementary.js";
import { halfValues } from "./half.js";
import { MISSING, pooledMiner } from "./pooledMiner.js";

function labelCounts(labels: Uint8Array, assets: number): { zeros: Int32Array; ones: Int32Array } {
  const rows = labels.length / assets;
  const zeros = new Int32Array(rows + 1);
  const ones = new Int32Array(rows + 1);
  for (let t = 0; t < rows; t++) {
    zeros[t + 1] = zeros[t];
    ones[t + 1] = ones[t];
    for (let i = t * assets; i < (t + 1) * assets; i++) {
      if (labels[i] === 0) zeros[t + 1]++;
      else if (labels[i] === 1) ones[t + 1]++;
    }
  }
  return { zeros, ones };
}

function constantColumns(codes: Uint16Array, assets: number, rowMask: Uint8Array, minStd: number): Uint8Array {
  const values = halfValues();
  const rows = Uint32Array.from(rowMask.keys()).filter((t) => rowMask[t] === 1);
  const constant = new Uint8Array(assets);
  for (let a = 0; a < assets; a++) {
    const column = Float64Array.from(rows, (t) => values[codes[t * assets + a]]);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const squares = column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
    constant[a] = Math.sqrt(squares / column.length) < minStd ? 1 : 0;
  }
  return constant;
}

/** The samples of the ranges in pooled order: index into labels and number of the range. */
function samplesOf({ labels, assets, ranges }: PooledColumns): { at: Int32Array; range: Int32Array } {
  const at: number[] = [];
  const range: number[] = [];
  for (let b = 0; 2 * b < ranges.length; b++) {
    for (let i = ranges[2 * b] * assets; i < ranges[2 * b + 1] * assets; i++) {
      if (labels[i] === MISSING) continue;
      at.push(i);
      range.push(b);
    }
  }
  return { at: Int32Array.from(at), range: Int32Array.from(range) };
}

/** float32(weight·x + intercept) of one column for each sample; NaN where there is no prediction. */
function predict(pooled: PooledColumns, column: number, samples: { at: Int32Array; range: Int32Array }): Float32Array {
  const values = halfValues();
  const codes = pooled.columns[column];
  const muted = pooled.muted[column];
  const predictions = new Float32Array(samples.at.length).fill(Number.NaN);
  for (let s = 0; s < predictions.length; s++) {
    const i = samples.at[s];
    const x = values[codes[i]];
    if (x === 0 || muted?.[i % pooled.assets] === 1) continue;
    const fit = samples.range[s] * pooled.columns.length + column;
    predictions[s] = pooled.weight[fit] * x + pooled.intercept[fit];
  }
  return predictions;
}

function pooledDesign(pooled: PooledColumns): { x: Dense; y: Uint8Array } {
  const samples = samplesOf(pooled);
  const predictions = pooled.columns.map((_, k) => predict(pooled, k, samples));
  const kept = samples.at.map((_, s) => s).filter((s) => predictions.some((column) => !Number.isNaN(column[s])));
  const values = new Float32Array(kept.length * predictions.length);
  predictions.forEach((column, k) => {
    kept.forEach((s, i) => {
      if (!Number.isNaN(column[s])) values[k * kept.length + i] = column[s];
    });
  });
  const y = Uint8Array.from(kept, (s) => pooled.labels[samples.at[s]]);
  return { x: { values, rows: kept.length, cols: predictions.length }, y };
}

function pooledBootstrap(
  pooled: PooledColumns,
  options: BootstrapOptions,
): { rows: number; ones: number; fits: BootstrapFits } {
  const { x, y } = pooledDesign(pooled);
  const ones = y.reduce((count, label) => count + label, 0);
  const tooFew = x.rows < 2 * options.block;
  const fits = tooFew ? noFits(options.to - options.from, x.cols) : bootstrapLogistic(x, y, null, options);
  return { rows: x.rows, ones, fits };
}

function pooledAuc(pooled: PooledColumns, coef: Float64Array, intercept: number): { auc: number; samples: number } {
  const samples = samplesOf(pooled);
  const z = new Float64Array(samples.at.length);
  pooled.columns.forEach((_, k) => {
    predict(pooled, k, samples).forEach((value, s) => {
      if (!Number.isNaN(value)) z[s] += value * coef[k];
    });
  });
  const scores = z.map((value) => sigmoid(value + intercept));
  const labels = Uint8Array.from(samples.at, (i) => pooled.labels[i]);
  return { auc: scores.every(Number.isFinite) ? auc(labels, scores) : Number.NaN, samples: labels.length };
}

export function pooledOps(): PooledKernel {
  return { labelCounts, constantColumns, pooledMiner, pooledDesign, pooledBootstrap, pooledAuc };
}
