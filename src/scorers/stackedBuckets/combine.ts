/** Both paths in equal parts (42-profile-2025-10 §7). */

export type Shares = ReadonlyMap<string, number>;

const UNIFORM = 1e-12;

/** Nothing to tell apart: no shares, no positive sum, or all within 1e-12 of the first (also a single hotkey's). */
export function isUniform(shares: Shares): boolean {
  const values = [...shares.values()];
  if (values.length === 0 || values.reduce((a, b) => a + b, 0) <= 0) return true;
  return values.every((value) => Math.abs(value - values[0]) <= UNIFORM);
}

/** Half of each map over the sum of both, positive ones only, in the order of `hotkeys`; a uniform map is left out. */
export function combine(hotkeys: readonly string[], classifier: Shares, quantiles: Shares): Map<string, number> {
  const maps = [classifier, quantiles].filter((shares) => !isUniform(shares));
  const combined = new Map<string, number>();
  let sum = 0;
  for (const hotkey of hotkeys) {
    const share = maps.reduce((total, shares) => total + 0.5 * (shares.get(hotkey) ?? 0), 0);
    if (!(share > 0)) continue;
    combined.set(hotkey, share);
    sum += share;
  }
  for (const [hotkey, share] of combined) combined.set(hotkey, share / sum);
  return combined;
}
