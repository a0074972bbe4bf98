/** The WebAssembly backend: one facade per file of ops, over one instance. */
import type { Kernel } from "../kernel.js";
import { binaryOps } from "./binary.js";
import { bucketOps } from "./buckets.js";
import { cohortOps } from "./cohorts.js";
import { hitFirstOps } from "./hitFirst.js";
import { linearOps } from "./linear.js";
import { mathOps } from "./math.js";
import type { KernelExports } from "./memory.js";
import { opinionPoolOps } from "./opinionPool.js";
import { pooledOps } from "./pooled.js";
import { seriesOps } from "./series.js";
import { simplexStackOps } from "./simplexStack.js";
import { tradeMixOps } from "./tradeMix.js";

export function wasmKernel(exports: KernelExports): Kernel {
  const basics = { ...mathOps(exports), ...seriesOps(exports), ...linearOps(exports) };
  const slices: Partial<Kernel> = {
    ...basics,
    ...binaryOps(exports, basics),
    ...hitFirstOps(exports),
    ...bucketOps(exports),
    ...cohortOps(exports),
    ...opinionPoolOps(exports),
    ...simplexStackOps(exports),
    ...tradeMixOps(exports),
    ...pooledOps(exports, basics),
  };
  return { ...slices, backend: "wasm" } as Kernel;
}
