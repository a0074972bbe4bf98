/**
 * What the readers need of a ledger's SQLite database, independent of which SQLite reads it (40-ledger §2). Everything but
 * the opening of a file is browser-safe: implement this over any SQLite and the readers work.
 */

/** A value as SQLite stores it. Integers arrive as numbers. */
export type Cell = null | number | string | Uint8Array;

/** Columns of `challenge_data` that can be asked for. */
export type RowColumn = "sidx" | "price" | "price_data" | "hotkeys" | "embeddings";

/** Consecutive rows of a ticker: the cells of each column asked for, in the order asked for. */
export type RowBatch<Columns extends readonly RowColumn[] = readonly RowColumn[]> = {
  readonly [column in keyof Columns]: readonly Cell[];
};

/** Which rows of a ticker; both ends inclusive. */
export interface RowRange {
  readonly from?: number;
  readonly to?: number;
}

export interface TickerSpan {
  readonly rows: number;
  readonly firstSidx: number;
  readonly lastSidx: number;
}

/**
 * One consistent snapshot of a ledger, read-only. All methods throw LedgerError when the database cannot be read.
 * A column that the file lacks (`price_data` in old files) reads as null.
 */
export interface LedgerSource {
  /** The file's name, for messages. */
  readonly name: string;
  /** Names of the columns of a table, in the file's order; empty when there is no such table. */
  columns(table: string): readonly string[];
  /** Tickers of `challenge_data`, ascending. */
  tickers(): readonly string[];
  /** Number of rows and first and last sidx of a ticker; undefined when it has no rows. */
  span(ticker: string): TickerSpan | undefined;
  /**
   * Rows of a ticker by ascending sidx, some at a time: an array per column costs less than one per row. `rowsOf` and
   * `batchesOf` (rows.ts) turn one into the other. Consume or break before asking for the next ones.
   */
  batches<const Columns extends readonly RowColumn[]>(
    ticker: string,
    columns: Columns,
    range?: RowRange,
  ): Iterable<RowBatch<Columns>>;
  /** One cell; undefined when there is no such row. */
  cell(ticker: string, sidx: number, column: RowColumn): Cell | undefined;
  /** (asset, state_json) of `breakout_state` in table order; empty when there is no such table. */
  breakoutStates(): readonly (readonly [asset: Cell, json: Cell])[];
  /** Ends the snapshot and closes the database. */
  close(): void;
}
