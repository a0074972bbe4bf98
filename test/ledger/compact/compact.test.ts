import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { LedgerError } from "../../../src/errors.js";
import { VERSION } from "../../../src/ledger/compact/format.js";
import { writeCompactFile } from "../../../src/ledger/compact/node.js";
import { parseHotkeys } from "../../../src/ledger/hotkeys.js";
import { rowsOf } from "../../../src/ledger/rows.js";
import type { Cell, LedgerSource, RowColumn } from "../../../src/ledger/source.js";
import { ReadWarnings } from "../../../src/ledger/warnings.js";
import { writeLedger } from "../../../src/ledger/write.js";
import { getProfile } from "../../../src/profiles/index.js";
import { scoreLedger } from "../../../src/score.js";
import { buildLedger, open, read, type TestRow, temporaryDirectory } from "../build.js";

const COLUMNS: readonly RowColumn[] = ["sidx", "price", "price_data", "hotkeys", "embeddings"];

/** Rows with `hotkeys` as the set that they are: an export lists them in ascending order. */
function content(source: LedgerSource): unknown {
  return source
    .tickers()
    .map((ticker) => [ticker, source.span(ticker), [...rowsOf(source, ticker, COLUMNS)].map(plain)]);
}

function plain([sidx, price, priceData, hotkeys, embeddings]: readonly Cell[]): unknown[] {
  return [
    sidx,
    price,
    priceData,
    setOf(hotkeys!),
    embeddings instanceof Uint8Array ? Buffer.from(embeddings).toString("base64") : embeddings,
  ];
}

function setOf(cell: Cell): unknown {
  try {
    return new Set(parseHotkeys(cell, "", 0));
  } catch {
    return cell;
  }
}

function exported(source: LedgerSource, full = true): string {
  const path = join(temporaryDirectory(), "ledger.mse");
  writeCompactFile(source, path, { full });
  return path;
}

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

const ODD: TestRow[] = [
  { ticker: "A", sidx: 1, price: 1.5, vectors: { b: [1, -2], a: [0.1, 65504] } },
  { ticker: "A", sidx: 2, price: null, vectors: null, hotkeys: null },
  { ticker: "A", sidx: 7, price: -0, vectors: { a: [Number.NaN, Number.NEGATIVE_INFINITY], ü: [-0, 6e-8] } },
  { ticker: "A", sidx: 8, price: "12.5x", vectors: "text", hotkeys: "[]" },
  { ticker: "A", sidx: 9, price: Number.POSITIVE_INFINITY, vectors: bytes('["a", "b"]', [0], [1, 2, 3]) },
  {
    ticker: "A",
    sidx: 10,
    price: 3,
    vectors: bytes('["b", "a"]', [0], [1, 2, 3, 4, 5, 6, 7, 8]),
    hotkeys: "{not json",
  },
  {
    ticker: "A",
    sidx: 11,
    price: 3,
    vectors: bytes('["a","b"]', [0], [1, 2, 3, 4, 5, 6, 7, 8]),
    hotkeys: ["z", "a", "z"],
  },
  { ticker: "A", sidx: 12, price: 4, vectors: bytes('["a", "a"]', [0], [1, 2, 3, 4, 5, 6, 7, 8]) },
  { ticker: "A", sidx: 13, price: 4, vectors: bytes("[]", [0]) },
  { ticker: "B", sidx: -3, priceData: '{"X": 1.0, "Y": 2.5e-07}' },
  { ticker: "B", sidx: 0, priceData: '{"X": 1.0}', vectors: { c: [1] } },
  { ticker: "B", sidx: 1, priceData: '{"Y": NaN, "X": 1e+22}', vectors: { c: [1.5], "\u{1f600}": [2], "\uffff": [3] } },
  { ticker: "B", sidx: 2, priceData: '{"X": 1}', vectors: { c: [2] } },
  { ticker: "B", sidx: 3, priceData: "", vectors: { c: [3] } },
  { ticker: "B", sidx: 4, priceData: '{"X": 1.0, "X": 2.0}' },
  { ticker: "B", sidx: 5, priceData: "{broken" },
  { ticker: "", sidx: 5, price: 1 },
];

