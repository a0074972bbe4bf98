/** What a ledger holds and what is wrong with it: one pass over all rows, nothing thrown for malformed ones. */
import { constantsOf } from "../profiles/index.js";
import { type Challenge, type Profile, storageDim } from "../profiles/profile.js";
import { AssetParser } from "./assetValues.js";
import { readHeader } from "./codec.js";
import { isNonFiniteHalf } from "./half.js";
import { parseHotkeys } from "./hotkeys.js";
import { rowsOf } from "./rows.js";
import type { Cell, LedgerSource } from "./source.js";
import { priceOf } from "./window.js";

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
  /** Rows without a price, or with an empty or absent map of prices. */
  readonly nullPrices: number;
  /** Prices ≤ 0: rows, or row and asset pairs of a price map. Not counted for funding rates, which may be so. */
  readonly zeroPrices: number;
  /** Row and asset pairs that a price map lacks. */
  readonly absentAssets: number;
  /** NaN or infinite prices or rates. */
  readonly nonFinitePrices: number;
  /** Rows that the binary reader drops because the price stood still. */
  readonly frozenPrices: number;
  /** Rows with embeddings of the wrong length. */
  readonly tornBlobs: number;
  /** Vectors in the embeddings, and those of them with NaN or infinity. */
  readonly vectors: number;
  readonly nonFiniteVectors: number;
  /** Cells that cannot be read and would stop a reader that needs them; `damage` has the first few messages. */
  readonly unreadable: number;
  readonly damage: readonly string[];
}

export interface LedgerReport {
  readonly name: string;
  readonly rows: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  /** From the first to the last block, at 12 s each. */
  readonly days: number;
  readonly hotkeys: number;
  readonly challenges: readonly ChallengeReport[];
  /** Tickers of the file that the profile does not know. */
  readonly unknownTickers: readonly string[];
  /** Assets with a stored breakout state; absent when the table is missing. */
  readonly breakoutStates?: number;
  /** False in files older than multi-asset prices. */
  readonly hasPriceData: boolean;
}

const SECONDS_PER_BLOCK = 12;
/** Messages kept per challenge. */
const MESSAGES = 5;

/** Reads the whole ledger once and counts. Throws LedgerError only when the database itself cannot be read. */
export function inspectLedger(source: LedgerSource, profile: Profile): LedgerReport {
  const everybody = new Set<string>();
  const challenges = profile.challenges.map((challenge) => {
    const inspector = new Inspector(source, profile, challenge);
    const report = inspector.report();
    for (const hotkey of inspector.hotkeys) everybody.add(hotkey);
    return report;
  });
  const spans = source.tickers().map((ticker) => source.span(ticker)!);
  const sampleEvery = profile.general.SAMPLE_EVERY;
  const firstBlock = spans.length > 0 ? sampleEvery * Math.min(...spans.map((span) => span.firstSidx)) : 0;
  const lastBlock = spans.length > 0 ? sampleEvery * Math.max(...spans.map((span) => span.lastSidx)) : 0;
  const hasStates = source.columns("breakout_state").length > 0;
  return {
    name: source.name,
    rows: spans.reduce((sum, span) => sum + span.rows, 0),
    firstBlock,
    lastBlock,
    days: ((lastBlock - firstBlock) * SECONDS_PER_BLOCK) / 86_400,
    hotkeys: everybody.size,
    challenges,
    unknownTickers: source.tickers().filter((ticker) => !profile.challenges.some((row) => row.ticker === ticker)),
    ...(hasStates ? { breakoutStates: source.breakoutStates().length } : {}),
    hasPriceData: source.columns("challenge_data").includes("price_data"),
  };
}

class Inspector {
  readonly hotkeys = new Set<string>();
  private readonly counts = {
    gaps: 0,
    missingSamples: 0,
    nullPrices: 0,
    zeroPrices: 0,
    absentAssets: 0,
    nonFinitePrices: 0,
    frozenPrices: 0,
    tornBlobs: 0,
    vectors: 0,
    nonFiniteVectors: 0,
    unreadable: 0,
  };
  private readonly damage: string[] = [];
  private readonly width: number;
  private readonly longest: number;
  private readonly values: Float64Array;
  private readonly parser: AssetParser;
  private previousPrice: number | null = null;
  private streak = 0;

  constructor(
    private readonly source: LedgerSource,
    private readonly profile: Profile,
    private readonly challenge: Challenge,
  ) {
    this.width = storageDim(challenge);
    this.longest = Number(constantsOf(profile, challenge).MAX_UNCHANGED_TIMESTEPS);
    this.values = new Float64Array(challenge.assets?.length ?? 0);
    this.parser = new AssetParser(challenge.ticker, challenge.assets ?? [], ABSENT);
  }

