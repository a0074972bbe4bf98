/**
 * The ledger on Node (`mantis-scorer/ledger`): opens a validator's SQLite file strictly read-only, and writes synthetic ones.
 */
import { existsSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { LedgerError } from "../errors.js";
import { isCompactFile, openCompactFile } from "./compact/node.js";
import type { Cell, LedgerSource, RowBatch, RowColumn, RowRange, TickerSpan } from "./source.js";
import { sqliteBatches } from "./sqliteBatches.js";

export { openCompactFile, writeCompactFile } from "./compact/node.js";
export type { CompactOptions } from "./compact/write.js";
export { firstBlocks } from "./firstBlocks.js";
export { type ChallengeReport, inspectLedger, type LedgerReport } from "./inspect.js";
export { DataMemory } from "./memory.js";
export { batchesOf, rowsOf } from "./rows.js";
export { type SimulatedLedger, type SimulatedRow, type SimulateOptions, simulateLedger } from "./simulate/simulate.js";
export type { Cell, LedgerSource, RowBatch, RowColumn, RowRange, TickerSpan } from "./source.js";
export { type LedgerExtent, type LedgerSpan, ledgerExtent, ledgerSpan } from "./span.js";
export { type ReadOptions, type ReadResult, readTrainingData } from "./trainingData.js";
export { ReadWarnings } from "./warnings.js";
export { type WriteOptions, writeLedger } from "./write.js";

const REQUIRED = ["ticker", "sidx", "price", "hotkeys", "embeddings"];

export interface OpenOptions {
  /** Milliseconds to wait for a writer that keeps the file locked. */
  readonly timeout?: number;
}

/**
 * Opens a ledger on one snapshot that stays the same until `close`, also while a validator writes (WAL; a ledger that was
 * taken out of WAL mode cannot be written to meanwhile). SQLite may leave an empty -wal and a -shm file beside it.
 * A compact export (docs/compact-export.md) is opened just so.
 * Throws LedgerError when the file is missing, is not SQLite, lacks `challenge_data`, or is locked.
 */
export function openLedger(path: string, { timeout = 5000 }: OpenOptions = {}): LedgerSource {
  if (!existsSync(path)) throw new LedgerError(`${path}: no such file`);
  if (!statSync(path).isFile()) throw new LedgerError(`${path}: not a file`);
  if (isCompactFile(path)) return openCompactFile(path);
  return guarded(path, () => {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout });
    try {
      return new SqliteSource(path, database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

class SqliteSource implements LedgerSource {
  private readonly tables = new Map<string, readonly string[]>();
  private readonly spans = new Map<string, TickerSpan | undefined>();
  /** Statements of `cell`, which is called thousands of times. */
  private readonly cells = new Map<RowColumn, Database.Statement>();
  private readonly joinsBlobs: boolean;

  constructor(
    readonly name: string,
    private readonly database: Database.Database,
  ) {
    // rows are read once, in order: pages beyond the batch at work would only take memory
    database.pragma("cache_size = -2048");
    database.exec("BEGIN");
    const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
    for (const table of names) {
      this.tables.set(table, database.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table) as string[]);
    }
    this.joinsBlobs = database.pragma("encoding", { simple: true }) === "UTF-8";
    const columns = this.tables.get("challenge_data");
    if (!columns) throw new LedgerError(`${name}: not a ledger: table challenge_data is missing`);
    const lacking = REQUIRED.filter((column) => !columns.includes(column));
    if (lacking.length > 0) {
      throw new LedgerError(`${name}: not a ledger: challenge_data lacks column ${lacking.join(", ")}`);
    }
  }

  columns(table: string): readonly string[] {
    return this.tables.get(table) ?? [];
  }

  tickers(): readonly string[] {
    return guarded(this.name, () => {
      // Skips from ticker to ticker through the index instead of visiting every row.
      const next = this.database.prepare("SELECT min(ticker) FROM challenge_data WHERE ticker > ?").pluck();
      const tickers: string[] = [];
      let ticker = this.database.prepare("SELECT min(ticker) FROM challenge_data").pluck().get() as string | null;
      while (ticker !== null) {
        tickers.push(ticker);
        ticker = next.get(ticker) as string | null;
      }
      return tickers;
    });
  }

  span(ticker: string): TickerSpan | undefined {
    if (this.spans.has(ticker)) return this.spans.get(ticker);
    const span = guarded(this.name, () => {
      // one by one: all three in one query visit every row of the index, and take longer
      const value = (what: string) =>
        this.database.prepare(`SELECT ${what} FROM challenge_data WHERE ticker = ?`).pluck().get(ticker) as number;
      const rows = value("count(*)");
      return rows > 0 ? { rows, firstSidx: value("min(sidx)"), lastSidx: value("max(sidx)") } : undefined;
    });
    this.spans.set(ticker, span);
    return span;
  }

  *batches<const Columns extends readonly RowColumn[]>(
    ticker: string,
    columns: Columns,
    range: RowRange = {},
  ): Iterable<RowBatch<Columns>> {
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER } = range;
    const expressions = columns.map((column) => this.expression(column));
    try {
      yield* sqliteBatches(this.database, ticker, expressions, from, to, this.joinsBlobs) as Iterable<
        RowBatch<Columns>
      >;
    } catch (error) {
      throw asLedgerError(this.name, error);
    }
  }

  cell(ticker: string, sidx: number, column: RowColumn): Cell | undefined {
    return guarded(this.name, () => {
      let statement = this.cells.get(column);
      if (!statement) {
        const sql = `SELECT ${this.expression(column)} FROM challenge_data WHERE ticker = ? AND sidx = ?`;
        statement = this.database.prepare(sql).pluck();
        this.cells.set(column, statement);
      }
      return statement.get(ticker, BigInt(sidx)) as Cell | undefined;
    });
  }

  breakoutStates(): readonly (readonly [Cell, Cell])[] {
    if (!this.tables.has("breakout_state")) return [];
    return guarded(this.name, () => {
      const sql = "SELECT asset, state_json FROM breakout_state ORDER BY rowid";
      return this.database.prepare(sql).raw().all() as [Cell, Cell][];
    });
  }

  close(): void {
    this.database.close();
  }

  private expression(column: RowColumn): string {
    return this.columns("challenge_data").includes(column) ? column : "NULL";
  }
}

function guarded<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asLedgerError(name, error);
  }
}

/** SQLite's complaints in words that say what to do. */
function asLedgerError(name: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  if (code === "SQLITE_NOTADB") return new LedgerError(`${name}: not an SQLite database`);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new LedgerError(`${name}: locked by another program; try again when it has finished writing`);
  }
  if (code.startsWith("SQLITE_CORRUPT")) return new LedgerError(`${name}: damaged database (${message})`);
  if (code.startsWith("SQLITE_CANTOPEN")) {
    return new LedgerError(
      `${name}: cannot be opened; a ledger in WAL mode needs a directory that can be written to, or a copy elsewhere`,
    );
  }
  return new LedgerError(`${name}: ${message} (${code})`);
}
