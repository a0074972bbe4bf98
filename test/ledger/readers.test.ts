import { describe, expect, test } from "vitest";
import { ReadWarnings } from "../../src/ledger/warnings.js";
import { read, readAs, rowOf, type TestRow } from "./build.js";

const zeros = (count: number) => new Array<number>(count).fill(0);

describe("binary", () => {
  const rows: TestRow[] = Array.from({ length: 70 }, (_, i) => ({
    ticker: "ETH",
    sidx: 1000 + i,
    price: i === 4 ? 0 : i === 5 ? null : 100 + 0.25 * i,
  }));
  const vectors: Record<number, Record<string, number[]>> = {
    0: { "5A": [0.3, -0.1], "5B": [0, 0] },
    1: { "5X": [0.5, 0.5] },
    2: { "5A": [0, 0] },
    3: { "5B": [-1, 1] },
    4: { "5A": [1, 1] },
    5: { "5A": [1, 1] },
    66: { "5C": [1, 1] },
  };
  for (const [i, map] of Object.entries(vectors)) rows[+i]!.vectors = map;

  test("keeps rows that somebody submitted to and whose future price is known", () => {
    const { embeddings, returns } = readAs("binary", rows, "ETH");
    expect(embeddings.hotkeys).toEqual(["5A", "5B", "5C", "5X"]);
    expect(embeddings.rows).toBe(3);
    expect(rowOf(embeddings, 0)).toEqual([0.300048828125, -0.0999755859375, ...zeros(6)]);
    expect(rowOf(embeddings, 1)).toEqual([...zeros(6), 0.5, 0.5]);
    expect(rowOf(embeddings, 2)).toEqual([0, 0, -1, 1, ...zeros(4)]);
    expect([...returns]).toEqual([0.15000000596046448, 0.14962594211101532, 0.1488833725452423]);
  });

  test("keeps a row of inactive hotkeys as zeros", () => {
    const { embeddings } = readAs("binary", rows, "ETH", { activeHotkeys: new Set(["5A", "5B", "5C"]) });
    expect(embeddings.hotkeys).toEqual(["5A", "5B", "5C"]);
    expect(embeddings.rows).toBe(3);
    expect(rowOf(embeddings, 1)).toEqual(zeros(6));
  });

  test("ends at the block limit, but looks beyond it for hotkeys and future prices", () => {
    const { embeddings } = readAs("binary", rows, "ETH", { maxBlock: 5001 });
    expect(embeddings.rows).toBe(1);
    expect(embeddings.hotkeys).toEqual(["5A", "5B", "5C", "5X"]);
    expect(readAs("binary", rows, "ETH", { maxBlock: 0 }).embeddings.rows).toBe(3);
  });

  test("has nothing when nobody active submitted", () => {
    expect(read(rows, "ETH", { activeHotkeys: new Set(["5Q"]) })).toEqual({
      reason: expect.stringContaining("active"),
    });
  });

  const still = (price: (i: number) => number): TestRow[] =>
    Array.from({ length: 100 }, (_, i) => ({
      ticker: "ETH",
      sidx: 5000 + i,
      price: price(i),
      vectors: { "5A": [0.5, 0.5] },
    }));

  test("drops rows from the 17th equal price on", () => {
    const returns = (price: (i: number) => number) => readAs("binary", still(price), "ETH").embeddings.rows;
    expect(returns((i) => (i < 20 ? 50 : 51 + i))).toBe(36);
    expect(returns((i) => (i === 10 ? 0 : i < 40 ? 50 : 51 + i))).toBe(26);
  });

  test("takes the length of a standstill from the constants", () => {
    const settings = { overrides: new Map([["MAX_UNCHANGED_TIMESTEPS", 3]]) };
    expect(
      readAs(
        "binary",
        still((i) => (i < 20 ? 50 : 51 + i)),
        "ETH",
        settings,
      ).embeddings.rows,
    ).toBe(24);
  });

  test("meets the aggregate's check: streak, null, zero and missing vectors together", () => {
    const payload: TestRow[] = Array.from({ length: 100 }, (_, s) => {
      const price = s === 50 ? null : s === 51 ? 0 : s < 40 ? 100 + Math.min(s, 5) : 120;
      const row: TestRow = { ticker: "ETH", sidx: s, price, vectors: { a: [0.25, 0.1], b: [0.5, -0.5] } };
      if (s === 10) row.vectors = {};
      if (s === 11) row.vectors = { b: [0, 0] };
      if (s === 12) row.vectors = { z: [0.5, 0.5] };
      return row;
    });
    const settings = { activeHotkeys: new Set(["a", "b"]) };
    const { embeddings, returns } = readAs("binary", payload, "ETH", settings);
    expect(embeddings.rows).toBe(19);
    expect([...returns.subarray(0, 5)]).toEqual([
      0.20000000298023224, 0.1881188154220581, 0.1764705926179886, 0.1650485396385193, 0.1538461595773697,
    ]);
    expect([...returns.subarray(5)]).toEqual(new Array(14).fill(0.1428571492433548));
    expect(rowOf(embeddings, 0)).toEqual([0.25, 0.0999755859375, 0.5, -0.5]);
    for (const [maxBlock, count] of [
      [100, 19],
      [99, 18],
      [55, 10],
    ] as const) {
      expect(readAs("binary", payload, "ETH", { ...settings, maxBlock }).embeddings.rows).toBe(count);
    }
    expect(read(payload, "ETH", { activeHotkeys: new Set(["q"]) })).toHaveProperty("reason");
  });

  test("keeps the last MAX_INDEX_HISTORY rows", () => {
    const many = still((i) => 50 + i);
    const full = readAs("binary", many, "ETH");
    const cut = readAs("binary", many, "ETH", { overrides: new Map([["MAX_INDEX_HISTORY", 7]]) });
    expect(full.embeddings.rows).toBe(40);
    expect(cut.embeddings.rows).toBe(7);
    expect([...cut.returns]).toEqual([...full.returns.subarray(33)]);
    expect(cut.embeddings.columns[0]!.length).toBe(14);
  });
});

