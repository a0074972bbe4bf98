/** Pair statistics in plain TypeScript (51-clusters). */

import { sum32 } from "../../numeric/sums.js";
import type { CohortKernel } from "../ops/cohorts.js";
import type { MathKernel } from "../ops/math.js";

export function cohortOps(math: Pick<MathKernel, "decodeHalf">): CohortKernel {
  return {
    activeMeans(codes, width, dims, chunk) {
      const rows = codes.length / width;
      const active = new Uint8Array(rows);
      for (let t = 0; t < rows; t++) {
        const row = codes.subarray(t * width, (t + 1) * width);
        active[t] = row.some((code) => (code & 0x7fff) !== 0) ? 1 : 0;
      }
      const count = active.reduce((sum, is) => sum + is, 0);
      const values = math.decodeHalf(codes);
      const means = new Float32Array(dims);
      for (let f = 0; f < dims; f++) {
        let total = 0;
        for (let from = 0; from < rows; from += chunk) {
          let sum = 0;
          for (let t = from; t < Math.min(from + chunk, rows); t++) {
            if (active[t]) sum = Math.fround(sum + values[t * width + f]);
          }
          total += sum;
        }
        means[f] = total / Math.max(count, 1);
      }
      return { active, count, means };
    },

    jointSums(columns, active, means, width) {
      const k = columns.length;
      const rows = active[0]?.length ?? 0;
      const centred = columns.map((codes, i) => centre(math.decodeHalf(codes), active[i], means[i], width));
      const dots = new Float64Array(k * k);
      const energies = new Float64Array(k * k);
      const joint = new Int32Array(k * k);
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < k; j++) {
          let [energy, both, dot] = [0, 0, 0];
          for (let t = 0; t < rows; t++) {
            energy += centred[i].energies[t] * active[j][t];
            both += active[i][t] & active[j][t];
          }
          const [x, y] = [centred[i].values, centred[j].values];
          for (let at = 0; at < x.length; at++) dot += x[at] * y[at];
          dots[i * k + j] = dot;
          energies[i * k + j] = energy;
          joint[i * k + j] = both;
        }
      }
      return { dots, energies, joint };
    },

    meanOfHalves: (codes) => Math.fround(sum32(math.decodeHalf(codes)) / codes.length),

    centredProducts(columns, means) {
      const k = columns.length;
      const centred = columns.map((codes, i) => math.decodeHalf(codes).map((value) => value - means[i]));
      const products = new Float64Array(k * k);
      for (let i = 0; i < k; i++) {
        for (let j = i; j < k; j++) {
          const [x, y] = [centred[i], centred[j]];
          let sum = 0;
          for (let at = 0; at < x.length; at++) sum += x[at] * y[at];
          products[i * k + j] = products[j * k + i] = sum;
        }
      }
      return products;
    },

    closeRows(columns, active, width, pairs, eps) {
      const values = columns.map((codes) => math.decodeHalf(codes));
      const rows = active[0]?.length ?? 0;
      const count = pairs.length / 2;
      const joint = new Int32Array(count);
      const close = new Int32Array(count);
      for (let p = 0; p < count; p++) {
        const [i, j] = [pairs[2 * p], pairs[2 * p + 1]];
        for (let t = 0; t < rows; t++) {
          if (!(active[i][t] && active[j][t])) continue;
          joint[p]++;
          if (isClose(values[i], values[j], t * width, (t + 1) * width, Math.fround(eps))) close[p]++;
        }
      }
      return { joint, close };
    },
  };
}

function isClose(x: Float32Array, y: Float32Array, from: number, to: number, eps: number): boolean {
  for (let at = from; at < to; at++) if (!(Math.abs(Math.fround(x[at] - y[at])) < eps)) return false;
  return true;
}

/** Values minus means on active rows, 0 elsewhere, and their squares added up per row; float32. */
function centre(
  values: Float32Array,
  active: Uint8Array,
  means: Float32Array,
  width: number,
): { readonly values: Float32Array; readonly energies: Float32Array } {
  const dims = means.length;
  const z = new Float32Array(active.length * dims);
  const energies = new Float32Array(active.length);
  for (let t = 0; t < active.length; t++) {
    if (!active[t]) continue;
    for (let f = 0; f < dims; f++) {
      const value = Math.fround(values[t * width + f] - means[f]);
      z[t * dims + f] = value;
      energies[t] += Math.fround(value * value);
    }
  }
  return { values: z, energies };
}
