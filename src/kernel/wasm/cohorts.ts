/** Pair statistics over the compiled kernel (assembly/walkforward/{jointSums,centredProducts,closeRows}.ts). */
import type { CohortKernel } from "../ops/cohorts.js";
import { type KernelExports, withScratch } from "./memory.js";

/** Columns of the kernel's matrices come in fours. */
const TILE = 4;
/** Values per call, see wasm/math.ts. */
const DECODE_BLOCK = 4096;

export function cohortOps(exports: KernelExports): CohortKernel {
  return {
    activeMeans(codes, width, dims, chunk) {
      return withScratch(exports, (scratch) => {
        const rows = codes.length / width;
        const [from, active] = [scratch.put(codes), scratch.room(rows)];
        const sums = scratch.put(new Float64Array(dims));
        let count = 0;
        for (let t = 0; t < rows; t += chunk) {
          const n = Math.min(chunk, rows - t);
          const chunkCodes = from + 2 * t * width;
          count += exports.activeRows(chunkCodes, width, n, active + t);
          exports.activeSums(chunkCodes, width, dims, active + t, n, sums);
        }
        const means = Float32Array.from(scratch.float64(sums, dims), (sum) => sum / Math.max(count, 1));
        return { active: scratch.uint8(active, rows), count, means };
      });
    },

    jointSums(columns, active, means, width) {
      return withScratch(exports, (scratch) => {
        const k = columns.length;
        const padded = TILE * Math.ceil(k / TILE);
        const dims = means[0]?.length ?? 0;
        const rows = active[0]?.length ?? 0;
        const codes = scratch.put(Uint32Array.from(columns, (column) => scratch.put(column)));
        const activity = scratch.put(Uint32Array.from(active, (column) => scratch.put(column)));
        const centres = new Float32Array(k * dims);
        means.forEach((own, i) => {
          centres.set(own, i * dims);
        });
        const zeros = new Float64Array(k * padded);
        const [dots, energies, joint] = [scratch.put(zeros), scratch.put(zeros), scratch.put(zeros)];
        exports.jointSums(codes, activity, scratch.put(centres), k, width, dims, rows, dots, energies, joint);
        const square = (pointer: number) => {
          const wide = scratch.float64(pointer, k * padded);
          return Float64Array.from(
            { length: k * k },
            (_, at) => wide[Math.floor(at / k) * padded + (at % k)] as number,
          );
        };
        return { dots: square(dots), energies: square(energies), joint: Int32Array.from(square(joint)) };
      });
    },

    meanOfHalves(codes) {
      return withScratch(exports, (scratch) => {
        const [from, to] = [scratch.put(codes), scratch.room(4 * codes.length)];
        for (let i = 0; i < codes.length; i += DECODE_BLOCK) {
          exports.decodeHalves(from + 2 * i, to + 4 * i, Math.min(DECODE_BLOCK, codes.length - i));
        }
        return Math.fround(exports.sumFloat32(to, codes.length) / codes.length);
      });
    },

    centredProducts(columns, means) {
      return withScratch(exports, (scratch) => {
        const k = columns.length;
        const padded = TILE * Math.ceil(k / TILE);
        const codes = scratch.put(Uint32Array.from(columns, (column) => scratch.put(column)));
        const out = scratch.put(new Float64Array(k * padded));
        exports.centredProducts(codes, scratch.put(means), k, columns[0]?.length ?? 0, out);
        const wide = scratch.float64(out, k * padded);
        const products = new Float64Array(k * k);
        for (let i = 0; i < k; i++) {
          for (let j = i; j < k; j++) products[i * k + j] = products[j * k + i] = wide[i * padded + j];
        }
        return products;
      });
    },

    closeRows(columns, active, width, pairs, eps) {
      return withScratch(exports, (scratch) => {
        const count = pairs.length / 2;
        const codes = scratch.put(Uint32Array.from(columns, (column) => scratch.put(column)));
        const activity = scratch.put(Uint32Array.from(active, (column) => scratch.put(column)));
        const zeros = new Int32Array(count);
        const [joint, close] = [scratch.put(zeros), scratch.put(zeros)];
        const rows = active[0]?.length ?? 0;
        exports.closeRows(codes, activity, columns.length, width, rows, scratch.put(pairs), count, eps, joint, close);
        return { joint: scratch.int32(joint, count), close: scratch.int32(close, count) };
      });
    },
  };
}
