import { describe, expect, test } from "vitest";
import { RangeWindow, replayBreakouts } from "../../src/ledger/replay.js";
import { ReadWarnings } from "../../src/ledger/warnings.js";
import type { BreakoutSample } from "../../src/trainingData.js";
import { buildLedger, open, type ReadSettings, read, readAs, type TestRow } from "./build.js";

type Pairs = Record<string, readonly number[]>;
const pairs = ({ embeddings }: BreakoutSample): Pairs => Object.fromEntries(embeddings);
const event = (s: BreakoutSample) => [s.triggerSidx, s.triggerBlock, s.resolutionBlock, s.direction, s.label];

/** Two assets, a range of eight samples: small enough to follow by hand. */
const small: ReadSettings = {
  overrides: new Map([["range_lookback_blocks", 40]]),
  change: { assets: ["BTC", "ETH"] },
};

const btc = [
  100, 101, 102, 103, 104, 108, 107.5, 106.9, 111, 112, 112.5, 100, 99, 97, 103.25, 104, 110, 96, 80, 79, 78,
];
const absent = Number.NaN;
const eth = [
  50,
  50.2,
  50.1,
  50.3,
  absent,
  50.9,
  50.4,
  50.6,
  49.5,
  49.8,
  49.9,
  50,
  50.9,
  51.5,
  51.4,
  51.45,
  51.8,
  51,
  50.1,
  49.2,
  49,
];
const market: TestRow[] = btc.map((price, i) => ({
  ticker: "MULTIXSEC",
  sidx: 1000 + i,
  priceData: Number.isNaN(eth[i]) ? { BTC: price } : { BTC: price, ETH: eth[i] },
}));
const forecasts: TestRow[] = btc.flatMap((_, i) =>
  i % 3 === 2
    ? []
    : [
        {
          ticker: "MULTIBREAKOUT",
          sidx: 1000 + i,
          price: 0,
          vectors: { hkB: [i / 100, 0, 0.3, 0.7], ...(i % 2 === 0 ? { hkA: [0, 0, 0.25, 0.75] } : {}) },
        },
      ],
);
const rows = [...market, ...forecasts];
const samples = (settings: ReadSettings = {}, more: TestRow[] = []) =>
  readAs("breakout", [...rows, ...more], "MULTIBREAKOUT", { ...small, ...settings }).samples;

describe("replay", () => {
  test("finds what the specification's prices hold, asset by asset", () => {
    const found = samples();
    expect(found.map((s) => [s.asset, ...event(s)])).toEqual([
      [0, 1004, 5020, 5025, 1, 1],
      [0, 1005, 5025, 5035, 1, 0],
      [0, 1008, 5040, 5055, 1, 0],
      [0, 1011, 5055, 5065, -1, 1],
      [0, 1013, 5065, 5070, -1, 0],
      [0, 1017, 5085, 5090, -1, 1],
      [1, 1008, 5040, 5045, -1, 0],
      [1, 1013, 5065, 5085, 1, 0],
    ]);
    expect(found.map(pairs)).toEqual([
      { hkA: [0, 0], hkB: [0.040008544921875, 0] },
      {},
      {},
      {},
      { hkB: [0.1300048828125, 0] },
      {},
      {},
      { hkB: [0.300048828125, 0.7001953125] },
    ]);
  });

  test("ends at the block limit", () => {
    const found = samples({ maxBlock: 5060 });
    expect(found.map((s) => [s.asset, s.triggerSidx])).toEqual([
      [0, 1004],
      [0, 1005],
      [0, 1008],
      [1, 1008],
    ]);
  });

  test("keeps all events and only active hotkeys", () => {
    const found = samples({ activeHotkeys: new Set(["hkA"]) });
    expect(found.length).toBe(8);
    expect(found.map(pairs).filter((map) => Object.keys(map).length > 0)).toEqual([{ hkA: [0, 0] }]);
  });

  test("keeps a pending breakout for exactly 43,200 blocks", () => {
    const late = (sidx: number): TestRow[] => [{ ticker: "MULTIXSEC", sidx, priceData: { BTC: 60 } }];
    const found = samples({}, late(9658));
    expect(event(found[6]!)).toEqual([1018, 5090, 48290, -1, 1]);
    expect(pairs(found[6]!)).toEqual({ hkA: [0, 0], hkB: [0.1800537109375, 0] });
    expect(samples({}, late(9659)).length).toBe(8);
  });

  const one = (prices: readonly number[], sidx = prices.map((_, i) => 1000 + i)) => {
    const some = prices.map(
      (price, i): TestRow => ({ ticker: "MULTIXSEC", sidx: sidx[i]!, priceData: { BTC: price } }),
    );
    const result = read(some, "MULTIBREAKOUT", { ...small, change: { assets: ["BTC"] } });
    if ("reason" in result) return [];
    return (result.data as { samples: readonly BreakoutSample[] }).samples.map((s) => [
      s.triggerSidx,
      s.resolutionBlock,
      s.direction,
      s.label,
    ]);
  };

  test.each([
    [[100, 101, 100, 101.1, 102.1, 110], [[1004, 5025, 1, 1]]],
    [[100, 100.5, 100, 100.9, 101.5, 110, 115], [[1005, 5030, 1, 1]]],
    [[100, 102, 100, 101, 103, 103.5], [[1004, 5025, 1, 1]]],
    [[100, 102, 100, 101, 103, 102.5], [[1004, 5025, 1, 0]]],
    [[100, 102, 100, 101, 102, 110], []],
    [
      [100, 102, 100, 101, 103, 103.5, 100, 100],
      [
        [1004, 5025, 1, 1],
        [1005, 5030, 1, 0],
      ],
    ],
  ])("edges: %j", (prices, events) => {
    expect(one(prices)).toEqual(events);
  });

  test("counts rows by sidx, not by place", () => {
    const prices = [100, 102, 100, 101, 103, 110];
    expect(one(prices, [1000, 1001, 1002, 1003, 1008, 1009])).toEqual([[1008, 5045, 1, 1]]);
    expect(one(prices, [1000, 1001, 1002, 1003, 1009, 1010])).toEqual([]);
    expect(one(prices, [0, 1, 2, 3, 4, 5])).toEqual([]);
  });

  test("agrees with a plain search of the window on wandering prices with holes", () => {
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
    const count = 3000;
    const sidx = new Int32Array(count);
    const prices = new Float64Array(count);
    let price = 100;
    for (let t = 0, at = 500; t < count; t++, at += random() < 0.05 ? 4 : 1) {
      price *= 1 + 0.02 * (random() - 0.5);
      sidx[t] = at;
      prices[t] = random() < 0.1 ? 0 : Math.round(price * 20) / 20;
    }
    const rules = { sampleEvery: 5, lookback: 40, barrier: 0.25, minRange: 0.01, maxPending: 900 };
    const window = new RangeWindow(sidx, count, rules.lookback);
    const found = replayBreakouts(sidx, prices, 1, 0, rules, window);
    expect(found.length).toBeGreaterThan(50);
    expect(found).toEqual(plainReplay(sidx, prices, rules));
    expect(replayBreakouts(sidx, prices, 1, 0, rules, window)).toEqual(found);
  });
});

