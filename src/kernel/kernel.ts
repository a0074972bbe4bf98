/**
 * What a backend can compute. Two backends implement it: `wasm` (the AssemblyScript kernel, default) and `js` (plain
 * TypeScript on ml-matrix). Everything here is numbers in, numbers out: no miners, no challenges, no promises.
 *
 * Conventions: matrices of fits are column-major; labels are bytes 0 or 1; "codes" are IEEE binary16 bit patterns; a
 * miner's block of codes is `rows × width`, row-major. Inputs are never modified.
 */
import type { BinaryKernel } from "./ops/binary.js";
import type { BucketKernel } from "./ops/buckets.js";
import type { CohortKernel } from "./ops/cohorts.js";
import type { HitFirstKernel } from "./ops/hitFirst.js";
import type { LinearKernel } from "./ops/linear.js";
import type { MathKernel } from "./ops/math.js";
import type { OpinionPoolKernel } from "./ops/opinionPool.js";
import type { PooledKernel } from "./ops/pooled.js";
import type { SeriesKernel } from "./ops/series.js";
import type { SimplexStackKernel } from "./ops/simplexStack.js";
import type { TradeMixKernel } from "./ops/tradeMix.js";

export interface Kernel
  extends MathKernel,
    SeriesKernel,
    LinearKernel,
    BinaryKernel,
    HitFirstKernel,
    BucketKernel,
    CohortKernel,
    OpinionPoolKernel,
    PooledKernel,
    SimplexStackKernel,
    TradeMixKernel {
  readonly backend: "wasm" | "js";
}