describe("hitfirst and lbfgs", () => {
  const vectors = { "5B": [0.4, 0.35, 0.25] };
  const rows: TestRow[] = [
    { ticker: "ETHHITFIRST", sidx: 10, price: 3000, vectors },
    { ticker: "ETHHITFIRST", sidx: 11, price: 0, vectors },
    { ticker: "ETHHITFIRST", sidx: 12, price: Number.POSITIVE_INFINITY, vectors },
    { ticker: "ETHHITFIRST", sidx: 13, price: 3001, vectors: { "5A": [0.2, 0.3, 0.5] } },
    { ticker: "ETHHITFIRST", sidx: 14, price: 3002 },
  ];

  test("keep every row with a price", () => {
    const { embeddings, prices, sidx } = readAs("price", rows, "ETHHITFIRST");
    expect(rowOf(embeddings, 0)).toEqual([0, 0, 0, 0.39990234375, 0.35009765625, 0.25]);
    expect(rowOf(embeddings, 1)).toEqual([0.199951171875, 0.300048828125, 0.5, 0, 0, 0]);
    expect(rowOf(embeddings, 2)).toEqual(zeros(6));
    expect([...prices]).toEqual([3000, 3001, 3002]);
    expect([...sidx]).toEqual([10, 13, 14]);
  });

  test("keep the last MAX_BLOCK_HISTORY rows", () => {
    const overrides = new Map([["MAX_BLOCK_HISTORY", 2]]);
    const { embeddings, prices } = readAs("price", rows, "ETHHITFIRST", { overrides });
    expect([...prices]).toEqual([3001, 3002]);
    expect(rowOf(embeddings, 0)).toEqual([0.199951171875, 0.300048828125, 0.5, 0, 0, 0]);
  });
});

