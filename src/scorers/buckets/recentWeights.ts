import { sum32 } from "../../kernel/js/sums.js";

/**
 * Row weights that give the last `window` time steps `mass` of the total, or 1 for every row when all or none are recent
 * (22-lbfgs-buckets §3.3). Computed in float32, widened. Their mean is 1 up to rounding.
 */
export function recentWeights(times: Int32Array, window: number, mass: number): Float64Array {
  const cutoff = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY) - (window - 1);
  const n = times.length;
  let recent = 0;
  for (const time of times) if (time >= cutoff) recent++;
  const old = n - recent;
  if (recent === 0 || old === 0) return new Float64Array(n).fill(1);
  const ratio = Math.fround((mass * old) / ((1 - mass) * recent));
  const weights = Float32Array.from(times, (time) => (time >= cutoff ? ratio : 1));
  const scale = Math.fround(n / sum32(weights));
  return Float64Array.from(weights, (weight) => Math.fround(weight * scale));
}