/** The rules word for word, the window searched anew at every row. */
function plainReplay(
  sidx: Int32Array,
  prices: Float64Array,
  rules: { lookback: number; barrier: number; minRange: number; maxPending: number },
) {
  const events: unknown[] = [];
  const pending = new Map<1 | -1, { sidx: number; price: number; distance: number }>();
  for (let t = 0; t < prices.length; t++) {
    const p = prices[t]!;
    if (p <= 0) continue;
    for (const direction of [1, -1] as const) {
      const open = pending.get(direction);
      if (!open) continue;
      const onward = direction * (p - open.price) >= 0;
      const hit = onward
        ? direction === 1
          ? p >= open.price + open.distance
          : p <= open.price - open.distance
        : direction === 1
          ? p <= open.price - open.distance
          : p >= open.price + open.distance;
      if (5 * (sidx[t]! - open.sidx) > rules.maxPending) pending.delete(direction);
      else if (hit) {
        const [triggerBlock, resolutionBlock] = [5 * open.sidx, 5 * sidx[t]!];
        events.push({ triggerSidx: open.sidx, triggerBlock, resolutionBlock, direction, label: onward ? 1 : 0 });
        pending.delete(direction);
      }
    }
    const before = [...prices.subarray(0, t)].filter((q, u) => q > 0 && sidx[u]! >= sidx[t]! - rules.lookback);
    if (before.length < rules.lookback / 2) continue;
    const [low, high] = [Math.min(...before), Math.max(...before)];
    if (high - low < p * rules.minRange) continue;
    const opened = { sidx: sidx[t]!, price: p, distance: (high - low) * rules.barrier };
    if (p > high && !pending.has(1)) pending.set(1, opened);
    if (p < low && !pending.has(-1)) pending.set(-1, opened);
  }
  return events;
}