describe("a compact export", () => {
  it("holds whatever a ledger holds, odd cells too", () => {
    const ledger = open(buildLedger(ODD, { ETH: { completed: [] }, BTC: "no json" }));
    const copy = open(exported(ledger));
    expect(content(copy)).toEqual(content(ledger));
    expect(copy.breakoutStates()).toEqual(ledger.breakoutStates());
    for (const table of ["challenge_data", "breakout_state", "none", "constructor"]) {
      expect(copy.columns(table)).toEqual(ledger.columns(table));
    }
    expect(copy.span("none")).toBeUndefined();
    expect([...rowsOf(copy, "none", COLUMNS)]).toEqual([]);
  });

  it("finds rows by range and single cells", () => {
    const ledger = open(buildLedger(ODD));
    const copy = open(exported(ledger));
    for (const range of [{ from: 8 }, { to: 7 }, { from: 3, to: 6 }, { from: 2, to: 9 }]) {
      expect([...rowsOf(copy, "A", ["sidx", "price"], range)]).toEqual([
        ...rowsOf(ledger, "A", ["sidx", "price"], range),
      ]);
    }
    for (const sidx of [-9, 1, 3, 7, 12, 99]) {
      const [found, expected] = [copy, ledger].map((source) => source.cell("A", sidx, "embeddings"));
      expect(found && [...(found as Uint8Array)]).toEqual(expected && [...(expected as Uint8Array)]);
    }
  });

  it("of many blocks is the same, and far smaller", () => {
    const path = join(temporaryDirectory(), "ledger.db");
    writeLedger(path, { rows: 3000, miners: 9, seed: 5, odd: true });
    const ledger = open(path);
    const copy = exported(ledger);
    expect(statSync(copy).size).toBeLessThan(0.35 * statSync(path).size);
    const both = [ledger, open(copy)].map((source) => content(source));
    expect(both[1]).toEqual(both[0]);
  });

  it("gives every challenge the ledger's data, for every window and hotkey filter", () => {
    const path = join(temporaryDirectory(), "ledger.db");
    writeLedger(path, { rows: 8000, miners: 4, seed: 8, odd: true });
    const ledger = open(path);
    const copy = open(exported(ledger, false));
    const last = 5 * ledger.span("ETH")!.lastSidx;
    for (const { ticker } of getProfile().challenges) {
      for (const filter of [{}, { maxBlock: last - 2500 }, { activeHotkeys: new Set(["5SimNoise002"]) }]) {
        const warnings = [new ReadWarnings(), new ReadWarnings()] as const;
        const expected = read(ledger, ticker, { ...filter, warnings: warnings[0] });
        expect(expected, ticker).toHaveProperty("data");
        const found = read(copy, ticker, { ...filter, warnings: warnings[1] });
        expect(isDeepStrictEqual(found, expected), ticker).toBe(true);
        expect(warnings[1]).toEqual(warnings[0]);
      }
    }
  });

  it("scores to the ledger's digest", async () => {
    const path = join(temporaryDirectory(), "ledger.db");
    writeLedger(path, { rows: 5000, miners: 4, seed: 8, skill: 0.5 });
    const ledger = open(path);
    const options = { only: ["ETH", "CADUSD"] };
    const [a, b] = [await scoreLedger(ledger, options), await scoreLedger(open(exported(ledger)), options)];
    expect(Object.keys(a.breakdown)).not.toEqual([]);
    expect(b.digest).toBe(a.digest);
  });

  it("says which embeddings it leaves out", () => {
    const path = join(temporaryDirectory(), "ledger.db");
    writeLedger(path, { rows: 300, miners: 3 });
    const ledger = open(path);
    const [lean, full] = [open(exported(ledger, false)), open(exported(ledger))];
    const { firstSidx } = ledger.span("MULTIBREAKOUT")!;
    expect(() => lean.cell("MULTIBREAKOUT", firstSidx, "embeddings")).toThrow(/MULTIBREAKOUT sidx 1200000.*--full/);
    expect(lean.cell("MULTIBREAKOUT", firstSidx, "price")).toBe(0);
    expect(full.cell("MULTIBREAKOUT", firstSidx, "embeddings")).toBeInstanceOf(Uint8Array);
  });
});

describe("a damaged export", () => {
  const intact = () => readFileSync(exported(open(buildLedger(ODD))));
  const opened = (content: Uint8Array) => {
    const path = join(temporaryDirectory(), "damaged.mse");
    writeFileSync(path, content);
    return () => content.length > 0 && [...rowsOf(open(path), "A", COLUMNS)];
  };

  it("is told by its end, its checksums and its version", () => {
    const whole = intact();
    expect(opened(whole)).not.toThrow();
    expect(opened(whole.subarray(0, whole.length - 7))).toThrow(/damaged\.mse: damaged export \(it ends early\)/);
    expect(opened(whole.subarray(0, 20))).toThrow(/ends early/);
    const later = Buffer.from(whole);
    later.writeUInt32LE(VERSION + 1, 8);
    expect(opened(later)).toThrow(/version 2; this program reads version 1/);
  });

  it("never gives wrong rows: any changed byte is a LedgerError or does not matter", () => {
    const whole = intact();
    const expected = JSON.stringify(opened(whole)());
    let refused = 0;
    for (let at = 0; at < whole.length; at += 3) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x41;
      try {
        expect(JSON.stringify(opened(changed)())).toBe(expected);
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(whole.length / 6);
  });
});
