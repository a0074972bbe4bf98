/** MathKernel over the compiled kernel. */
import { FitError, UsageError } from "../../errors.js";
import type { MathKernel } from "../ops/math.js";
import { type KernelExports, withScratch } from "./memory.js";

/** Values per call of a loop: V8 optimises a function between calls, so one long call would stay in its first tier. */
const BLOCK = 4096;

export function mathOps(exports: KernelExports): MathKernel {
  const elementwise = (run: (x: number, out: number, n: number) => unknown) => (x: Float64Array) =>
    withScratch(exports, (scratch) => {
      const pointer = scratch.put(x);
      for (let from = 0; from < x.length; from += BLOCK) {
        run(pointer + 8 * from, pointer + 8 * from, Math.min(BLOCK, x.length - from));
      }
      return scratch.float64(pointer, x.length);
    });
  return {
    exp: (x) => exports.exp(x),
    log: (x) => exports.log(x),
    log1p: (x) => exports.log1p(x),
    expAll: elementwise(exports.expArray),
    logAll: elementwise(exports.logArray),
    decodeHalf(codes) {
      return withScratch(exports, (scratch) => {
        const [from, to] = [scratch.put(codes), scratch.room(4 * codes.length)];
        for (let i = 0; i < codes.length; i += BLOCK) {
          exports.decodeHalves(from + 2 * i, to + 4 * i, Math.min(BLOCK, codes.length - i));
        }
        return scratch.float32(to, codes.length);
      });
    },
    randomIntegers(seed, bound, count) {
      if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new UsageError(`seed ${seed} is not in [0, 2^53)`);
      if (!(Number.isInteger(bound) && bound >= 1 && bound < 4294967296)) {
        throw new UsageError(`bound ${bound} is not a whole number in [1, 2^32)`);
      }
      return withScratch(exports, (scratch) => {
        const out = scratch.room(4 * count);
        exports.randomIntegers(seed >>> 0, Math.floor(seed / 4294967296), bound, count, out);
        return scratch.uint32(out, count);
      });
    },
    auc(labels, scores) {
      if (labels.length !== scores.length) {
        throw new UsageError(`auc: ${labels.length} labels for ${scores.length} scores`);
      }
      const area = withScratch(exports, (scratch) =>
        exports.auc(scratch.put(labels), scratch.put(scores), scores.length),
      );
      if (area < 0) throw new FitError("auc: a score is not finite");
      return area;
    },
  };
}
