/** The plain TypeScript backend: one file per file of ops. */
import type { Kernel } from "../kernel.js";
import { binaryOps } from "./binary.js";
import { bucketOps } from "./buckets.js";
import { cohortOps } from "./cohorts.js";
import { hitFirstOps } from "./hitFirst.js";
import { linearOps } from "./linear.js";
import { mathOps } from "./math.js";
import { opinionPoolOps } from "./opinionPool.js";
import { pooledOps } from "./pooled.js";
import { seriesOps } from "./series.js";
import { simplexStackOps } from "./simplexStack.js";
import { tradeMixOps } from "./tradeMix.js";

export function jsKernel(): Kernel {
  return {
    backend: "js",
    ...mathOps(),
    ...seriesOps(),
    ...linearOps(),
    ...binaryOps(),
    ...hitFirstOps(),
    ...bucketOps(),
    ...cohortOps(mathOps()),
    ...pooledOps(),
    ...opinionPoolOps(),
    ...simplexStackOps(),
    ...tradeMixOps(),
  };
}
