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

/** Scratch for ranges over up to `rows` rows, reused from asset to asset. */
export class RangeWindow {
  private readonly lows: Int32Array;
  private readonly highs: Int32Array;
  private readonly prices: Float64Array;
  private lowHead = 0;
  private lowEnd = 0;
  private highHead = 0;
  private highEnd = 0;
  private left = 0;
  private priced = 0;
  private rows = 0;

  constructor(
    private readonly sidx: Int32Array,
    rows: number,
    private readonly lookback: number,
  ) {
    this.lows = new Int32Array(rows);
    this.highs = new Int32Array(rows);
    this.prices = new Float64Array(rows);
  }

  /** Begins anew with column `asset` of a rows × width table. */
  begin(table: Float64Array, width: number, asset: number): Float64Array {
    const { prices } = this;
    for (let t = 0, at = asset; t < prices.length; t++, at += width) prices[t] = table[at]!;
    this.lowHead = this.lowEnd = this.highHead = this.highEnd = this.left = this.priced = this.rows = 0;
    return prices;
  }

  /**
   * Moves to row t, one at a time: afterwards `count`, `low` and `high` describe the priced rows before t inside the
   * lookback. The queues hold rows whose prices ascend (lows) or descend (highs): the front is the extreme.
   */
  moveTo(t: number): void {
    const { sidx, prices } = this;
    const oldest = sidx[t]! - this.lookback;
    for (; this.rows < t; this.rows++) if (prices[this.rows]! > 0) this.push(this.rows);
    while (this.left < t && sidx[this.left]! < oldest) if (prices[this.left++]! > 0) this.priced--;
    while (this.lowHead < this.lowEnd && this.lows[this.lowHead]! < this.left) this.lowHead++;
    while (this.highHead < this.highEnd && this.highs[this.highHead]! < this.left) this.highHead++;
  }

  get count(): number {
    return this.priced;
  }

  get low(): number {
    return this.prices[this.lows[this.lowHead]!]!;
  }

  get high(): number {
    return this.prices[this.highs[this.highHead]!]!;
  }

  private push(t: number): void {
    const { prices, lows, highs } = this;
    const price = prices[t]!;
    this.priced++;
    while (this.lowEnd > this.lowHead && prices[lows[this.lowEnd - 1]!]! >= price) this.lowEnd--;
    lows[this.lowEnd++] = t;
    while (this.highEnd > this.highHead && prices[highs[this.highEnd - 1]!]! <= price) this.highEnd--;
    highs[this.highEnd++] = t;
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
  const enough = Math.floor(rules.lookback / 2);
  const prices = window.begin(table, width, asset);
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
    window.moveTo(t);
    if (window.count < enough || window.count === 0) continue;
    const { low, high } = window;
    const range = high - low;
    if (range < price * minRange) continue;
    const distance = range * barrier;
    if (price > high && !up) up = { sidx: now, upper: price + distance, lower: price - distance };
    if (price < low && !down) down = { sidx: now, upper: price + distance, lower: price - distance };
  }
  return events;
}
