import { describe, expect, test } from "vitest";
import { LedgerError } from "../../src/errors.js";
import { ReadWarnings } from "../../src/ledger/warnings.js";
import { read, readAs, type TestRow } from "./build.js";

/** 70 good binary rows, of which 10 have a label. */
const good: TestRow[] = Array.from({ length: 70 }, (_, i) => ({
  ticker: "ETH",
  sidx: 100 + i,
  price: 100 + i,
  vectors: { "5A": [0.5, 0.25] },
}));
const replaced = (change: Partial<TestRow>, at = 0) => good.map((row, i) => (i === at ? { ...row, ...change } : row));
const rowsOf = (rows: TestRow[], ticker = "ETH") => readAs("binary", rows, ticker).embeddings.rows;
const blob = (header: string, halves: number) =>
  Buffer.concat([Buffer.from(`${header}\0`), Buffer.alloc(2 * halves, 0x38)]);

describe("binary rows", () => {
  test("are ten when all is well", () => expect(rowsOf(good)).toBe(10));

  test.each<[string, Partial<TestRow>, number]>([
    ["torn blob", { vectors: blob('["5A"]', 1) }, 9],
    ["blob too long", { vectors: blob('["5A"]', 3) }, 9],
    ["NULL blob", { vectors: null, hotkeys: ["5A"] }, 9],
    ["empty text for a blob", { vectors: "", hotkeys: ["5A"] }, 9],
    ["NULL price", { price: null }, 9],
    ["price as numeric text", { price: "100" }, 10],
    ["negative price", { price: -100 }, 9],
    ["minus infinity", { price: Number.NEGATIVE_INFINITY }, 9],
    ["plus infinity", { price: Number.POSITIVE_INFINITY }, 10],
    ["hotkeys NULL", { hotkeys: null }, 10],
    ["hotkeys [ ]", { hotkeys: "[ ]" }, 10],
    ["blob naming only an unlisted hotkey", { vectors: { "5X": [1, 1] }, hotkeys: [] }, 10],
    ["blob header an object", { vectors: blob('{"5A": 1}', 2), hotkeys: ["5A"] }, 10],
    ["blob header a string", { vectors: blob('"5"', 2), hotkeys: ["5A"] }, 10],
    ["blob of an unhashable entry, but torn", { vectors: blob('["5A"]', 5) }, 9],
  ])("%s", (_, change, count) => {
    expect(rowsOf(replaced(change))).toBe(count);
  });

  test("an infinite future price labels plus infinity, an infinite present one NaN", () => {
    const future = readAs("binary", replaced({ price: Number.POSITIVE_INFINITY }, 60), "ETH");
    expect(future.returns[0]).toBe(Number.POSITIVE_INFINITY);
    const present = readAs("binary", replaced({ price: Number.POSITIVE_INFINITY }, 0), "ETH");
    expect(present.returns[0]).toBeNaN();
  });

  test.each<[string, Partial<TestRow>, RegExp]>([
    ["blob without a zero byte", { vectors: Buffer.from('["5A"]') }, /ETH sidx 100: .*zero byte/],
    ["header not JSON", { vectors: blob("5A", 2) }, /ETH sidx 100: .*not JSON/],
    ["header not UTF-8", { vectors: Buffer.from([0xff, 0, 1, 1, 1, 1]) }, /ETH sidx 100: .*not UTF-8/],
    ["text instead of a blob", { vectors: "5A" }, /ETH sidx 100: embeddings are string/],
    ["empty hotkeys text", { hotkeys: "" }, /ETH sidx 100: column hotkeys is not JSON/],
    ["hotkeys not JSON", { hotkeys: "[5A]" }, /ETH sidx 100: column hotkeys is not JSON/],
    ["hotkeys a number", { hotkeys: "5" }, /ETH sidx 100: column hotkeys is not a list/],
    ["hotkeys null", { hotkeys: "null" }, /ETH sidx 100: column hotkeys is not a list/],
    ["hotkeys of mixed types", { hotkeys: ["5A", 7] }, /ETH sidx 100: .*not text: 7/],
    ["price that is no number", { price: "cheap" }, /ETH sidx 100: price is "cheap"/],
    ["price that is a blob", { price: Buffer.from([1]) }, /ETH sidx 100: price is a blob/],
  ])("%s is an error", (_, change, message) => {
    const reading = () => read(replaced(change), "ETH");
    expect(reading).toThrow(LedgerError);
    expect(reading).toThrow(message);
  });

  test("a damaged blob in a row without a label does no harm", () => {
    const broken = { vectors: Buffer.from('["5A"]'), hotkeys: ["5A"] };
    expect(rowsOf(replaced(broken, 65))).toBe(10);
    expect(rowsOf(replaced({ ...broken, price: 0 }, 3))).toBe(9);
  });

  test("torn blobs are counted", () => {
    const warnings = new ReadWarnings();
    read(replaced({ vectors: blob('["5A"]', 1) }), "ETH", { warnings });
    expect(warnings.tornBlobs).toEqual(new Map([["ETH", 1]]));
  });
});