  report(): ChallengeReport {
    const { source, challenge, counts, damage } = this;
    const { ticker, kind } = challenge;
    const span = source.span(ticker);
    const head = { ticker, kind, rows: span?.rows ?? 0 };
    if (!span) return { ...head, hotkeys: 0, ...counts, damage };
    this.scan();
    const sampleEvery = this.profile.general.SAMPLE_EVERY;
    const blocks = { firstBlock: sampleEvery * span.firstSidx, lastBlock: sampleEvery * span.lastSidx };
    return { ...head, ...blocks, hotkeys: this.hotkeys.size, ...counts, damage };
  }

  private scan(): void {
    const { challenge, counts, source } = this;
    const columns = ["sidx", "price", "price_data", "hotkeys", "embeddings"] as const;
    let previous: number | undefined;
    let names: Cell = null;
    for (const [sidxCell, price, priceData, hotkeys, embeddings] of rowsOf(source, challenge.ticker, columns)) {
      const sidx = sidxCell as number;
      if (previous !== undefined && sidx > previous + 1) {
        counts.gaps++;
        counts.missingSamples += sidx - previous - 1;
      }
      previous = sidx;
      // A breakout row has no price of its own: those of the cross-section serve.
      if (challenge.kind !== "range_breakout_multi") {
        this.attempt(() => {
          if (challenge.assets) this.assets(priceData!, sidx);
          else this.price(price!, sidx);
        });
      }
      if (hotkeys !== names) {
        names = hotkeys!;
        this.attempt(() => {
          for (const hotkey of parseHotkeys(names, challenge.ticker, sidx) ?? []) this.hotkeys.add(hotkey);
        });
      }
      this.attempt(() => this.vectors(embeddings!), sidx);
    }
  }

  /** Runs one look at a cell; what it throws is counted and, for the first few, kept. */
  private attempt(look: () => void, sidx?: number): void {
    try {
      look();
    } catch (error) {
      const message = (error as Error).message;
      this.counts.unreadable++;
      if (this.damage.length === MESSAGES) return;
      this.damage.push(sidx === undefined ? message : `${this.challenge.ticker} sidx ${sidx}: ${message}`);
    }
  }

  private price(cell: Cell, sidx: number): void {
    const price = priceOf(cell, this.challenge.ticker, sidx);
    if (price === null) {
      this.counts.nullPrices++;
      return;
    }
    if (price <= 0) this.counts.zeroPrices++;
    else if (!Number.isFinite(price)) this.counts.nonFinitePrices++;
    this.streak = price === this.previousPrice ? this.streak + 1 : 0;
    this.previousPrice = price;
    if (this.challenge.kind === "binary" && this.streak > this.longest) this.counts.frozenPrices++;
  }

  private assets(cell: Cell, sidx: number): void {
    const { challenge, values, counts } = this;
    if (cell === null || cell === "" || cell === "{}") {
      counts.nullPrices++;
      return;
    }
    if (typeof cell !== "string") throw new Error(`${challenge.ticker} sidx ${sidx}: price_data is not text`);
    this.parser.parse(cell, values, 0, sidx);
    for (const value of values) {
      if (value === ABSENT) counts.absentAssets++;
      else if (!Number.isFinite(value)) counts.nonFinitePrices++;
      else if (value <= 0 && challenge.kind !== "funding_xsec") counts.zeroPrices++;
    }
  }

  private vectors(cell: Cell): void {
    const { counts, width } = this;
    const header = readHeader(cell);
    if (!header || header.entries.length === 0) return;
    const blob = cell as Uint8Array;
    const { entries, matrix } = header;
    if (blob.length - matrix !== 2 * width * entries.length) {
      counts.tornBlobs++;
      return;
    }
    counts.vectors += entries.length;
    for (let entry = 0; entry < entries.length; entry++) {
      if (holdsNonFinite(blob, matrix + 2 * width * entry, width)) counts.nonFiniteVectors++;
    }
  }
}

/** Marks an asset that a price map lacks; no price or rate is so small. */
const ABSENT = -Number.MAX_VALUE;

function holdsNonFinite(blob: Uint8Array, at: number, width: number): boolean {
  for (let i = 0; i < width; i++) {
    // The high byte holds the exponent.
    if (isNonFiniteHalf(blob[at + 2 * i + 1]! << 8)) return true;
  }
  return false;
}
