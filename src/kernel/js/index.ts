/** The plain TypeScript backend: one file per file of ops. */
import type { Kernel } from "../kernel.js";

export function jsKernel(): Kernel {
  const slices: Partial<Kernel> = {};
  return { ...slices, backend: "js" } as Kernel;
}
