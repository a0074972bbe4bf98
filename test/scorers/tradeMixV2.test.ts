import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { general } from "../../src/profiles/2026-05.js";
import { profile, tradeMix } from "../../src/profiles/2026-07.js";
import type { TradeMixV2Constants } from "../../src/profiles/profile.js";
import type { ChallengeScore } from "../../src/scorers/scorer.js";
import { bookSimilarity } from "../../src/scorers/tradeMixV2/books.js";
import { erfc, evidence, fitScales, forwardSums, labelNorms } from "../../src/scorers/tradeMixV2/evidence.js";
import { factorStructure, splitPositions } from "../../src/scorers/tradeMixV2/factors.js";
import { hourlyRows, samplesPerHour } from "../../src/scorers/tradeMixV2/panel.js";
import { falseDiscoveryGate, priorityClusters, softplus } from "../../src/scorers/tradeMixV2/payment.js";
import { BURN_KEY, scoreTradeMixV2 } from "../../src/scorers/tradeMixV2.js";
import type { AssetData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { halfCode } from "../helpers/half.js";
import { distance, lehmer } from "./tradeMixMarket.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "TRADEMIX")!;
const constantsWith = (changes: Partial<TradeMixV2Constants> = {}): TradeMixV2Constants => ({
  ...general,
  ...tradeMix,
  ...changes,
});

function score(kernel: Kernel, data: AssetData, changes: Partial<TradeMixV2Constants> = {}): Promise<ChallengeScore> {
  const executor = inlineExecutor(kernel);
  return scoreTradeMixV2(data, { challenge, constants: constantsWith(changes), executor, meta: "cd" });
}

function closeTo(found: ArrayLike<number>, expected: readonly number[], digits = 13): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, digits);
}

it("has its weight in the challenge table", () => {
  expect(challenge.weight).toBe(2.6250000000000004);
});

describe("gates and clusters", () => {
  it("controls the false-discovery rate (check 4)", () => {
    const all = (count: number): boolean[] => Array(count).fill(true);
    expect(falseDiscoveryGate([0.04, 0.001, 0.03, 0.02, 0.5], all(5), 0.05)).toEqual([true, true, true, true, false]);
    expect(falseDiscoveryGate([0.011, 0.011, 0.2], all(3), 0.02)).toEqual([true, true, false]);
    expect(falseDiscoveryGate([0.02, 0.04, 0.06], all(3), 0.05)).toEqual([false, false, false]);
    expect(falseDiscoveryGate([0.001, 0.9], [false, true], 0.05)).toEqual([false, false]);
  });

  it("clusters by priority (check 5)", () => {
    const similarity = Float64Array.of(1, 0.96, 0.94, 0.1, 0.96, 1, 0.97, 0.1, 0.94, 0.97, 1, 0.1, 0.1, 0.1, 0.1, 0);
    expect(priorityClusters(similarity, [1, 1, 2, 0], 0.95)).toEqual([[1, 2], [0], [3]]);
    expect(priorityClusters(similarity, [1, 1, 0, 0], 0.95)).toEqual([[0, 1], [2], [3]]);
  });
});

