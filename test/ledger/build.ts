/** Small ledgers for tests: real SQLite files in a directory of their own, gone when the test ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { packEmbeddings } from "../../src/ledger/codec.js";
import { fromHalf } from "../../src/ledger/half.js";
import { openLedger } from "../../src/ledger/node.js";
import type { LedgerSource } from "../../src/ledger/source.js";
import { type ReadOptions, readTrainingData } from "../../src/ledger/trainingData.js";
import { constantsOf, getProfile, type Overrides } from "../../src/profiles/index.js";
import type { Challenge } from "../../src/profiles/profile.js";
import type { AssetData, BinaryData, BreakoutData, Embeddings, PriceData } from "../../src/trainingData.js";

export interface TestRow {
  ticker: string;
  sidx: number;
  price?: number | string | Uint8Array | null;
  /** An object is written as JSON; a string as it is. */
  priceData?: Record<string, unknown> | string | null;
  /** Hotkey → vector; a string or bytes are stored as they are. */
  vectors?: Record<string, readonly number[]> | Uint8Array | string | null;
  /** Default: the vectors' hotkeys. */
  hotkeys?: readonly unknown[] | string | null;
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "ledger-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function buildLedger(rows: readonly TestRow[], states: Record<string, unknown> = {}): string {
  const path = join(temporaryDirectory(), "ledger.db");
  const database = new Database(path);
  database.pragma("synchronous = OFF");
  database.exec(`CREATE TABLE challenge_data (ticker TEXT NOT NULL, sidx INTEGER NOT NULL, price REAL, price_data TEXT,
      hotkeys TEXT, embeddings BLOB, PRIMARY KEY (ticker, sidx));
    CREATE TABLE breakout_state (asset TEXT PRIMARY KEY, state_json TEXT NOT NULL);`);
  const insert = database.prepare("INSERT INTO challenge_data VALUES (?, ?, ?, ?, ?, ?)");
  database.transaction(() => {
    for (const row of rows) insert.run(row.ticker, row.sidx, row.price ?? null, ...cells(row));
    for (const [asset, state] of Object.entries(states)) {
      const text = typeof state === "string" ? state : JSON.stringify(state);
      database.prepare("INSERT INTO breakout_state VALUES (?, ?)").run(asset, text);
    }
  })();
  database.close();
  return path;
}

function cells({ priceData, vectors, hotkeys }: TestRow): unknown[] {
  const raw = vectors === undefined || vectors === null || typeof vectors === "string" || vectors instanceof Uint8Array;
  const names = hotkeys === undefined ? (raw ? [] : Object.keys(vectors)) : hotkeys;
  return [
    typeof priceData === "string" || !priceData ? (priceData ?? null) : JSON.stringify(priceData),
    typeof names === "string" || names === null ? names : JSON.stringify(names),
    raw ? (vectors === undefined ? Buffer.alloc(0) : vectors) : packEmbeddings(new Map(Object.entries(vectors))),
  ];
}

export function open(path: string): LedgerSource {
  const source = openLedger(path);
  onTestFinished(() => source.close());
  return source;
}

type Kinds = { binary: BinaryData; price: PriceData; asset: AssetData; breakout: BreakoutData };

export interface ReadSettings extends ReadOptions {
  readonly overrides?: Overrides;
  /** Fields of the challenge to replace. */
  readonly change?: Partial<Challenge>;
}

export function read(rows: readonly TestRow[] | LedgerSource, ticker: string, settings: ReadSettings = {}) {
  const profile = getProfile("2026-05");
  const challenge = { ...profile.challenges.find((row) => row.ticker === ticker)!, ...settings.change };
  const source = Array.isArray(rows) ? open(buildLedger(rows)) : (rows as LedgerSource);
  return readTrainingData(source, challenge, constantsOf(profile, challenge, settings.overrides), settings);
}

/** Training data of a kind; fails the test when there is none. */
export function readAs<K extends keyof Kinds>(
  _kind: K,
  rows: readonly TestRow[] | LedgerSource,
  ticker: string,
  settings: ReadSettings = {},
): Kinds[K] {
  const result = read(rows, ticker, settings);
  if ("reason" in result) throw new Error(`no data: ${result.reason}`);
  return result.data as Kinds[K];
}

/** One row of all hotkeys' values, in order. */
export function rowOf({ columns, width }: Embeddings, row: number): number[] {
  return columns.flatMap((column) => Array.from(column.subarray(row * width, (row + 1) * width), fromHalf));
}
