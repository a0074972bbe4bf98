/** What a ledger holds and what is wrong with it. */
import type { Profile } from "../profiles/profile.js";
import type { LedgerSource } from "./source.js";

/** Findings about one challenge. Counts are rows unless said otherwise. */
export interface ChallengeReport {
  readonly ticker: string;
  readonly kind: string;
  readonly rows: number;
  /** Absent when there are no rows. */
  readonly firstBlock?: number;
  readonly lastBlock?: number;
  /** Hotkeys that any row names. */
  readonly hotkeys: number;
  /** Places where sidx jumps by more than 1, and the samples missing there. */
  readonly gaps: number;
  readonly missingSamples: number;
  /** Rows without a price (or with an empty or absent map of prices). */
  readonly nullPrices: number;
  /** Prices ≤ 0 (single-price challenges), or assets at ≤ 0 or missing, counted per row and asset. */
  readonly zeroPrices: number;
  readonly absentAssets: number;
  /** NaN or infinite prices; a NaN funding rate counts as absent. */
  readonly nonFinitePrices: number;
  /** Rows that the binary reader drops because the price stood still. */
  readonly frozenPrices: number;
  /** Rows with embeddings of the wrong length. */
  readonly tornBlobs: number;
  /** Rows whose prices, hotkeys or embeddings cannot be read at all; `damage` has the first few messages. */
  readonly unreadable: number;
  readonly damage: readonly string[];
  /** Vectors in the embeddings, and those of them with NaN or infinity. */
  readonly vectors: number;
  readonly nonFiniteVectors: number;
}

export interface LedgerReport {
  readonly name: string;
  readonly rows: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  /** Nominal: 12 s per block. */
  readonly days: number;
  readonly hotkeys: number;
  readonly challenges: readonly ChallengeReport[];
  /** Tickers of the file that the profile does not know. */
  readonly unknownTickers: readonly string[];
  /** Assets with a stored breakout state; undefined when the table is missing. */
  readonly breakoutStates?: number;
  /** False in files older than multi-asset prices. */
  readonly hasPriceData: boolean;
}

/** Reads the whole ledger once and counts. Never throws for malformed rows: they are counted. */
export type InspectLedger = (source: LedgerSource, profile: Profile) => LedgerReport;