describe("hourly panel (check 8)", () => {
  it("takes the row at or after each mark", () => {
    const sidx = Int32Array.of(
      ...[1000, 1001, 1061, 1075, 1118, 1119, 1125, 1180, 1240, 1300, 1360, 1420, 1480, 1540, 1600, 1660, 1719],
    );
    expect(samplesPerHour(5)).toBe(60);
    expect(samplesPerHour(300)).toBe(1);
    // Row 9 falls out later, for its price.
    expect(hourlyRows(sidx, 60)).toEqual([0, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
  });
});

it("sums forward (check 2)", () => {
  expect([...forwardSums(Float64Array.of(1, 2, 3, 4, 5), 1, 2)]).toEqual([5, 7, 9, Number.NaN, Number.NaN]);
  expect([...forwardSums(Float64Array.of(1, 2), 1, 2)]).toEqual([Number.NaN, Number.NaN]);
});

describe.each(backends)("TRADE-MIX v2 ($backend)", ({ kernel }) => {
  it("estimates factors from earlier rows (check 1)", () => {
    const prices = Float64Array.of(
      ...[100, 50, 101, 50.5, 100.5, 51, 102, 50.25, 101, 50, 103, 51.5, 104, 51, 103.5, 52, 105, 52.5],
    );
    const factors = factorStructure(
      kernel,
      prices,
      2,
      constantsWith({ warmup_hours: 4, refresh_hours: 2, vol_window_hours: 5, beta_window_hours: 6 }),
    );
    const row = (values: Float64Array, t: number): Float64Array => values.subarray(2 * t, 2 * t + 2);
    closeTo(row(factors.weights, 3), [0.5, 0.5]);
    closeTo(row(factors.weights, 4), [0.5637678149096249, 0.4362321850903751]);
    closeTo(row(factors.weights, 5), [0.5637678149096249, 0.4362321850903751]);
    closeTo(row(factors.weights, 6), [0.5697167988709602, 0.4302832011290399]);
    closeTo(row(factors.weights, 8), [0.605217151566747, 0.39478284843325295]);
    closeTo(row(factors.betas, 4), [1.1277638832072185, 1.369766632807714]);
    closeTo(row(factors.betas, 6), [1.0422774699406527, 1.269389570224755]);
    closeTo(row(factors.betas, 8), [1.0342969097163697, 1.3020468419594327]);
    closeTo([factors.market[4], factors.market[8]], [-0.007730133769107663, 0.012486165825499954], 15);
    closeTo(row(factors.residuals, 8), [0.0014743347245789306, -0.006688121765123421], 15);

    const positions = Float64Array.from({ length: 18 }, (_, i) => (i % 2 === 0 ? 0.5 : -0.25));
    const { market, relative } = splitPositions(positions, factors, 2);
    closeTo([market[0], market[4], market[6]], [0.125, 0.17282586118221868, 0.17728759915322012]);
    closeTo(row(relative, 0), [0.375, -0.375]);
    closeTo(row(relative, 4), [0.30509323567450936, -0.4867310979336611]);
    closeTo(row(relative, 6), [0.31521712970272914, -0.47504702929528475]);
  });

  describe("evidence (check 3)", () => {
    const time = Float64Array.from({ length: 60 }, (_, t) => t);
    const x = time.map((t) => (((7 * t) % 11) - 5) / 5);
    const other = time.map((t) => (((3 * t + 1) % 7) - 3) / 3);
    const y = time.map((t) => (((5 * t + 3) % 13) - 6) / 100);
    const label = (horizon: number): Float64Array => forwardSums(y, 1, horizon).map((v) => (Number.isNaN(v) ? 0 : v));
    const [y2, y3] = [label(2), label(3)];
    const beside = (a: Float64Array, b: Float64Array): Float64Array =>
      Float64Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? a : b)[i >> 1]);

    function test(
      signal: Float64Array,
      all: Float64Array[],
      weights: number[],
      minShift: number,
      columns = 1,
    ): number[] {
      const [sums] = kernel.shiftSums([signal], all, columns);
      const { t, p } = evidence(kernel, sums, fitScales(signal, labelNorms(all)), weights, minShift);
      return [t, p];
    }

    it("adds shifted products", () => {
      const [[sums]] = kernel.shiftSums([x], [y2], 1);
      expect(sums.length).toBe(60);
      closeTo(sums.subarray(0, 4), [-0.136, 0.058, -0.09, -0.066], 14);
    });

    it("standardises the fit and finds its p-value", () => {
      closeTo(test(x, [y2, y3], [0.5, 0.5], 5), [-0.8369754455184498, 0.8076923076923077], 12);
      closeTo(
        test(
          x.map((v) => -v),
          [y2],
          [1],
          5,
        ),
        [1.1245664916605111, 0.13038638982800987],
        12,
      );
      closeTo(test(y2, [y2], [1], 5), [3.2440093001553643, 0.000589299489834683], 12);
      closeTo(test(beside(x, other), [beside(y2, y3)], [1], 4, 2), [-0.6788657185901071, 0.7407407407407407], 12);
    });

    it("has none of short, silent or constant signals", () => {
      expect(test(x.subarray(0, 14), [y2.subarray(0, 14)], [1], 5)).toEqual([0, 1]);
      expect(test(new Float64Array(60), [y2], [1], 5)).toEqual([0, 1]);
      const constant = new Float64Array(60).fill(0.3);
      const [sums] = kernel.shiftSums([constant], [y2], 1);
      expect(evidence(kernel, sums, fitScales(constant, labelNorms([y2])), [1], 5)).toEqual({
        t: 0,
        p: 1,
        degenerate: true,
      });
    });
  });

  it("projects on senior books (check 6)", () => {
    const books = [Float64Array.of(1, 0, 0, 1), Float64Array.of(1, 1, 1, 0), Float64Array.of(0, 2, 1, 1)];
    const split = books.map((relative) => ({ relative, market: new Float64Array(2) }));
    const similarity = bookSimilarity(kernel, split, 2, 720);
    closeTo(
      [similarity[1], similarity[2], similarity[5]],
      [0.4082482904633386, 0.2886751345944909, 0.7071067811858507],
    );
    const [first, second, third] = kernel.residualBooks(books, Int32Array.of(2, 1, 0), similarity, 0.2);
    closeTo(first, [0.6666666666666667, -0.3333333333333333, -0.3333333333333333, 1]);
    closeTo(second, [1, 0, 0.5, -0.5]);
    expect(third).toEqual(books[2]);
  });

  it("has a smooth ramp and the complementary error function (check 7)", () => {
    closeTo(
      [-2, 0, 3.5].map((x) => softplus(kernel, x)),
      [0.1269280110429725, Math.LN2, 3.5297504182726205],
      15,
    );
    expect(softplus(kernel, -50) / 1.9287498479639178e-22).toBeCloseTo(1, 13);
    // math.erfc of Python
    const expected = [
      [0, 1],
      [0.001, 0.9988716212090307],
      [0.5, 0.4795001221869535],
      [1.9999, 0.004679802092970608],
      [2, 0.004677734981047265],
      [3.7, 1.6715105790914596e-7],
      [6, 2.1519736712498916e-17],
    ];
    for (const [x, value] of expected) expect(erfc(kernel, x) / value).toBeCloseTo(1, 12);
  });

  describe("entry (check 9)", () => {
    const flat = (rows: number): AssetData => ({
      kind: "trade_mix",
      embeddings: { hotkeys: ["5A"], columns: [new Uint16Array(rows).fill(0x3800)], width: 1, rows },
      values: new Float64Array(rows).fill(1),
      sidx: Int32Array.from({ length: rows }, (_, t) => t),
    });

    it.each([
      [9, "no_usable_rows"],
      [100, "warmup"],
      [287, "warmup"],
    ])("burns everything with %i rows", async (rows, reason) => {
      const { shares, diagnostics } = await score(kernel, flat(rows), { SAMPLE_EVERY: 300 });
      expect([...shares]).toEqual([[BURN_KEY, 1]]);
      expect(diagnostics.reason).toBe(reason);
    });

    it("has nothing to say without hotkeys", async () => {
      const data = flat(300);
      const { shares } = await score(kernel, { ...data, embeddings: { ...data.embeddings, hotkeys: [], columns: [] } });
      expect(shares.size).toBe(0);
    });
  });

  describe("end to end (check 10)", () => {
    const data = syntheticHours();
    const paid = { "5Ha": 0.15, "5Ga": 0.05, "5Da": 0.15, [BURN_KEY]: 0.65 };
    const hourly = { SAMPLE_EVERY: 300 };

    it("draws the market of the check", () => {
      closeTo(
        data.values.subarray(4, 8),
        [98.98080697491802, 198.41236963375115, 297.3947237925114, 396.6304704633683],
      );
      closeTo(
        data.values.subarray(-4),
        [115.2995160287268, 169.44789572190538, 377.81273814442096, 386.947973838037],
        10,
      );
    });

    it("tests, gates and pays", async () => {
      const { shares, diagnostics } = await score(kernel, data, hourly);
      const miners = diagnostics.miners as Record<string, Record<string, number>>;
      const order = ["5Hb", "5Ha", "5Ga", "5Ca", "5Da", "5Ea"];
      const column = (name: string): number[] => order.map((hotkey) => miners[hotkey][name]);
      closeTo(
        column("t_rv"),
        [
          -1.327945089872921, 6.218111172818729, -2.019429650152024, -0.3673286692511554, 2.117464080146849,
          -0.37779708108435206,
        ],
        11,
      );
      closeTo(
        column("p_rv"),
        [0.8622641509433963, 2.515875092325903e-10, 1, 0.6075471698113207, 0.0018867924528301887, 0.6547169811320754],
        12,
      );
      closeTo(
        column("t_beta"),
        [
          -1.5609508204466378, -1.6506376470309916, 2.6139655386606693, 0.2884317544110896, -3.315031899701397,
          -0.4160065469038896,
        ],
        11,
      );
      closeTo(
        column("p_beta"),
        [0.9433962264150944, 0.9622641509433962, 0.0018867924528301887, 0.3339622641509434, 1, 0.7283018867924528],
        12,
      );
      closeTo(column("profit_rv"), [0.8256713824195778, 0.8261180574320973, 0, 0, 0.41153814959901563, 0], 12);
      closeTo(
        column("profit_beta"),
        [
          0.0020087822911188692, 2.524525058137869e-6, 0.20210733759832375, 0.035287592256877616, 0,
          0.025831678429981943,
        ],
        12,
      );
      closeTo(column("coverage"), [1, 1, 0.9722222222222222, 1, 0.7916666666666666, 1], 14);
      expect(order.filter((hotkey) => miners[hotkey].gate_rv)).toEqual(["5Ha", "5Da"]);
      expect(order.filter((hotkey) => miners[hotkey].gate_beta)).toEqual(["5Ga"]);
      expect(distance(shares, paid)).toBeLessThan(1e-13);
      expect([...shares.keys()].at(-1)).toBe(BURN_KEY);
    });

    it("pays the same from minute samples", async () => {
      const sidx = data.sidx.map((t) => 60 * t);
      expect(distance((await score(kernel, { ...data, sidx })).shares, paid)).toBeLessThan(1e-13);
    });

    it.each([
      [{ miner_cap: 1 }, { "5Ha": 0.7007935065303408, "5Ga": 0.25, "5Da": 0.04920649346965919 }],
      [
        { seniority_cosine: 2, miner_cap: 1 },
        { "5Hb": 0.28383629734882754, "5Ha": 0.28383629734882754, "5Ga": 0.25, "5Da": 0.18232740530234498 },
      ],
      [
        { seniority_cosine: 2, miner_cap: 0.4 },
        {
          "5Hb": 0.28383629734882754,
          "5Ha": 0.28383629734882754,
          "5Ga": 0.1,
          "5Da": 0.18232740530234498,
          [BURN_KEY]: 0.15,
        },
      ],
      [
        { seniority_cosine: 2, miner_cap: 0.5, dedup_cosine: 0.999 },
        {
          "5Hb": 0.30449754944358653,
          "5Ha": 0.3417243538372238,
          "5Ga": 0.125,
          "5Da": 0.1037780967191896,
          [BURN_KEY]: 0.125,
        },
      ],
    ])("with %o", async (changes, expected) => {
      const { shares } = await score(kernel, data, { ...hourly, ...changes });
      expect(distance(shares, expected as Record<string, number>)).toBeLessThan(1e-12);
    });
  });
});

