/** What real ledgers hold and tidy ones lack: gaps, missing, zero and frozen prices, absent assets, torn blobs. */
import type { Paths } from "./market.js";
import type { Random } from "./random.js";

export class Oddities {
  private readonly missing: Uint8Array;
  readonly missingRows: number;

  /** A tidy ledger (`odd` false) draws nothing. */
  constructor(
    private readonly random: Random,
    private readonly rows: number,
    private readonly odd: boolean,
  ) {
    this.missing = new Uint8Array(rows);
    if (odd) {
      const longest = Math.max(2, Math.min(60, Math.floor(rows / 40)));
      for (let i = 0; i < 6; i++) {
        const start = random.between(1, Math.max(2, rows - longest));
        this.missing.fill(1, start, start + random.between(1, longest));
      }
    }
    this.missingRows = this.missing.reduce((sum, flag) => sum + flag, 0);
  }

  /** Whether the ledger lacks sample t. */
  isMissing(t: number): boolean {
    return this.missing[t] === 1;
  }

  /** A single-price column: null and 0 here and there; one of a market that `closes` stands still two days in seven. */
  priceColumn(paths: Paths, asset: number, closes: boolean): (number | null)[] {
    const { rows, random } = this;
    const column: (number | null)[] = new Array(rows);
    for (let t = 0; t < rows; t++) column[t] = paths.prices[t * paths.assets + asset]!;
    if (!this.odd) return column;
    const longest = Math.max(2, Math.min(40, Math.floor(rows / 60)));
    for (let i = 0; i < 4; i++) {
      const start = random.between(0, Math.max(1, rows - longest));
      column.fill(null, start, start + random.between(1, longest));
    }
    for (let t = 0; t < rows; t++) if (random.uniform() < 0.0003) column[t] = 0;
    if (!closes) return column;
    const week = Math.min(10_080, Math.max(420, Math.floor(rows / 3)));
    let held: number | null = null;
    for (let t = 0; t < rows; t++) {
      if (t % week >= (5 * week) / 7) column[t] = held;
      else held = column[t]!;
    }
    return column;
  }

  /** An asset to leave out of a row's prices, or -1; as often for each asset, however many there are. */
  absentAsset(count: number): number {
    return this.odd && this.random.uniform() < 0.0001 * count ? this.random.between(0, count) : -1;
  }

  /** Now and then a blob loses its last two bytes. */
  tear(blob: Uint8Array): Uint8Array {
    return this.odd && blob.length > 0 && this.random.uniform() < 0.0005 ? blob.subarray(0, blob.length - 2) : blob;
  }
}
