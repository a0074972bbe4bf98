/** Ways to feed the stacked bucket scorer the numbers of its specification, which were made from values, not from binary16 codes. */
import type { Kernel } from "../../src/kernel/kernel.js";
import type { BucketKernel } from "../../src/kernel/ops/buckets.js";
import type { OpinionPoolKernel } from "../../src/kernel/ops/opinionPool.js";

const CLASSES = 5;

/** A column of codes that stands for the values, and remembers them. */
export function standIn(values: ArrayLike<number>, behind: Map<Uint16Array, ArrayLike<number>>): Uint16Array {
  const codes = Uint16Array.from(values, (value) => (value === 0 ? 0 : 0x3800));
  behind.set(codes, values);
  return codes;
}

/** The kernel with every operation of 42-profile-2025-10 that reads codes replaced by its definition on the values behind them. */
export function readingValues(kernel: Kernel, behind: ReadonlyMap<Uint16Array, ArrayLike<number>>): Kernel {
  const clip = (p: number, eps: number) => Math.min(Math.max(p, eps), 1 - eps);
  const valueAt = (codes: Uint16Array, at: number) => (behind.get(codes) as ArrayLike<number>)[at];
  const logAt = (codes: Uint16Array, at: number, eps: number) => kernel.log(clip(valueAt(codes, at), eps));
  const reading: Pick<OpinionPoolKernel, "labelLosses" | "poolLogs" | "poolDistances"> &
    Pick<BucketKernel, "logitColumn"> = {
    labelLosses(codes, width, labels, weights, bounds, eps) {
      const loss = new Float64Array(CLASSES * (bounds.length - 1));
      const mass = new Float64Array(loss.length);
      for (let s = 0; s + 1 < bounds.length; s++) {
        for (let t = bounds[s]; t < bounds[s + 1]; t++) {
          if ([0, 1, 2, 3, 4].every((k) => valueAt(codes, t * width + k) === 0)) continue;
          loss[CLASSES * s + labels[t]] -= weights[t] * logAt(codes, t * width + labels[t], eps);
          mass[CLASSES * s + labels[t]] += weights[t];
        }
      }
      return { loss, mass };
    },
    poolLogs(columns, width, from, to, shares, eps) {
      const rows = to - from;
      const pool = new Float64Array(CLASSES * rows);
      columns.forEach((codes, h) => {
        for (let i = 0; i < rows; i++) {
          for (let k = 0; k < CLASSES; k++) pool[k * rows + i] += shares[h] * logAt(codes, (from + i) * width + k, eps);
        }
      });
      return pool;
    },
    poolDistances(columns, width, starts, from, pool, forecast, weights, eps) {
      const rows = weights.length;
      return Float64Array.from(columns, (codes, h) => {
        let sum = 0;
        for (let i = Math.max(0, starts[h] - from); i < rows; i++) {
          for (let k = 0; k < CLASSES; k++) {
            const gap = Math.abs(logAt(codes, (from + i) * width + k, eps) - pool[k * rows + i]);
            sum += weights[i] * gap * forecast[k * rows + i];
          }
        }
        return sum;
      });
    },
    logitColumn(codes, width, entry, rows, eps, absent = 0.5) {
      return Float64Array.from(rows, (row) => {
        const q = clip(valueAt(codes, row * width + entry) || absent, eps);
        return kernel.log(q) - kernel.log(1 - q);
      });
    },
  };
  return { ...kernel, ...reading };
}
