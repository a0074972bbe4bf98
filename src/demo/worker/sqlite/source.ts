/** A ledger over SQLite's WebAssembly build; the queries are those of the Node reader (src/ledger/node.ts). */
import type { Database, PreparedStatement, Sqlite3Static, SqlValue } from "@sqlite.org/sqlite-wasm";
import { LedgerError } from "../../../errors.js";
import { batchesOf } from "../../../ledger/rows.js";
import type { Cell, LedgerSource, RowBatch, RowColumn, RowRange, TickerSpan } from "../../../ledger/source.js";

const REQUIRED = ["ticker", "sidx", "price", "hotkeys", "embeddings"];

export class SqliteSource implements LedgerSource {
  private readonly tables = new Map<string, readonly string[]>();

  private constructor(
    private readonly sqlite3: Sqlite3Static,
    private readonly database: Database,
    readonly name: string,
    /** What reading the file ran into last. */
    private readonly failure: () => unknown,
  ) {}

  /** Throws LedgerError when the database cannot be read or is no ledger. */
  static open(sqlite3: Sqlite3Static, vfs: string, name: string, failure: () => unknown): SqliteSource {
    const database = new sqlite3.oo1.DB({ filename: "ledger", flags: "r", vfs });
    const source = new SqliteSource(sqlite3, database, name, failure);
    source.readTables();
    return source;
  }

  columns(table: string): readonly string[] {
    return this.tables.get(table) ?? [];
  }

  tickers(): readonly string[] {
    const tickers: string[] = [];
    let [next] = this.all("SELECT min(ticker) FROM challenge_data", []);
    while (next && next[0] !== null) {
      tickers.push(next[0] as string);
      [next] = this.all("SELECT min(ticker) FROM challenge_data WHERE ticker > ?", [next[0]!]);
    }
    return tickers;
  }

  span(ticker: string): TickerSpan | undefined {
    const sql = "SELECT count(*), min(sidx), max(sidx) FROM challenge_data WHERE ticker = ?";
    const [rows, firstSidx, lastSidx] = this.all(sql, [ticker])[0] as [number, number, number];
    return rows > 0 ? { rows, firstSidx, lastSidx } : undefined;
  }

  batches<const Columns extends readonly RowColumn[]>(
    ticker: string,
    columns: Columns,
    range: RowRange = {},
  ): Iterable<RowBatch<Columns>> {
    const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER } = range;
    const sql = `SELECT ${columns.map((column) => this.expression(column)).join(", ")} FROM challenge_data
      WHERE ticker = ? AND sidx BETWEEN ? AND ? ORDER BY sidx`;
    return batchesOf(this.each(sql, [ticker, from, to]), columns.length) as Iterable<RowBatch<Columns>>;
  }

  cell(ticker: string, sidx: number, column: RowColumn): Cell | undefined {
    const sql = `SELECT ${this.expression(column)} FROM challenge_data WHERE ticker = ? AND sidx = ?`;
    return this.all(sql, [ticker, sidx])[0]?.[0];
  }

  breakoutStates(): readonly (readonly [Cell, Cell])[] {
    if (!this.tables.has("breakout_state")) return [];
    return this.all("SELECT asset, state_json FROM breakout_state ORDER BY rowid", []) as [Cell, Cell][];
  }

  close(): void {
    this.database.close();
  }

  private readTables(): void {
    for (const [table] of this.all("SELECT name FROM sqlite_master WHERE type = 'table'", [])) {
      const names = this.all("SELECT name FROM pragma_table_info(?)", [table!]);
      this.tables.set(
        table as string,
        names.map(([column]) => column as string),
      );
    }
    const columns = this.tables.get("challenge_data");
    if (!columns) throw new LedgerError(`${this.name}: not a ledger: table challenge_data is missing`);
    const lacking = REQUIRED.filter((column) => !columns.includes(column));
    if (lacking.length > 0) {
      throw new LedgerError(`${this.name}: not a ledger: challenge_data lacks column ${lacking.join(", ")}`);
    }
  }

  private all(sql: string, values: readonly Cell[]): Cell[][] {
    return [...this.each(sql, values)];
  }

  private *each(sql: string, values: readonly Cell[]): Generator<Cell[]> {
    let statement: PreparedStatement | undefined;
    try {
      statement = this.database.prepare(sql);
      if (values.length > 0) statement.bind(values as SqlValue[]);
      while (statement.step()) yield statement.get([]).map(toCell);
    } catch (error) {
      throw this.explain(error);
    } finally {
      statement?.finalize();
    }
  }

  private expression(column: RowColumn): string {
    return this.columns("challenge_data").includes(column) ? column : "NULL";
  }

  /** SQLite's complaints in words that say what to do. */
  private explain(error: unknown): unknown {
    const failure = this.failure();
    if (failure instanceof LedgerError) return failure;
    const { SQLite3Error } = this.sqlite3;
    if (!(error instanceof SQLite3Error)) return error;
    const { capi } = this.sqlite3;
    const code = error.resultCode & 0xff;
    if (code === capi.SQLITE_NOTADB) return new LedgerError(`${this.name}: not an SQLite database`);
    if (code === capi.SQLITE_CORRUPT) return new LedgerError(`${this.name}: damaged database; is the copy whole?`);
    return new LedgerError(`${this.name}: ${error.message}`);
  }
}

function toCell(value: SqlValue): Cell {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Int8Array || value instanceof ArrayBuffer)
    return new Uint8Array(value instanceof ArrayBuffer ? value : value.slice().buffer);
  if (typeof value === "boolean") return value ? 1 : 0;
  return value ?? null;
}
