/** The plain TypeScript backend: one file per file of ops. */
import type { Kernel } from "../kernel.js";
import { linearOps } from "./linear.js";
import { mathOps } from "./math.js";
import { seriesOps } from "./series.js";

export function jsKernel(): Kernel {
  const slices: Partial<Kernel> = {
    ...mathOps(),
    ...seriesOps(),
    ...linearOps(),
  };
  return { ...slices, backend: "js" } as Kernel;
}
