/** From the shares of each challenge to one salience per hotkey (30-aggregate §3, step 6 and after). */
import { compareCodePoints } from "../ledger/hotkeys.js";

export type Shares = ReadonlyMap<string, number>;

export interface WeightedShares {
  readonly ticker: string;
  /** The challenge's weight in the table. */
  readonly weight: number;
  /** As the scorer ends with them: non-negative, any sum. */
  readonly shares: Shares;
}

export interface Aggregate {
  /** Hotkeys ascending by code point → share of the whole; empty when no challenge counts. */
  readonly salience: Shares;
  /** Ticker → shares summing to 1, in the scorer's order; challenges that count only. */
  readonly breakdown: ReadonlyMap<string, Shares>;
}

/**
 * Divides by the sum, formed in ascending hotkey order; zeros and the map's order stay. Undefined when there is nothing to
 * divide: no shares, or a sum that is not positive. A NaN sum passes, as in the reference, and makes every share NaN.
 */
export function normalise(shares: Shares): Shares | undefined {
  if (shares.size === 0) return undefined;
  let total = 0;
  for (const hotkey of [...shares.keys()].sort(compareCodePoints)) total += shares.get(hotkey)!;
  if (total <= 0) return undefined;
  return new Map([...shares].map(([hotkey, share]) => [hotkey, share / total]));
}

/**
 * Weighted mean of the challenges that count, in the order given, then divided by its own sum. A challenge without a
 * positive sum drops out together with its weight. Sums run from left to right.
 */
export function aggregate(challenges: Iterable<WeightedShares>): Aggregate {
  const counted: WeightedShares[] = [];
  const hotkeys = new Set<string>();
  let weights = 0;
  for (const { ticker, weight, shares } of challenges) {
    const normal = normalise(shares);
    if (!normal) continue;
    counted.push({ ticker, weight, shares: normal });
    weights += weight;
    for (const hotkey of normal.keys()) hotkeys.add(hotkey);
  }
  if (counted.length === 0 || weights <= 0) return { salience: new Map(), breakdown: new Map() };

  const means = new Map<string, number>();
  let total = 0;
  for (const hotkey of [...hotkeys].sort(compareCodePoints)) {
    let sum = 0;
    for (const { weight, shares } of counted) sum += (shares.get(hotkey) ?? 0) * weight;
    const mean = sum / weights;
    means.set(hotkey, mean);
    total += mean;
  }
  const breakdown = new Map(counted.map(({ ticker, shares }) => [ticker, shares]));
  if (total <= 0) return { salience: new Map(), breakdown };
  return { salience: new Map([...means].map(([hotkey, mean]) => [hotkey, mean / total])), breakdown };
}
