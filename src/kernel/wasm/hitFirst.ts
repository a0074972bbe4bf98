/** HitFirstKernel over the compiled kernel. */
import type { HitFirstKernel } from "../ops/hitFirst.js";
import { type KernelExports, withScratch } from "./memory.js";

export function hitFirstOps(exports: KernelExports): HitFirstKernel {
  return {
    hitFirstLogits(codes, rows, eps) {
      const count = rows.length;
      return withScratch(exports, (scratch) => {
        const up = scratch.room(count * 8);
        const down = scratch.room(count * 8);
        const has = exports.hitFirstLogits(scratch.put(codes), scratch.put(rows), count, eps, up, down);
        return {
          up: scratch.float64(up, count),
          down: scratch.float64(down, count),
          hasUp: (has & 1) !== 0,
          hasDown: (has & 2) !== 0,
        };
      });
    },
  };
}
