/** Synthetic ledgers whose miners have known skill (browser-safe). */

export interface SimulateOptions {
  /** Samples, one a minute; 5 blocks each. TRADEMIX scores from 43,200 on. */
  readonly rows: number;
  readonly miners: number;
  /** Whole number in [0, 2^32): equal options give equal rows on every machine. */
  readonly seed?: number;
  /** Adds what real ledgers hold: gaps, missing, zero and frozen prices, torn blobs, absent assets, odd miners. */
  readonly odd?: boolean;
  /** Largest correlation of a forecast with its target, in [0, 1]. */
  readonly skill?: number;
  /** First part of every hotkey. */
  readonly hotkeyPrefix?: string;
}
