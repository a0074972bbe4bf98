import { sum32 } from "../../numeric/sums.js";

/**
 * Row weights that give the last `window` time steps `mass` of the total, or 1 for every row when all or none are recent
 * (22-lbfgs-buckets §3.3). Computed in float32, widened. Their mean is 1 up to rounding.
 */
export function recentWeights(times: Int32Array, window: number, mass: number): Float64Array {
  const n = times.length;
  let latest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) latest = Math.max(latest, times[i]);
  const cutoff = latest - (window - 1);
  const weights = new Float32Array(n).fill(1);
  let recent = 0;
  for (let i = 0; i < n; i++) if (times[i] >= cutoff) recent++;
  const old = n - recent;
  if (recent === 0 || old === 0) return new Float64Array(weights);
  const ratio = (mass * old) / ((1 - mass) * recent);
  for (let i = 0; i < n; i++) if (times[i] >= cutoff) weights[i] = ratio;
  const scale = Math.fround(n / sum32(weights));
  for (let i = 0; i < n; i++) weights[i] *= scale;
  return new Float64Array(weights);
}
