/** MathKernel over the compiled kernel. */
import type { MathKernel } from "../ops/math.js";
import type { KernelExports } from "./memory.js";

export function mathOps(exports: KernelExports): Pick<MathKernel, "exp" | "log" | "log1p"> {
  return { exp: (x) => exports.exp(x), log: (x) => exports.log(x), log1p: (x) => exports.log1p(x) };
}
