/** OpinionPoolKernel over the compiled kernel (assembly/walkforward/opinionPool.ts, poolLoss.ts). */
import type { OpinionPoolKernel } from "../ops/opinionPool.js";
import { type KernelExports, type Scratch, withScratch } from "./memory.js";

const CLASSES = 5;
/** Rows per call of a loop, and pairs of rows per block of the loss. */
const BLOCK = 2048;
const PAIRS = 256;
/** Label of the row that pads an odd number of rows to pairs. */
const NOBODY = 255;

/** Five planes as lanes of two rows need them: padded with zeros to an even number of rows. */
function putPlanes(scratch: Scratch, planes: Float64Array): { pointer: number; rows: number; stride: number } {
  const rows = planes.length / CLASSES;
  const even = rows + (rows & 1);
  const padded = new Float64Array(CLASSES * even);
  for (let k = 0; k < CLASSES; k++) padded.set(planes.subarray(k * rows, (k + 1) * rows), k * even);
  return { pointer: scratch.put(padded), rows, stride: 8 * even };
}

function takePlanes(scratch: Scratch, pointer: number, stride: number, rows: number): Float64Array {
  const planes = new Float64Array(CLASSES * rows);
  for (let k = 0; k < CLASSES; k++) planes.set(scratch.float64(pointer + k * stride, rows), k * rows);
  return planes;
}

/** What every row's logits have in common. */
function constants(logPrior: Float64Array, [b0, b1, b2, , aPrior]: Float64Array): Float64Array {
  return Float64Array.from([b2, b1, b0, b1, b2], (b, k) => aPrior * logPrior[k] + b);
}

export function opinionPoolOps(exports: KernelExports): OpinionPoolKernel {
  return {
    labelLosses(codes, width, labels, weights, bounds, eps) {
      const stretches = Math.max(0, bounds.length - 1);
      const loss = new Float64Array(CLASSES * stretches);
      const mass = new Float64Array(CLASSES * stretches);
      for (let s = 0; s < stretches; s++) {
        withScratch(exports, (scratch) => {
          const [from, to] = [bounds[s], bounds[s + 1]];
          const out = scratch.put(new Float64Array(2 * CLASSES));
          const c = scratch.put(codes.subarray(from * width, to * width));
          const y = scratch.put(labels.subarray(from, to));
          const w = scratch.put(weights.subarray(from, to));
          for (let i = 0; i < to - from; i += BLOCK) {
            const n = Math.min(BLOCK, to - from - i);
            exports.labelLosses(c + 2 * width * i, width, y + i, w + 8 * i, n, eps, out);
          }
          loss.set(scratch.float64(out, CLASSES), CLASSES * s);
          mass.set(scratch.float64(out + 8 * CLASSES, CLASSES), CLASSES * s);
        });
      }
      return { loss, mass };
    },

    poolLogs(columns, width, from, to, shares, eps) {
      return withScratch(exports, (scratch) => {
        const rows = to - from;
        const pool = scratch.put(new Float64Array(CLASSES * rows));
        const codes = scratch.room(2 * width * rows);
        columns.forEach((column, h) => {
          if (shares[h] === 0) return;
          const own = column.subarray(from * width, to * width);
          new Uint16Array(exports.memory.buffer, codes, own.length).set(own);
          for (let i = 0; i < rows; i += BLOCK) {
            const n = Math.min(BLOCK, rows - i);
            exports.addLogs(codes + 2 * width * i, width, n, shares[h], eps, pool + 8 * i, 8 * rows);
          }
        });
        return scratch.float64(pool, CLASSES * rows);
      });
    },

    poolForecast(pool, logPrior, parameters) {
      return withScratch(exports, (scratch) => {
        const { pointer, rows, stride } = putPlanes(scratch, pool);
        const base = scratch.put(constants(logPrior, parameters));
        const out = scratch.room(CLASSES * stride);
        const room = scratch.room(80);
        exports.poolForecast(pointer, stride, stride / 16, base, parameters[3], room, out);
        return takePlanes(scratch, out, stride, rows);
      });
    },

    poolDistances(columns, width, starts, from, pool, forecast, weights, eps) {
      return withScratch(exports, (scratch) => {
        const rows = weights.length;
        const [q, p, w] = [scratch.put(pool), scratch.put(forecast), scratch.put(weights)];
        const codes = scratch.room(2 * width * rows);
        return Float64Array.from(columns, (column, h) => {
          const own = column.subarray(from * width, (from + rows) * width);
          new Uint16Array(exports.memory.buffer, codes, own.length).set(own);
          let sum = 0;
          for (let i = Math.max(0, starts[h] - from); i < rows; i += BLOCK) {
            const n = Math.min(BLOCK, rows - i);
            const [a, b] = [q + 8 * i, p + 8 * i];
            sum = exports.addDistances(codes + 2 * width * i, width, n, eps, a, b, 8 * rows, w + 8 * i, sum);
          }
          return sum;
        });
      });
    },

    withPoolLoss({ pool, labels, weights, logPrior, penalty, eps }, use) {
      return withScratch(exports, (scratch) => {
        const { pointer, rows, stride } = putPlanes(scratch, pool);
        const pairs = stride / 16;
        const paddedLabels = new Uint8Array(2 * pairs).fill(NOBODY);
        paddedLabels.set(labels);
        const paddedWeights = new Float64Array(2 * pairs);
        paddedWeights.set(weights.subarray(0, rows));
        const [y, w] = [scratch.put(paddedLabels), scratch.put(paddedWeights)];
        const base = scratch.room(8 * CLASSES);
        const room = scratch.room(192);
        const sums = scratch.room(8 * (CLASSES + 2));
        return use((parameters, gradient) => {
          const [, , , aPool, aPrior] = parameters;
          new Float64Array(exports.memory.buffer, base, CLASSES).set(constants(logPrior, parameters));
          new Float64Array(exports.memory.buffer, sums, CLASSES + 2).fill(0);
          for (let i = 0; i < pairs; i += PAIRS) {
            const n = Math.min(PAIRS, pairs - i);
            const at = 16 * i;
            exports.poolLossBlock(pointer + at, stride, y + 2 * i, w + at, n, base, aPool, eps, room, sums);
          }
          const [d0, d1, d2, d3, d4, product, logs] = scratch.float64(sums, CLASSES + 2);
          const residuals = [d0, d1, d2, d3, d4];
          const prior = residuals.reduce((sum, d, k) => sum + d * logPrior[k], 0);
          gradient.set([d2, d1 + d3, d0 + d4, product + penalty * aPool, prior + penalty * aPrior]);
          return 0.5 * penalty * (aPool * aPool + aPrior * aPrior) - logs;
        });
      });
    },
  };
}