describe("persisted samples", () => {
  const completed = (trigger: number, resolution: number, embeddings: Record<string, number[]> = {}) => ({
    trigger_sidx: trigger,
    trigger_block: 5 * trigger,
    resolution_block: resolution,
    direction: 1,
    label: 1,
    embeddings,
  });
  const withStates = (states: Record<string, unknown>, settings: ReadSettings = {}) =>
    readAs("breakout", open(buildLedger(rows, states)), "MULTIBREAKOUT", { ...small, ...settings }).samples;

  test("come first, if they are older than the first price and inside the limit", () => {
    const states = {
      ETH: {
        completed: [
          completed(900, 4600, { hkA: [0.1, 0.2], hkB: [0.1, 0.2, 0.3, 0.4], hkC: [0.5] }),
          completed(1000, 5010),
          completed(950, 9999),
        ],
      },
      DOGE: { completed: [completed(900, 4600)] },
    };
    const found = withStates(states, { maxBlock: 5060 });
    expect(found.length).toBe(5);
    expect([found[0]!.asset, ...event(found[0]!)]).toEqual([1, 900, 4500, 4600, 1, 1]);
    expect(pairs(found[0]!)).toEqual({ hkA: [0.0999755859375, 0.199951171875], hkB: [0.300048828125, 0.39990234375] });
  });

  test("may lack embeddings, and a state may lack samples", () => {
    const { embeddings: _, ...bare } = completed(900, 4600);
    expect(withStates({ ETH: { completed: [bare] }, BTC: {} }).length).toBe(9);
  });

  test("of a vector with NaN are dropped and counted", () => {
    const warnings = new ReadWarnings();
    const state =
      '{"completed": [{"trigger_sidx": 9, "trigger_block": 45, "resolution_block": 50, "direction": -1, "label": 0, "embeddings": {"hk": [NaN, 0.5]}}]}';
    expect(pairs(withStates({ BTC: state }, { warnings })[0]!)).toEqual({});
    expect(warnings.nonFinite.get("hk")?.get("MULTIBREAKOUT")).toBe(1);
  });

  test.each([
    ["bad JSON", "{"],
    ["a list", "[]"],
    ["completed null", { completed: null }],
    ["no label", { completed: [{ ...completed(900, 4600), label: undefined }] }],
    ["no trigger", { completed: [{}] }],
    ["embeddings null", { completed: [{ ...completed(900, 4600), embeddings: null }] }],
    ["a scalar embedding", { completed: [{ ...completed(900, 4600), embeddings: { hkA: 1 } }] }],
    ["text in an embedding", { completed: [completed(900, 4600, { hkA: ["x", 1] as unknown as number[] })] }],
  ])("with %s are an error that names the asset", (_, state) => {
    expect(() => withStates({ ETH: state })).toThrow(/breakout_state of ETH/);
  });

  test("join the replay in the ledger's own check", () => {
    const long = (values: Record<number, number>) => Array.from({ length: 66 }, (_, i) => values[i] ?? 0);
    const prices = [
      ...Array.from({ length: 2880 }, (_, i) => (i % 2 ? 102 : 100)),
      ...[103, 103.4, 103.5, 103, 102.6, 99, 98.5],
    ];
    const series = prices.map((ETH, i): TestRow => ({ ticker: "MULTIXSEC", sidx: 10_000 + i, priceData: { ETH } }));
    series.push({
      ticker: "MULTIBREAKOUT",
      sidx: 12_880,
      vectors: { "5A": long({ 2: 0.7, 3: 0.3 }), "5B": long({ 0: 0.6, 1: 0.4 }) },
    });
    const states = {
      ETH: {
        completed: [
          completed(9000, 46_000, { "5A": [0.25, 0.75], "5Z": [0.1, 0.2] }),
          completed(10_000, 50_100),
          { ...completed(9500, 48_000, { "5A": long({ 2: 0.7, 3: 0.3 }) }), direction: -1, label: 0 },
        ],
      },
    };
    const settings = { activeHotkeys: new Set(["5A", "5B"]) };
    const source = open(buildLedger(series, states));
    const found = readAs("breakout", source, "MULTIBREAKOUT", settings).samples;
    expect(found.map((s) => [...event(s), pairs(s)])).toEqual([
      [9000, 45_000, 46_000, 1, 1, { "5A": [0.25, 0.75] }],
      [9500, 47_500, 48_000, -1, 0, { "5A": [0.7001953125, 0.300048828125] }],
      [12_880, 64_400, 64_410, 1, 1, { "5A": [0.7001953125, 0.300048828125], "5B": [0, 0] }],
      [12_882, 64_410, 64_420, 1, 0, {}],
    ]);
    expect(readAs("breakout", source, "MULTIBREAKOUT", { ...settings, maxBlock: 64_415 }).samples.length).toBe(3);
  });
});

describe("reasons for no data", () => {
  test("no prices, or none that resolve", () => {
    expect(read(forecasts, "MULTIBREAKOUT", small)).toEqual({ reason: expect.stringContaining("MULTIXSEC") });
    expect(read(market.slice(0, 3), "MULTIBREAKOUT", small)).toEqual({ reason: expect.stringContaining("resolved") });
  });

  test("prices beyond the limit only leave the persisted samples", () => {
    expect(read(rows, "MULTIBREAKOUT", { ...small, maxBlock: 10 })).toHaveProperty("reason");
  });
});

test("empty price text is an error here, though other readers skip it", () => {
  const bad: TestRow[] = [...market, { ticker: "MULTIXSEC", sidx: 2000, priceData: "" }];
  expect(() => read(bad, "MULTIBREAKOUT", small)).toThrow(/MULTIXSEC sidx 2000.*empty/);
});
