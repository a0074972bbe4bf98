/**
 * The ledger on Node (`mantis-scorer/ledger`): opens a validator's SQLite file strictly read-only, and writes synthetic ones.
 */
import { existsSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { LedgerError } from "../errors.js";
import { isCompactFile, openCompactFile } from "./compact/node.js";
import type { Cell, LedgerSource, RowColumn, RowRange, TickerSpan } from "./source.js";

export { openCompactFile, writeCompactFile } from "./compact/node.js";
export type { CompactOptions } from "./compact/write.js";
export { firstBlocks } from "./firstBlocks.js";
export { type ChallengeReport, inspectLedger, type LedgerReport } from "./inspect.js";
export { DataMemory } from "./memory.js";
export { type SimulatedLedger, type SimulatedRow, type SimulateOptions, simulateLedger } from "./simulate/simulate.js";
export type { Cell, LedgerSource, RowColumn, RowRange, TickerSpan } from "./source.js";
export { type LedgerExtent, type LedgerSpan, ledgerExtent, ledgerSpan } from "./span.js";
export { type ReadOptions, type ReadResult, readTrainingData } from "./trainingData.js";
export { ReadWarnings } from "./warnings.js";
export { type WriteOptions, writeLedger } from "./write.js";

/** Rows whose embeddings are fetched together, and the mean size in bytes above which fetching each alone is as fast. */
const CHUNK = 128;
const LARGE_BLOB = 2048;
const EMPTY = new Uint8Array(0);
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
  private readonly joinsBlobs: boolean;

  constructor(
    readonly name: string,
    private readonly database: Database.Database,
  ) {
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
    return guarded(this.name, () => {
      const statement = this.database.prepare(
        "SELECT count(*), min(sidx), max(sidx) FROM challenge_data WHERE ticker = ?",
      );
      const [rows, firstSidx, lastSidx] = statement.raw().get(ticker) as [number, number, number];
      return rows > 0 ? { rows, firstSidx, lastSidx } : undefined;
    });
  }

  *rows(ticker: string, columns: readonly RowColumn[], range: RowRange = {}): Iterable<readonly Cell[]> {
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER } = range;
    try {
      if (columns.includes("embeddings") && this.hasSmallBlobs(ticker))
        yield* this.chunkedRows(ticker, columns, from, to);
      else yield* this.plainRows(ticker, columns, BigInt(from), to);
    } catch (error) {
      throw asLedgerError(this.name, error);
    }
  }

  private hasSmallBlobs(ticker: string): boolean {
    if (!this.joinsBlobs) return false;
    const sql = `SELECT avg(length(embeddings)) FROM
      (SELECT embeddings FROM challenge_data WHERE ticker = ? ORDER BY sidx LIMIT ${CHUNK})`;
    return ((this.database.prepare(sql).pluck().get(ticker) as number | null) ?? 0) < LARGE_BLOB;
  }

  private plainRows(ticker: string, columns: readonly RowColumn[], from: bigint, to: number): Iterable<Cell[]> {
    const sql = `SELECT ${columns.map((column) => this.expression(column)).join(", ")} FROM challenge_data
      WHERE ticker = ? AND sidx BETWEEN ? AND ? ORDER BY sidx`;
    return this.database.prepare(sql).raw().iterate(ticker, from, BigInt(to)) as Iterable<Cell[]>;
  }

  /**
   * As plainRows, the embeddings of CHUNK rows fetched as one blob: with few miners, half of the time of a plain pass goes into
   * making a Buffer per row. `group_concat` appends bytes as they are where the database's text is UTF-8, whatever they mean.
   */
  private *chunkedRows(
    ticker: string,
    columns: readonly RowColumn[],
    from: number,
    to: number,
  ): Iterable<readonly Cell[]> {
    const range = "FROM challenge_data WHERE ticker = ? AND sidx > ? AND sidx <= ? ORDER BY sidx";
    const isBlob = "typeof(embeddings) = 'blob'";
    const cells = columns.map((column) =>
      column === "embeddings" ? `iif(${isBlob}, NULL, embeddings)` : this.expression(column),
    );
    const prepare = (sql: string) => this.database.prepare(sql);
    const end = prepare(`SELECT max(sidx) FROM (SELECT sidx ${range} LIMIT ${CHUNK})`).pluck();
    const rows = prepare(`SELECT ${cells.join(", ")}, iif(${isBlob}, length(embeddings), -1) ${range}`).raw();
    const blobs = prepare(
      `SELECT CAST(group_concat(embeddings, '') AS BLOB) FROM (SELECT iif(${isBlob}, embeddings, NULL) AS embeddings ${range})`,
    ).pluck();
    const at = columns.indexOf("embeddings");
    let last: bigint | number = BigInt(from) - 1n;
    for (;;) {
      const next = end.get(ticker, last, BigInt(to)) as number | null;
      if (next === null) return;
      if (!(next > last)) {
        // no integer that JavaScript tells from the one before
        yield* this.plainRows(ticker, columns, BigInt(last) + 1n, to);
        return;
      }
      const joined = blobs.get(ticker, last, next) as Uint8Array | null;
      let offset = joined?.byteOffset ?? 0;
      for (const row of rows.all(ticker, last, next) as Cell[][]) {
        const length = row.pop() as number;
        if (length >= 0) {
          row[at] = joined && length > 0 ? new Uint8Array(joined.buffer, offset, length) : EMPTY;
          offset += length;
        }
        yield row;
      }
      last = next;
    }
  }

  cell(ticker: string, sidx: number, column: RowColumn): Cell | undefined {
    return guarded(this.name, () => {
      const sql = `SELECT ${this.expression(column)} FROM challenge_data WHERE ticker = ? AND sidx = ?`;
      return this.database.prepare(sql).pluck().get(ticker, BigInt(sidx)) as Cell | undefined;
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
