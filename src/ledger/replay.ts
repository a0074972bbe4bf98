/**
 * Breakouts found again from stored prices (23-multi-breakout §6, phase 4): a price leaves the range of the last days, and
 * either runs on by a share of the range's width or turns back by as much.
 */

export interface BreakoutRules {
  /** Blocks per sample. */
  readonly sampleEvery: number;
  /** Samples that the range looks back; half as many prices must be there. */
  readonly lookback: number;
  /** Distance of both barriers as a share of the range's width. */
  readonly barrier: number;
  /** Least width of the range as a share of the price. */
  readonly minRange: number;
  /** Blocks after which a breakout that met neither barrier is dropped. */
  readonly maxPending: number;
}

export interface BreakoutEvent {
  readonly triggerSidx: number;
  readonly triggerBlock: number;
  readonly resolutionBlock: number;
  readonly direction: 1 | -1;
  readonly label: 0 | 1;
}

interface Pending {
  readonly sidx: number;
  readonly upper: number;
  readonly lower: number;
}

/** The range before each row, of one asset after another. */
export class RangeWindow {
  readonly prices: Float64Array;
  /** Least and greatest price inside the lookback before each row; NaN where fewer than enough rows are priced. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** First row inside the lookback of each row. */
  private readonly oldest: Int32Array;
  /** Rows whose prices ascend and descend: the front is the extreme. */
  private readonly lows: Int32Array;
  private readonly highs: Int32Array;
  private readonly enough: number;

  constructor(sidx: Int32Array, rows: number, lookback: number) {
    this.prices = new Float64Array(rows);
    this.low = new Float64Array(rows);
    this.high = new Float64Array(rows);
    this.oldest = new Int32Array(rows);
    this.lows = new Int32Array(rows);
    this.highs = new Int32Array(rows);
    this.enough = Math.max(1, Math.floor(lookback / 2));
    for (let t = 0, left = 0; t < rows; t++) {
      while (left < t && sidx[left]! < sidx[t]! - lookback) left++;
      this.oldest[t] = left;
    }
  }

  /** Takes column `asset` of a rows × width table. */
  begin(table: Float64Array, width: number, asset: number): void {
    const { prices } = this;
    for (let t = 0, at = asset; t < prices.length; t++, at += width) prices[t] = table[at]!;
    this.findRanges();
  }

  private findRanges(): void {
    const { prices, low, high, oldest, lows, highs, enough } = this;
    let [lowHead, lowEnd, highHead, highEnd, left, priced] = [0, 0, 0, 0, 0, 0];
    for (let t = 0; t < prices.length; t++) {
      const first = oldest[t]!;
      for (; left < first; left++) if (prices[left]! > 0) priced--;
      while (lowHead < lowEnd && lows[lowHead]! < first) lowHead++;
      while (highHead < highEnd && highs[highHead]! < first) highHead++;
      const found = priced >= enough;
      low[t] = found ? prices[lows[lowHead]!]! : Number.NaN;
      high[t] = found ? prices[highs[highHead]!]! : Number.NaN;
      const price = prices[t]!;
      if (!(price > 0)) continue;
      priced++;
      while (lowEnd > lowHead && prices[lows[lowEnd - 1]!]! >= price) lowEnd--;
      lows[lowEnd++] = t;
      while (highEnd > highHead && prices[highs[highEnd - 1]!]! <= price) highEnd--;
      highs[highEnd++] = t;
    }
  }
}

/**
 * Resolved breakouts of one asset in the order of their resolution. `prices` of `sidx.length ≥ rows` rows ascend in sidx;
 * a price ≤ 0 means that the asset is absent. A row resolves before it triggers, so it can close one breakout and open the next.
 */
export function replayBreakouts(
  sidx: Int32Array,
  table: Float64Array,
  width: number,
  asset: number,
  rules: BreakoutRules,
  window: RangeWindow,
): BreakoutEvent[] {
  const { sampleEvery, barrier, minRange, maxPending } = rules;
  window.begin(table, width, asset);
  const { prices, low, high } = window;
  const events: BreakoutEvent[] = [];
  let up: Pending | undefined;
  let down: Pending | undefined;

  /** Undefined while neither barrier is met. */
  const touched = (pending: Pending, price: number): 1 | -1 | undefined =>
    price >= pending.upper ? 1 : price <= pending.lower ? -1 : undefined;
  const settle = (pending: Pending, direction: 1 | -1, now: number, price: number): Pending | undefined => {
    const block = sampleEvery * now;
    const triggerBlock = sampleEvery * pending.sidx;
    if (block - triggerBlock > maxPending) return undefined;
    const side = touched(pending, price);
    if (side === undefined) return pending;
    const label = side === direction ? 1 : 0;
    events.push({ triggerSidx: pending.sidx, triggerBlock, resolutionBlock: block, direction, label });
    return undefined;
  };

  for (let t = 0; t < prices.length; t++) {
    const price = prices[t]!;
    if (price <= 0) continue;
    const now = sidx[t]!;
    if (up) up = settle(up, 1, now, price);
    if (down) down = settle(down, -1, now, price);
    const rises = price > high[t]!;
    if (!rises && !(price < low[t]!)) continue;
    const range = high[t]! - low[t]!;
    if (range < price * minRange) continue;
    const distance = range * barrier;
    const pending = { sidx: now, upper: price + distance, lower: price - distance };
    if (rises) up ??= pending;
    else down ??= pending;
  }
  return events;
}