describe("cross-sections", () => {
  const assets = 33;
  const at = (values: Record<number, number>, width = assets) =>
    Array.from({ length: width }, (_, i) => values[i] ?? 0);
  const [BTC, ETH] = [0, 1];
  const rows: TestRow[] = [
    {
      ticker: "MULTIXSEC",
      sidx: 10,
      priceData: { BTC: 100, ETH: 50 },
      vectors: { z: at({ [BTC]: 0.1 }), a: at({ [ETH]: -0.3 }) },
    },
    { ticker: "MULTIXSEC", sidx: 11, priceData: null, vectors: { q: at({ [BTC]: 0.5 }) } },
    { ticker: "MULTIXSEC", sidx: 13, priceData: { ETH: 51, FOO: 3 }, vectors: { a: at({ [BTC]: 0.7 }) } },
    { ticker: "MULTIXSEC", sidx: 14, priceData: { FOO: 3 }, vectors: { a: at({ [BTC]: 0.7 }) } },
    { ticker: "MULTIXSEC", sidx: 15, priceData: { BTC: 101, ETH: 0 } },
    { ticker: "MULTIXSEC", sidx: 20, priceData: { BTC: 102 }, vectors: { late: at({ [BTC]: 0.9 }) } },
  ];

  test("xsec keeps rows with some positive price", () => {
    const { embeddings, values, sidx } = readAs("asset", rows, "MULTIXSEC");
    expect(embeddings.hotkeys).toEqual(["a", "late", "q", "z"]);
    expect([...sidx]).toEqual([10, 13, 15, 20]);
    expect([0, 1, 2, 3].map((t) => [values[t * assets], values[t * assets + 1]])).toEqual([
      [100, 50],
      [0, 51],
      [101, 0],
      [102, 0],
    ]);
    const first = rowOf(embeddings, 0);
    expect(first[ETH]).toBe(-0.300048828125);
    expect(first[3 * assets + BTC]).toBe(0.0999755859375);
    expect(rowOf(embeddings, 1)[BTC]).toBe(0.7001953125);
    expect(rowOf(embeddings, 3)[assets + BTC]).toBe(0.89990234375);
  });

  test("xsec gives a zero column to who only comes after the limit", () => {
    const { embeddings, sidx } = readAs("asset", rows, "MULTIXSEC", {
      maxBlock: 75,
      activeHotkeys: new Set(["a", "late"]),
    });
    expect(embeddings.hotkeys).toEqual(["a", "late"]);
    expect([...sidx]).toEqual([10, 13, 15]);
    expect(embeddings.columns[1]!.every((code) => code === 0)).toBe(true);
    expect(embeddings.columns[1]!.length).toBe(3 * assets);
  });

  test("xsec shares the price table as it is when every row is kept", () => {
    const { values, sidx } = readAs("asset", [rows[0]!, rows[2]!], "MULTIXSEC");
    expect([...sidx]).toEqual([10, 13]);
    expect(values.length).toBe(2 * assets);
  });

  test("xsec skips NULL prices and unknown assets", () => {
    const prices = [{ BTC: 60000, ETH: 3000 }, null, { BTC: 60001, ZZZ: 1 }, { ZZZ: 1 }];
    const some = prices.map(
      (priceData, i): TestRow => ({ ticker: "MULTIXSEC", sidx: 20 + i, priceData, hotkeys: ["5A"] }),
    );
    const { values, embeddings } = readAs("asset", some, "MULTIXSEC");
    expect(embeddings.rows).toBe(2);
    expect([...values.subarray(0, 3), ...values.subarray(33, 36)]).toEqual([60000, 3000, 0, 60001, 0, 0]);
  });

  test("funding keeps rows with some rate, zero and negative ones too", () => {
    const z = (v: number) => ({ z: at({ [BTC]: v }, 20) });
    const funding: TestRow[] = [
      { ticker: "FUNDINGXSEC", sidx: 10, priceData: { BTC: 1e-4, ETH: -2e-4 }, vectors: z(0.1) },
      { ticker: "FUNDINGXSEC", sidx: 12, priceData: { FOO: 1 }, vectors: z(0.2) },
      { ticker: "FUNDINGXSEC", sidx: 13, priceData: { BTC: 0 }, vectors: z(0.3) },
      { ticker: "FUNDINGXSEC", sidx: 14, priceData: {}, vectors: z(0.3) },
      { ticker: "FUNDINGXSEC", sidx: 25, priceData: '{"BTC": NaN, "ETH": -1e-05}' },
    ];
    const { embeddings, values, sidx } = readAs("asset", funding, "FUNDINGXSEC");
    expect([...sidx]).toEqual([10, 13, 25]);
    expect([...values.subarray(0, 3)]).toEqual([1e-4, -2e-4, Number.NaN]);
    expect([...values.subarray(20, 23)]).toEqual([0, Number.NaN, Number.NaN]);
    expect([...values.subarray(40, 43)]).toEqual([Number.NaN, -1e-5, Number.NaN]);
    expect([0, 1].map((t) => rowOf(embeddings, t)[BTC])).toEqual([0.0999755859375, 0.300048828125]);
  });

  test("trade mix keeps rows with some positive price and carries sidx", () => {
    const mix: TestRow[] = [
      { ticker: "TRADEMIX", sidx: 5, priceData: { BTC: 1, SOL: 2 }, vectors: { a: [1, 0, 0, -1] } },
      { ticker: "TRADEMIX", sidx: 7, priceData: { BTC: -1, ETH: 0 } },
      { ticker: "TRADEMIX", sidx: 9, priceData: { TAO: 3 } },
    ];
    const { embeddings, values, sidx } = readAs("asset", mix, "TRADEMIX");
    expect([...sidx]).toEqual([5, 9]);
    expect([...values]).toEqual([1, 0, 0, 2, 0, 0, 3, 0]);
    expect(rowOf(embeddings, 0)).toEqual([1, 0, 0, -1]);
  });
});

