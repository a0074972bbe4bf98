import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { LedgerError } from "../../src/errors.js";
import { firstBlocks } from "../../src/ledger/firstBlocks.js";
import { openLedger } from "../../src/ledger/node.js";
import { rowsOf } from "../../src/ledger/rows.js";
import { ledgerSpan } from "../../src/ledger/span.js";
import { buildLedger, open, read, type TestRow, temporaryDirectory } from "./build.js";

const rows: TestRow[] = [
  { ticker: "ETHHITFIRST", sidx: 10, price: 1, vectors: { a: [1, 0, 0] } },
  { ticker: "ETHHITFIRST", sidx: 12, price: 2, vectors: { a: [1, 0, 0], b: [0, 1, 0] } },
  { ticker: "ETH", sidx: 11, price: 2, vectors: { b: [0, 1] } },
];

describe("openLedger", () => {
  test.each([
    ["a missing file", () => join(temporaryDirectory(), "none.db"), /none\.db: no such file/],
    ["a directory", temporaryDirectory, /not a file/],
    [
      "a file of something else",
      () => file("hello, this is not a database at all, it is only a text file\n".repeat(50)),
      /not an SQLite/,
    ],
    ["an empty file", () => file(""), /challenge_data is missing/],
    ["a database of something else", () => database("CREATE TABLE x (y)"), /challenge_data is missing/],
    [
      "a table without embeddings",
      () => database("CREATE TABLE challenge_data (ticker, sidx, price, hotkeys)"),
      /lacks column embeddings/,
    ],
  ])("refuses %s", (_, path, message) => {
    expect(() => openLedger(path())).toThrow(LedgerError);
    expect(() => openLedger(path())).toThrow(message);
  });

  function file(content: string): string {
    const path = join(temporaryDirectory(), "file.db");
    writeFileSync(path, content);
    return path;
  }

  function database(sql: string): string {
    const path = join(temporaryDirectory(), "other.db");
    const other = new Database(path);
    other.exec(sql);
    other.close();
    return path;
  }

  test("says so when a writer keeps the file to itself", () => {
    const path = buildLedger(rows);
    const writer = new Database(path);
    writer.exec("BEGIN EXCLUSIVE");
    expect(() => openLedger(path, { timeout: 50 })).toThrow(/locked by another program/);
    writer.close();
  });

  test("says where a damaged file breaks off", () => {
    const path = buildLedger(Array.from({ length: 3000 }, (_, sidx) => ({ ...rows[0]!, sidx })));
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 8192, bytes.length - 4096);
    writeFileSync(path, bytes);
    expect(() => read(open(path), "ETHHITFIRST")).toThrow(LedgerError);
  });

  test("reads old files without price_data as if it were NULL", () => {
    const path = database(
      "CREATE TABLE challenge_data (ticker TEXT, sidx INTEGER, embeddings BLOB, hotkeys TEXT, price REAL)",
    );
    const writer = new Database(path);
    writer.prepare("INSERT INTO challenge_data VALUES ('MULTIXSEC', 3, x'', '[\"a\"]', 7.5)").run();
    writer.close();
    const source = open(path);
    expect(source.columns("challenge_data")).not.toContain("price_data");
    expect([...rowsOf(source, "MULTIXSEC", ["price", "price_data", "hotkeys", "sidx"])]).toEqual([
      [7.5, null, '["a"]', 3],
    ]);
    expect(read(source, "MULTIXSEC")).toHaveProperty("reason");
    expect(read(source, "MULTIBREAKOUT")).toHaveProperty("reason");
    expect(source.breakoutStates()).toEqual([]);
  });
});

describe("reading only", () => {
  const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

  test("leaves the file as it was", () => {
    const path = buildLedger(rows);
    const [before, { mtimeMs }] = [digest(path), statSync(path)];
    const source = openLedger(path);
    read(source, "ETHHITFIRST");
    source.close();
    expect(digest(path)).toBe(before);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
  });

  test("sees one snapshot while a validator goes on writing, and neither file of it is touched", () => {
    const path = buildLedger(rows);
    const writer = new Database(path);
    writer.pragma("journal_mode = WAL");
    writer.pragma("wal_autocheckpoint = 0");
    const insert = writer.prepare("INSERT INTO challenge_data VALUES ('ETHHITFIRST', ?, 5, NULL, '[]', x'')");
    insert.run(20);
    const [main, wal] = [digest(path), digest(`${path}-wal`)];
    const source = openLedger(path);
    expect(source.span("ETHHITFIRST")).toEqual({ rows: 3, firstSidx: 10, lastSidx: 20 });
    expect([digest(path), digest(`${path}-wal`)]).toEqual([main, wal]);
    insert.run(21);
    expect(source.span("ETHHITFIRST")!.rows).toBe(3);
    expect([...rowsOf(source, "ETHHITFIRST", ["sidx"])]).toEqual([[10], [12], [20]]);
    source.close();
    insert.run(22);
    expect(open(path).span("ETHHITFIRST")!.rows).toBe(5);
    writer.close();
  });
});

test("rows can be cut at both ends, and left half-way", () => {
  const source = open(buildLedger(rows));
  expect(source.tickers()).toEqual(["ETH", "ETHHITFIRST"]);
  expect([...rowsOf(source, "ETHHITFIRST", ["sidx"], { from: 11 })]).toEqual([[12]]);
  expect([...rowsOf(source, "ETHHITFIRST", ["sidx"], { to: 11 })]).toEqual([[10]]);
  for (const _ of rowsOf(source, "ETHHITFIRST", ["sidx"])) break;
  expect(source.cell("ETHHITFIRST", 12, "price")).toBe(2);
  expect(source.cell("ETHHITFIRST", 13, "price")).toBeUndefined();
});

test("span and first blocks take all tickers together", () => {
  const source = open(buildLedger(rows));
  expect(ledgerSpan(source)).toEqual({ rows: 3, firstBlock: 50, lastBlock: 60, hotkeys: 2 });
  expect([...firstBlocks(source)]).toEqual([
    ["a", 50],
    ["b", 55],
  ]);
  expect(ledgerSpan(open(buildLedger([])))).toEqual({ rows: 0, firstBlock: 0, lastBlock: 0, hotkeys: 0 });
});