/** Six miners over 720 hours (53 §13, check 10), columns by ascending hotkey. */
function syntheticHours(): AssetData {
  const [rows, assets] = [720, 4];
  const draw = lehmer(2024);
  const values = new Float64Array(rows * assets);
  values.set([100, 200, 300, 400]);
  for (let t = 1; t < rows; t++) {
    const common = draw() - 0.5;
    for (let a = 0; a < assets; a++) {
      const i = t * assets + a;
      values[i] = values[i - assets] * (1.0 + 0.01 * common + 0.02 * (draw() - 0.5));
    }
  }
  const names = ["5Hb", "5Ha", "5Ga", "5Ca", "5Da", "5Ea"];
  const columns = names.map(() => new Uint16Array(rows * assets));
  for (let block = 0; block < 30; block++) {
    const from = 24 * block;
    const to = Math.min(from + 24, rows - 1);
    const gains = [0, 1, 2, 3].map((a) => values[to * assets + a] / values[from * assets + a] - 1);
    const mean = (gains[0] + gains[1] + gains[2] + gains[3]) / 4;
    for (let a = 0; a < assets; a++) {
      const rv = gains[a] > mean ? 1 : -1;
      const be = mean > 0 ? 1 : -1;
      const n = Array.from({ length: 6 }, () => 2 * draw() - 1);
      const held = [
        0.375 * rv + 0.375 * n[0],
        0.375 * rv + 0.375 * n[0] + 0.0625 * n[1],
        0.5 * be + 0.375 * n[2],
        n[3],
        0.25 * rv + 0.5 * n[4],
        0.5 * n[5],
      ];
      for (const [j, value] of held.entries()) {
        const code = halfCode(Math.floor(1024 * value + 0.5) / 1024);
        for (let t = from; t < from + 24; t++) columns[j][t * assets + a] = code;
      }
    }
  }
  columns[4].fill(0, 0, 150 * assets);
  columns[2].fill(0, 300 * assets, 320 * assets);
  const order = [...names.keys()].sort((i, j) => (names[i] < names[j] ? -1 : 1));
  return {
    kind: "trade_mix",
    embeddings: { hotkeys: order.map((j) => names[j]), columns: order.map((j) => columns[j]), width: assets, rows },
    values,
    sidx: Int32Array.from({ length: rows }, (_, t) => t),
  };
}