describe("price maps", () => {
  const rows = (...texts: (string | null)[]): TestRow[] =>
    texts.map((priceData, i) => ({ ticker: "TRADEMIX", sidx: i, priceData, vectors: { "5A": [1, 0, 0, 0] } }));
  const first = (text: string) => [...readAs("asset", rows(text), "TRADEMIX").values];

  test("NULL, empty text, {} and nothing positive are skipped", () => {
    const data = readAs("asset", rows(null, "", "{}", '{"BTC": -1}', '{"BTC": NaN}', '{"BTC": 1}'), "TRADEMIX");
    expect([...data.sidx]).toEqual([5]);
  });

  test("numeric text, booleans, NaN and Infinity are taken as Python takes them", () => {
    expect(first('{"BTC": "60000.0", "ETH": true, "TAO": false, "SOL": Infinity}')).toEqual([
      60000,
      1,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    expect(first('{"BTC": 1, "ETH": NaN, "TAO": -2}')).toEqual([1, Number.NaN, -2, 0]);
  });

  test("the last of equal keys counts, unknown assets do not", () => {
    expect(first('{"BTC": 1, "ZZZ": null, "BTC": 2}')).toEqual([2, 0, 0, 0]);
  });

  test.each([
    ["bad JSON", '{"BTC": }', /not JSON/],
    ["a list", "[1]", /not an object/],
    ["null", "null", /not an object/],
    ["a null price", '{"BTC": null}', /no number for BTC/],
    ["a list for a price", '{"ETH": [1]}', /no number for ETH/],
    ["text that is no number", '{"ETH": "x"}', /no number for ETH/],
  ])("%s is an error naming the row", (_, text, message) => {
    for (const ticker of ["TRADEMIX", "MULTIXSEC", "FUNDINGXSEC"]) {
      const bad = [{ ticker, sidx: 42, priceData: text, hotkeys: ["5A"] }];
      expect(() => read(bad, ticker)).toThrow(message);
      expect(() => read(bad, ticker)).toThrow(`${ticker} sidx 42`);
    }
  });

  test("beyond the block limit nothing is parsed", () => {
    const later: TestRow[] = [...rows('{"BTC": 1}'), { ticker: "TRADEMIX", sidx: 100, priceData: "{" }];
    expect(readAs("asset", later, "TRADEMIX", { maxBlock: 400 }).embeddings.rows).toBe(1);
  });
});

test("a ticker without rows gives a reason", () => {
  expect(read([], "ETH")).toEqual({ reason: expect.stringContaining("no rows") });
  expect(read([{ ticker: "ETH", sidx: 1, price: 1 }], "ETH")).toEqual({ reason: expect.stringContaining("nobody") });
});
