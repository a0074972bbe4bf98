import type { HitFirstKernel, HitFirstLogits } from "../ops/hitFirst.js";
import { log } from "./elementary.js";
import { halfValues } from "./half.js";

const clip = (p: number, eps: number): number => Math.min(Math.max(p, eps), 1 - eps);

/** Log odds of p, clipped to [eps, 1 − eps]. */
export function logit(p: number, eps: number): number {
  const inside = clip(p, eps);
  return log(inside) - log(1 - inside);
}

function hitFirstLogits(codes: Uint16Array, rows: Int32Array, eps: number): HitFirstLogits {
  const values = halfValues();
  const up = new Float64Array(rows.length);
  const down = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const [a, b, c] = codes.subarray(3 * rows[i], 3 * rows[i] + 3);
    const submitted = values[a] !== 0 || values[b] !== 0 || values[c] !== 0;
    const sum = clip(values[a], eps) + clip(values[b], eps) + clip(values[c], eps);
    if (!submitted || Number.isNaN(sum)) continue;
    up[i] = logit(clip(values[a], eps) / sum, eps);
    down[i] = logit(clip(values[b], eps) / sum, eps);
  }
  const nonzero = (x: number): boolean => x !== 0;
  return { up, down, hasUp: up.some(nonzero), hasDown: down.some(nonzero) };
}

export function hitFirstOps(): HitFirstKernel {
  return { hitFirstLogits };
}
