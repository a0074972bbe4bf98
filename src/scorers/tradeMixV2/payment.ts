/** Gates and pay of one channel (53 §8). */
import type { Kernel } from "../../kernel/kernel.js";
import type { TradeMixV2Constants } from "../../profiles/profile.js";
import { descending } from "../tradeMix/clusters.js";
import { EPS } from "./factors.js";

/** Who of the considered passes at false-discovery rate q (Benjamini and Hochberg 1995). */
export function falseDiscoveryGate(p: readonly number[], considered: readonly boolean[], q: number): boolean[] {
  const ranked = [...p.keys()].filter((j) => considered[j]).sort((i, j) => p[i] - p[j]);
  const last = ranked.findLastIndex((j, i) => p[j] <= (q * (i + 1)) / ranked.length);
  const gate: boolean[] = Array(p.length).fill(false);
  for (const j of ranked.slice(0, last + 1)) gate[j] = true;
  return gate;
}

/**
 * Profit over the last `window` rows of holding `position` (rows × columns) into the next row's returns, less fees on every
 * change, at least 0.
 */
export function costedProfit(
  position: Float64Array,
  returns: Float64Array,
  columns: number,
  window: number,
  fee: number,
): number {
  const from = Math.max(0, position.length - window * columns);
  let profit = 0;
  let turnover = 0;
  for (let i = from; i < position.length - columns; i++) {
    profit += position[i] * returns[i + columns];
    turnover += Math.abs(position[i + columns] - position[i]);
  }
  return Math.max(0, profit - fee * turnover);
}

/**
 * By descending priority, each miner without a cluster opens one of all such miners that are at least `threshold` similar to it.
 * Members ascend. `similarity` is K × K.
 */
export function priorityClusters(similarity: Float64Array, priority: ArrayLike<number>, threshold: number): number[][] {
  const count = priority.length;
  const free: boolean[] = Array(count).fill(true);
  const clusters: number[][] = [];
  for (const i of descending(priority)) {
    if (!free[i]) continue;
    const members: number[] = [];
    for (let j = 0; j < count; j++) {
      if (free[j] && (j === i || similarity[i * count + j] >= threshold)) members.push(j);
    }
    for (const j of members) free[j] = false;
    clusters.push(members);
  }
  return clusters;
}

export function softplus(kernel: Kernel, x: number): number {
  return kernel.log1p(kernel.exp(-Math.abs(x))) + Math.max(x, 0);
}

export interface ChannelInput {
  readonly gate: readonly boolean[];
  readonly t: readonly number[];
  readonly profit: readonly number[];
  readonly coverage: readonly number[];
  readonly similarity: Float64Array;
}

/** Shares of one channel, and the part of it that nobody earned. */
export function channelShares(
  kernel: Kernel,
  { gate, t, profit, coverage, similarity }: ChannelInput,
  constants: TradeMixV2Constants,
): { readonly shares: Float64Array; readonly burned: number } {
  const { softplus_shift, dedup_cosine, miner_cap } = constants;
  const raw = Float64Array.from(gate, (passed, j) =>
    passed ? softplus(kernel, t[j] - softplus_shift) * profit[j] * coverage[j] : 0,
  );
  for (const members of priorityClusters(similarity, t, dedup_cosine)) {
    const earning = members.filter((j) => raw[j] > 0);
    if (earning.length < 2) continue;
    const sum = earning.reduce((total, j) => total + raw[j], 0);
    for (const j of earning) raw[j] = sum / (earning.length * earning.length);
  }
  const total = add(raw);
  if (!(total > 0)) return { shares: new Float64Array(raw.length), burned: 1 };
  const shares = capOnce(
    raw.map((x) => x / total),
    miner_cap,
  );
  return { shares, burned: 1 - add(shares) };
}

/** Cuts shares at the cap and hands the excess, once, to those below it in proportion; what does not fit is not paid. */
function capOnce(shares: Float64Array, cap: number): Float64Array {
  let excess = 0;
  let under = 0;
  for (const share of shares) {
    if (share > cap) excess += share - cap;
    else under += share;
  }
  if (excess === 0) return shares;
  return shares.map((share) => {
    if (share > cap) return cap;
    return share + Math.min(cap - share, (excess * share) / Math.max(under, EPS));
  });
}

function add(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0);
}