describe("hotkeys", () => {
  const row = (sidx: number, more: Partial<TestRow>): TestRow => ({ ticker: "ETHHITFIRST", sidx, price: 100, ...more });

  test("come from the hotkeys column only, in code point order", () => {
    const listed = ["z", "\u{10000}", "\uffee", "é", "A", 'q"\\'];
    const vectors = Object.fromEntries([...listed, "unlisted"].map((hotkey, i) => [hotkey, [i / 8, 0, 1]]));
    const { embeddings } = readAs(
      "price",
      [row(1, { vectors, hotkeys: listed }), row(2, { vectors, hotkeys: [] })],
      "ETHHITFIRST",
    );
    expect(embeddings.hotkeys).toEqual(["A", 'q"\\', "z", "é", "\uffee", "\u{10000}"]);
    expect(embeddings.columns.map((column) => column.length)).toEqual(zeros(6).fill(6));
    expect([0, 1].map((t) => rowOf(embeddings, t).filter((_, i) => i % 3 === 0))).toEqual(
      new Array(2).fill([4 / 8, 5 / 8, 0, 3 / 8, 2 / 8, 1 / 8]),
    );
  });

  test("may be listed after their vectors came", () => {
    const vectors = { late: [0.5, 0.25, 0.125] };
    const rows = [
      row(1, { vectors, hotkeys: ["x"] }),
      row(2, { hotkeys: ["late"] }),
      row(3, { vectors: { x: [1, 1, 1] } }),
    ];
    const { embeddings } = readAs("price", rows, "ETHHITFIRST");
    expect(rowOf(embeddings, 0)).toEqual([0.5, 0.25, 0.125, 0, 0, 0]);
    expect(rowOf(embeddings, 2)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test("are found in headers of any spelling", () => {
    const matrix = Buffer.from(Uint16Array.from([0x3c00, 0, 0, 0x4000, 0, 0]).buffer);
    const spelt = (header: string) => Buffer.concat([Buffer.from(`${header}\0`), matrix]);
    const headers = ['["a", "b"]', '["a","b"]', '["b", "a"]', ' [ "\\u0061" , "b" ] ', '["b", "b"]', '["a", 5]'];
    const rows = headers.map((header, i) => row(i, { vectors: spelt(header), hotkeys: ["a", "b"] }));
    const { embeddings } = readAs("price", rows, "ETHHITFIRST");
    const seen = headers.map((_, t) => rowOf(embeddings, t).filter((_, i) => i % 3 === 0));
    expect(seen).toEqual([
      [1, 2],
      [1, 2],
      [2, 1],
      [1, 2],
      [0, 2],
      [1, 0],
    ]);
  });

  test("whose names begin alike are told apart", () => {
    const names = ["5", "5A", "5AA", "5AB", "5B"];
    const rows = names.map((_, i) =>
      row(i, { vectors: Object.fromEntries(names.slice(i).map((name) => [name, [names.indexOf(name) + 1, 0, 0]])) }),
    );
    const { embeddings } = readAs("price", rows, "ETHHITFIRST");
    names.forEach((_, t) => {
      const seen = rowOf(embeddings, t).filter((_, i) => i % 3 === 0);
      expect(seen).toEqual(names.map((_, i) => (i >= t ? i + 1 : 0)));
    });
  });
});

describe("vectors with NaN or infinity", () => {
  const rows: TestRow[] = [
    { ticker: "ETHHITFIRST", sidx: 7, price: 100, vectors: { a: [0.5, Number.NaN, 1], b: [1, 1, 1] } },
    { ticker: "ETHHITFIRST", sidx: 8, price: 100, vectors: { a: [Number.NEGATIVE_INFINITY, 1, 1], b: [1, 1, 1] } },
  ];

  test("count as not submitted, and are counted", () => {
    const warnings = new ReadWarnings();
    const { embeddings } = readAs("price", rows, "ETHHITFIRST", { warnings });
    expect(rowOf(embeddings, 0)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(rowOf(embeddings, 1)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(warnings.nonFinite).toEqual(new Map([["a", new Map([["ETHHITFIRST", 2]])]]));
    expect(warnings.lines().join()).toMatch(/a: .*ETHHITFIRST 2/);
  });

  test("are an error with --strict", () => {
    expect(() => read(rows, "ETHHITFIRST", { strict: true })).toThrow(/ETHHITFIRST sidx 7: embedding of a /);
  });

  test("do not keep a binary row alive", () => {
    const price = (i: number) => 100 + i;
    const binary = Array.from(
      { length: 62 },
      (_, i): TestRow => ({ ticker: "ETH", sidx: i, price: price(i), vectors: { a: [Number.NaN, i] } }),
    );
    expect(read(binary, "ETH")).toHaveProperty("reason");
  });
});
