/** Writes synthetic ledgers to SQLite files (Node). */
import { existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { UsageError } from "../errors.js";
import { type SimulateOptions, simulateLedger } from "./simulate/simulate.js";

export interface WriteOptions extends SimulateOptions {
  /** Replace a file that is there already; never do this to a validator's ledger. */
  readonly overwrite?: boolean;
}

const SCHEMA = `
CREATE TABLE blocks (idx INTEGER PRIMARY KEY, block INTEGER NOT NULL);
CREATE TABLE challenge_meta (ticker TEXT PRIMARY KEY, dim INTEGER NOT NULL, blocks_ahead INTEGER NOT NULL);
CREATE TABLE challenge_data (ticker TEXT NOT NULL, sidx INTEGER NOT NULL, price REAL, price_data TEXT, hotkeys TEXT,
  embeddings BLOB, PRIMARY KEY (ticker, sidx));
CREATE TABLE raw_payloads (ts INTEGER NOT NULL, hotkey TEXT NOT NULL, payload BLOB, PRIMARY KEY (ts, hotkey));
CREATE TABLE drand_cache (round INTEGER PRIMARY KEY, signature BLOB);
CREATE TABLE breakout_state (asset TEXT PRIMARY KEY, state_json TEXT NOT NULL);
CREATE INDEX idx_blocks_block ON blocks (block);
`;

/**
 * Writes a synthetic ledger in a validator's format. `onProgress` is told how many rows of `challenge_data` are written.
 * Throws UsageError when the file exists (unless `overwrite`) or an option makes no sense. A failed write leaves no file.
 */
export function writeLedger(
  path: string,
  options: WriteOptions,
  onProgress?: (done: number, total: number) => void,
): void {
  const ledger = simulateLedger(options);
  if (existsSync(path) && !options.overwrite) {
    throw new UsageError(`${path} exists already: choose another name or delete it first`);
  }
  remove(path);
  const database = new Database(path);
  try {
    // Nothing is lost when this fails half-way: the file is new.
    database.pragma("journal_mode = OFF");
    database.pragma("synchronous = OFF");
    database.exec(SCHEMA);
    database.exec("BEGIN");
    const meta = database.prepare("INSERT INTO challenge_meta VALUES (?, ?, ?)");
    for (const { ticker, dim, blocksAhead } of ledger.tickers) meta.run(ticker, dim, blocksAhead);
    const block = database.prepare("INSERT INTO blocks VALUES (?, ?)");
    ledger.sidx.forEach((sidx, i) => {
      block.run(i, 5 * sidx);
    });
    const insert = database.prepare("INSERT INTO challenge_data VALUES (?, ?, ?, ?, ?, ?)");
    const total = ledger.sidx.length * ledger.tickers.length;
    let done = 0;
    for (const row of ledger.rows()) {
      insert.run(row.ticker, row.sidx, row.price, row.priceData, row.hotkeys, row.embeddings);
      if (++done % 5000 === 0) onProgress?.(done, total);
    }
    onProgress?.(done, total);
    database.exec("COMMIT");
    database.pragma("journal_mode = WAL");
    database.close();
  } catch (error) {
    database.close();
    remove(path);
    throw error;
  }
}

function remove(path: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(path + suffix, { force: true });
}
