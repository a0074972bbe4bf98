import { expect, test } from "vitest";
import { inspectLedger } from "../../src/ledger/inspect.js";
import { getProfile } from "../../src/profiles/index.js";
import { buildLedger, open, type TestRow } from "./build.js";

const profile = getProfile("2026-05");
const inspect = (rows: TestRow[], states = {}) => inspectLedger(open(buildLedger(rows, states)), profile);
const of = (rows: TestRow[], ticker: string) => inspect(rows).challenges.find((report) => report.ticker === ticker)!;

const clean = {
  gaps: 0,
  missingSamples: 0,
  nullPrices: 0,
  zeroPrices: 0,
  absentAssets: 0,
  nonFinitePrices: 0,
  frozenPrices: 0,
  tornBlobs: 0,
  vectors: 0,
  nonFiniteVectors: 0,
  unreadable: 0,
  damage: [],
};

test("an empty ledger", () => {
  const report = inspect([]);
  expect(report).toMatchObject({ rows: 0, firstBlock: 0, lastBlock: 0, days: 0, hotkeys: 0, unknownTickers: [] });
  expect(report).toMatchObject({ breakoutStates: 0, hasPriceData: true });
  expect(report.challenges.length).toBe(12);
  expect(report.challenges[0]).toEqual({ ticker: "ETH", kind: "binary", rows: 0, hotkeys: 0, ...clean });
});

test("spans, hotkeys, states and unknown tickers", () => {
  const rows: TestRow[] = [
    { ticker: "ETH", sidx: 100, price: 1, vectors: { a: [1, 1] } },
    { ticker: "CADUSD", sidx: 1540, price: 1, vectors: { a: [1, 1], b: [1, 1] } },
    { ticker: "OLDONE", sidx: 820, price: 1 },
  ];
  const report = inspect(rows, { BTC: {} });
  expect(report).toMatchObject({ rows: 3, firstBlock: 500, lastBlock: 7700, days: 1, hotkeys: 2, breakoutStates: 1 });
  expect(report.unknownTickers).toEqual(["OLDONE"]);
  expect(report.challenges[0]).toEqual({
    ...{ ticker: "ETH", kind: "binary", rows: 1, firstBlock: 500, lastBlock: 500, hotkeys: 1 },
    ...{ ...clean, vectors: 1 },
  });
});

test("gaps and single prices", () => {
  const prices = [...new Array(18).fill(5), null, 5, 0, -1, Number.POSITIVE_INFINITY, "7", "cheap"];
  const rows = prices.map((price, i): TestRow => ({ ticker: "ETH", sidx: i < 3 ? i : i + 4 * (i > 9 ? 2 : 1), price }));
  expect(of(rows, "ETH")).toMatchObject({
    ...{ gaps: 2, missingSamples: 8, nullPrices: 1, zeroPrices: 2, nonFinitePrices: 1, frozenPrices: 3 },
    ...{ unreadable: 1, damage: [expect.stringMatching(/^ETH sidx 32: price is "cheap"/)] },
  });
});

test("price maps", () => {
  const texts = ["{}", "", null, '{"BTC": 1, "ETH": -2, "TAO": 0, "SOL": NaN}', '{"BTC": 1, "ZZZ": 5}', "[]"];
  const rows = texts.map((priceData, sidx): TestRow => ({ ticker: "TRADEMIX", sidx, priceData }));
  expect(of(rows, "TRADEMIX")).toMatchObject({
    ...{ nullPrices: 3, zeroPrices: 2, nonFinitePrices: 1, absentAssets: 3, unreadable: 1 },
    damage: ["TRADEMIX sidx 5: price_data is not an object"],
  });
  const funding: TestRow[] = [{ ticker: "FUNDINGXSEC", sidx: 1, priceData: { BTC: 0, ETH: -1 } }];
  expect(of(funding, "FUNDINGXSEC")).toMatchObject({ zeroPrices: 0, absentAssets: 18 });
});

test("embeddings and hotkeys", () => {
  const torn = Buffer.from('["a"]\0\0\0\0');
  const rows: TestRow[] = [
    { ticker: "ETH", sidx: 0, price: 1, vectors: { a: [1, Number.NaN], b: [Number.POSITIVE_INFINITY, 0], c: [1, 1] } },
    { ticker: "ETH", sidx: 1, price: 1, vectors: torn, hotkeys: ["d"] },
    { ticker: "ETH", sidx: 2, price: 1, vectors: Buffer.from("[a]\0"), hotkeys: "[a]" },
    ...Array.from(
      { length: 8 },
      (_, i): TestRow => ({ ticker: "ETH", sidx: 3 + i, price: 1, vectors: Buffer.from("?") }),
    ),
  ];
  const report = of(rows, "ETH");
  expect(report).toMatchObject({ vectors: 3, nonFiniteVectors: 2, tornBlobs: 1, hotkeys: 4, unreadable: 10 });
  expect(report.damage.length).toBe(5);
  expect(report.damage[0]).toMatch(/^ETH sidx 2: column hotkeys is not JSON/);
  expect(report.damage[1]).toMatch(/^ETH sidx 2: the embeddings' list of hotkeys is not JSON/);
});
