import type { OpinionPoolKernel, PoolProblem } from "../ops/opinionPool.js";
import { exp, log } from "./elementary.js";
import { halfValues } from "./half.js";

const CLASSES = 5;
const BLOCK = 512;
const LEAST_EXPONENT = -708;

/** ln of the clipped value of every code, NaN counting as 0. */
const tables = new Map<number, Float64Array>();

function logTable(eps: number): Float64Array {
  let table = tables.get(eps);
  if (!table) {
    table = Float64Array.from(halfValues(), (value) => log(Math.min(Math.max(value || 0, eps), 1 - eps)));
    tables.set(eps, table);
  }
  return table;
}

function labelLosses(
  codes: Uint16Array,
  width: number,
  labels: Uint8Array,
  weights: Float64Array,
  bounds: Int32Array,
  eps: number,
): { loss: Float64Array; mass: Float64Array } {
  const logs = logTable(eps);
  const stretches = Math.max(0, bounds.length - 1);
  const loss = new Float64Array(CLASSES * stretches);
  const mass = new Float64Array(CLASSES * stretches);
  for (let s = 0; s < stretches; s++) {
    for (let t = bounds[s]; t < bounds[s + 1]; t++) {
      const values = codes.subarray(t * width, t * width + CLASSES);
      if (values.every((code) => (code & 0x7fff) === 0)) continue;
      const at = CLASSES * s + labels[t];
      loss[at] -= weights[t] * logs[values[labels[t]]];
      mass[at] += weights[t];
    }
  }
  return { loss, mass };
}

function poolLogs(
  columns: readonly Uint16Array[],
  width: number,
  from: number,
  to: number,
  shares: Float64Array,
  eps: number,
): Float64Array {
  const logs = logTable(eps);
  const rows = to - from;
  const pool = new Float64Array(CLASSES * rows);
  columns.forEach((codes, h) => {
    if (shares[h] === 0) return;
    for (let i = 0; i < rows; i++) {
      const at = (from + i) * width;
      for (let k = 0; k < CLASSES; k++) pool[k * rows + i] += shares[h] * logs[codes[at + k]];
    }
  });
  return pool;
}

/** What the logits of every row have in common. */
function commonLogits(logPrior: Float64Array, [b0, b1, b2, , aPrior]: Float64Array): Float64Array {
  return Float64Array.from([b2, b1, b0, b1, b2], (b, k) => aPrior * logPrior[k] + b);
}

/** Writes the softmax of row i to `out`. */
function softmax(
  pool: Float64Array,
  rows: number,
  i: number,
  common: Float64Array,
  slope: number,
  out: Float64Array,
): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < CLASSES; k++) {
    out[k] = common[k] + slope * pool[k * rows + i];
    largest = Math.max(largest, out[k]);
  }
  let sum = 0;
  for (let k = 0; k < CLASSES; k++) {
    out[k] = exp(Math.max(out[k] - largest, LEAST_EXPONENT));
    sum += out[k];
  }
  for (let k = 0; k < CLASSES; k++) out[k] /= sum;
}

function poolForecast(pool: Float64Array, logPrior: Float64Array, parameters: Float64Array): Float64Array {
  const rows = pool.length / CLASSES;
  const common = commonLogits(logPrior, parameters);
  const planes = new Float64Array(pool.length);
  const p = new Float64Array(CLASSES);
  for (let i = 0; i < rows; i++) {
    softmax(pool, rows, i, common, parameters[3], p);
    for (let k = 0; k < CLASSES; k++) planes[k * rows + i] = p[k];
  }
  return planes;
}

function poolDistances(
  columns: readonly Uint16Array[],
  width: number,
  starts: Int32Array,
  from: number,
  pool: Float64Array,
  forecast: Float64Array,
  weights: Float64Array,
  eps: number,
): Float64Array {
  const logs = logTable(eps);
  const rows = weights.length;
  return Float64Array.from(columns, (codes, h) => {
    let sum = 0;
    for (let i = Math.max(0, starts[h] - from); i < rows; i++) {
      let distance = 0;
      for (let k = 0; k < CLASSES; k++) {
        const gap = Math.abs(logs[codes[(from + i) * width + k]] - pool[k * rows + i]);
        distance += gap * forecast[k * rows + i];
      }
      sum += weights[i] * distance;
    }
    return sum;
  });
}

/** Loss and gradient; sums run over even and odd rows of a block apart, as the lanes of the compiled kernel do. */
function poolLoss(problem: PoolProblem, parameters: Float64Array, gradient: Float64Array): number {
  const { pool, labels, weights, logPrior, penalty, eps } = problem;
  const rows = weights.length;
  const common = commonLogits(logPrior, parameters);
  const p = new Float64Array(CLASSES);
  const sums = new Float64Array(CLASSES + 2); // five of the residuals, one of residual · pool, one of the weighted ln p
  for (let from = 0; from < rows; from += BLOCK) {
    const lanes = [new Float64Array(CLASSES + 2), new Float64Array(CLASSES + 2)];
    for (let i = from; i < Math.min(from + BLOCK, rows); i++) {
      const lane = lanes[(i - from) & 1];
      softmax(pool, rows, i, common, parameters[3], p);
      let product = 0;
      for (let k = 0; k < CLASSES; k++) {
        const residual = (p[k] - (labels[i] === k ? 1 : 0)) * weights[i];
        lane[k] += residual;
        product += residual * pool[k * rows + i];
      }
      lane[CLASSES] += product;
      lane[CLASSES + 1] += weights[i] * log(Math.max(p[labels[i]], eps));
    }
    for (let k = 0; k < sums.length; k++) sums[k] += lanes[0][k] + lanes[1][k];
  }
  const [, , , aPool, aPrior] = parameters;
  const [d0, d1, d2, d3, d4, product, logs] = sums;
  const prior = [d0, d1, d2, d3, d4].reduce((sum, d, k) => sum + d * logPrior[k], 0);
  gradient.set([d2, d1 + d3, d0 + d4, product + penalty * aPool, prior + penalty * aPrior]);
  return 0.5 * penalty * (aPool * aPool + aPrior * aPrior) - logs;
}

export function opinionPoolOps(): OpinionPoolKernel {
  return {
    labelLosses,
    poolLogs,
    poolForecast,
    poolDistances,
    withPoolLoss: (problem, use) => use((parameters, gradient) => poolLoss(problem, parameters, gradient)),
  };
}
