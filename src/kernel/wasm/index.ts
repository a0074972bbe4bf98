/** The WebAssembly backend: one facade per file of ops, over one instance. */
import type { Kernel } from "../kernel.js";
import { linearOps } from "./linear.js";
import { mathOps } from "./math.js";
import type { KernelExports } from "./memory.js";

export function wasmKernel(exports: KernelExports): Kernel {
  const slices: Partial<Kernel> = {
    ...mathOps(exports),
    ...linearOps(exports),
  };
  return { ...slices, backend: "wasm" } as Kernel;
}
