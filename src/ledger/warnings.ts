/** What a reader put up with: counted here, shown by `score` and `inspect`. */

/** Mutable counts of what was skipped while reading. One collector can serve all challenges of a run. */
export class ReadWarnings {
  /** Hotkey → ticker → vectors that held NaN or an infinity and so counted as not submitted. */
  readonly nonFinite = new Map<string, Map<string, number>>();
  /** Ticker → rows whose embeddings had the wrong length and so counted as absent. */
  readonly tornBlobs = new Map<string, number>();

  /** @internal */
  addNonFinite(hotkey: string, ticker: string): void {
    let tickers = this.nonFinite.get(hotkey);
    if (!tickers) {
      tickers = new Map();
      this.nonFinite.set(hotkey, tickers);
    }
    tickers.set(ticker, (tickers.get(ticker) ?? 0) + 1);
  }

  /** @internal */
  addTorn(ticker: string): void {
    this.tornBlobs.set(ticker, (this.tornBlobs.get(ticker) ?? 0) + 1);
  }

  /** One line per finding, in a fixed order. */
  lines(): string[] {
    const lines: string[] = [];
    for (const [ticker, count] of sorted(this.tornBlobs)) {
      lines.push(`${ticker}: ${count} row(s) with embeddings of the wrong length, taken as absent`);
    }
    for (const [hotkey, tickers] of sorted(this.nonFinite)) {
      const where = sorted(tickers).map(([ticker, count]) => `${ticker} ${count}`);
      lines.push(`${hotkey}: embeddings with NaN or infinity, taken as not submitted (${where.join(", ")})`);
    }
    return lines;
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
