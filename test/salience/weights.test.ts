/** Validator weights against the numbers of 30-aggregate §6 (checks 7 to 10) and 50-profile §9 (check 10). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validator as rules202605 } from "../../src/profiles/2026-05.js";
import { validator as rules202607 } from "../../src/profiles/2026-07.js";
import {
  chainWeights,
  type Metagraph,
  type SavedWeights,
  validatorWeights,
  type WeightResult,
} from "../../src/salience/weights.js";

type Numbers = Readonly<Record<string, number>>;

const graph = (block: number, hotkeys: readonly string[], uids = hotkeys.map((_, i) => i)): Metagraph => ({
  block,
  uids,
  hotkeys,
});
const map = (numbers: Numbers) => new Map(Object.entries(numbers));

function weigh(
  metagraph: Metagraph,
  salience: Numbers,
  firstBlocks: Numbers,
  previous?: SavedWeights,
  rules = rules202605,
): WeightResult {
  return validatorWeights({ metagraph, salience: map(salience), firstBlocks: map(firstBlocks), rules, previous });
}

function saved(result: WeightResult): Required<SavedWeights> {
  if ("unchanged" in result) throw new Error(result.unchanged);
  return result.saved;
}
const weights = (result: WeightResult) => [...saved(result).weights];
const FOUR = ["h0", "h1", "h2", "h3"];

describe("weights of profile 2026-05", () => {
  const first = { h1: 1000, h2: 2000, h3: 64001 };
  const salience = { h1: 0.6, h2: 0.3, h3: 0.1 };

  it("follows three blocks with a young miner and one that takes another's place", () => {
    const a = weigh(graph(100_000, FOUR), salience, first);
    expect(weights(a)).toEqual([0.30000001192092896, 0.46661999821662903, 0.23330999910831451, 7.000000186963007e-5]);
    const b = weigh(graph(101_000, FOUR), { h1: 0.2, h2: 0.8 }, first, saved(a));
    expect(weights(b)).toEqual([0.30000001192092896, 0.4176270067691803, 0.2823134958744049, 5.950000195298344e-5]);
    const churned = ["h0", "h1", "h9", "h3"];
    const c = weigh(graph(102_000, churned), { h1: 0.5, h9: 0.5 }, { h1: 1000, h9: 2000 }, saved(b));
    expect(weights(c)).toEqual([0.3947194218635559, 0.536138117313385, 0.06907589733600616, 6.654312164755538e-5]);
    expect(saved(c)).toMatchObject({ block: 102_000, uids: [0, 1, 2, 3], hotkeys: churned });
  });

  it("counts a hotkey of exactly 36,000 blocks as mature", () => {
    const result = weigh(graph(100_000, FOUR), salience, { ...first, h3: 64_000 });
    expect(weights(result)).toEqual([
      0.30000001192092896, 0.41999998688697815, 0.20999999344348907, 0.07000000029802322,
    ]);
    expect(result).toMatchObject({ youngUids: [] });
    expect(weigh(graph(100_000, FOUR), salience, first)).toMatchObject({ youngUids: [3] });
  });

  it("gives all young the same", () => {
    const all = weigh(graph(100_000, FOUR), salience, { h1: 99_000, h2: 99_000, h3: 99_000 });
    expect(weights(all)).toEqual([0.30000001192092896, ...Array(3).fill(0.23333333432674408)]);
  });

  it.each<[string, Metagraph, Numbers, RegExp]>([
    ["salience for UID 0 alone", graph(100_000, FOUR), { h0: 1 }, /all weights are equal/],
    ["salience outside the metagraph", graph(100_000, FOUR), { x: 1 }, /nobody in the metagraph/],
    ["no salience", graph(100_000, FOUR), {}, /nobody in the metagraph/],
    ["zero salience", graph(100_000, FOUR), { h1: 0, h2: 0 }, /no UID of the metagraph gets a share/],
    ["NaN", graph(100_000, FOUR), { h1: Number.NaN }, /no UID of the metagraph gets a share/],
    ["equal weights", graph(100_000, ["a", "b"], [1, 2]), { a: 0.5, b: 0.5 }, /all weights are equal/],
    ["nearly equal weights", graph(100_000, ["a", "b"], [1, 2]), { a: 0.5003, b: 0.4997 }, /nearly equal/],
  ])("keeps the previous weights on %s", (_, metagraph, shares, why) => {
    const result = weigh(metagraph, shares, {});
    expect(result).toEqual({ unchanged: expect.stringMatching(why) });
  });

  it("gives the miners everything when UID 0 is not registered", () => {
    const two = graph(100_000, ["a", "b"], [1, 2]);
    expect(weights(weigh(two, { a: 0.6, b: 0.4 }, {}))).toEqual([0.5999999642372131, 0.4000000059604645]);
    expect(weights(weigh(two, { a: 0.501, b: 0.499 }, {}))).toEqual([0.5009999871253967, 0.49900001287460327]);
  });

  it("averages by UID with a state that names no hotkeys", () => {
    const old = { block: 99_000, uids: [0, 2], weights: Float32Array.of(0.3, 0.7) };
    const result = weigh(graph(100_000, FOUR), { h1: 0.6, h2: 0.4 }, {}, old);
    expect(weights(result)).toEqual([0.30000001192092896, 0.06300000101327896, 0.6369999647140503, 0]);
  });

  it.each<[string, Metagraph, RegExp]>([
    ["a UID", graph(1, ["a", "b"], [1, 1]), /uid 1 occurs twice/],
    ["a hotkey", graph(1, ["a", "a"]), /hotkey a occurs twice/],
    ["the number of hotkeys", graph(1, ["a"], [0, 1]), /2 uids but 1 hotkeys/],
  ])("refuses a metagraph wrong in %s", (_, metagraph, why) => {
    expect(() => weigh(metagraph, { a: 1 }, {})).toThrow(why);
  });
});

describe("weights of profile 2026-07", () => {
  const hotkeys = ["own", "5A", "5B", "5C", "5D"];
  const first = { "5A": 100, "5B": 2000, "5C": 90_000, "5D": 3000 };
  const salience = { "5A": 0.3, "5B": 0.2, "5C": 0.1, "5D": 0.15, __burn__: 0.25 };
  const close = (result: WeightResult, expected: readonly number[]) => {
    weights(result).forEach((weight, i) => {
      expect(Math.abs(weight - expected[i]!)).toBeLessThan(1e-7);
    });
  };

  it("gives UID 0 what TRADE-MIX did not hand out, before the burn", () => {
    const a = weigh(graph(100_000, hotkeys), salience, first, undefined, rules202607);
    close(a, [0.530537486076355, 0.2166450023651123, 0.1444299966096878, 6.500000017695129e-5, 0.10832250118255615]);
    const b = weigh(
      graph(101_000, ["own", "5A", "5B", "5X", "5D"]),
      { "5A": 0.1, "5B": 0.5, "5D": 0.2, __burn__: 0.2 },
      { ...first, "5X": 100_900 },
      saved(a),
      rules202607,
    );
    close(b, [0.5153958201408386, 0.1711573451757431, 0.1986002922058105, 1.9500886992318556e-5, 0.1148270815610886]);
  });

  it("spreads it over the mature when UID 0 is young", () => {
    const result = weigh(graph(100_000, hotkeys), salience, { ...first, own: 99_000 }, undefined, rules202607);
    close(
      result,
      [0.3500649929046631, 0.29993999004364014, 0.19995999336242676, 6.500000017695129e-5, 0.14996999502182007],
    );
  });

  it("keeps the previous weights when there is nothing but that", () => {
    const result = weigh(graph(100_000, hotkeys), { __burn__: 1 }, {}, undefined, rules202607);
    expect(result).toEqual({ unchanged: "all weights are equal" });
    expect(weigh(graph(100_000, hotkeys), { __burn__: 1 }, {})).toEqual({
      unchanged: "nobody in the metagraph has salience",
    });
  });
});

describe("validatorWeights", () => {
  it("hands out one whole, whatever the salience and the churn", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const miner = fc.record({ score: share, first: fc.integer({ min: 0, max: 100_000 }), stays: fc.boolean() });
    fc.assert(
      fc.property(fc.array(miner, { minLength: 1, maxLength: 300 }), (miners) => {
        const name = (i: number) => `h${i}`;
        const salience = Object.fromEntries(miners.map(({ score }, i) => [name(i), score]));
        const first = Object.fromEntries(miners.map((miner, i) => [name(i), miner.first]));
        const a = weigh(
          graph(
            100_000,
            miners.map((_, i) => name(i)),
          ),
          salience,
          first,
        );
        if ("unchanged" in a) return;
        const after = miners.map(({ stays }, i) => (stays ? name(i) : `new${i}`));
        const b = weigh(graph(101_000, after), salience, first, a.saved);
        for (const result of "unchanged" in b ? [a] : [a, b]) {
          const values = weights(result);
          expect(values.every((value) => value >= 0)).toBe(true);
          expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-5);
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe("chainWeights", () => {
  it("scales the largest to 65535 and rounds ties to even", () => {
    expect(chainWeights([0, 0.25, 0.5])).toEqual([0, 32_768, 65_535]);
    expect(chainWeights([0.5 / 65_535, 1.5 / 65_535, 2.5 / 65_535, 1])).toEqual([0, 2, 2, 65_535]);
    expect(chainWeights(Float32Array.of(0.3, 0.46662, 0.23331, 7e-5))).toEqual([42_134, 65_535, 32_768, 10]);
    expect(chainWeights([0, 0])).toEqual([0, 0]);
    expect(chainWeights([])).toEqual([]);
  });
});
