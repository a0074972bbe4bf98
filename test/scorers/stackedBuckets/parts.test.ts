/** 42-profile-2025-10 checks 1 to 5 and 8: labels, weights, projection, minimiser, pool, stacking, combination. */
import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/kernel/ops/opinionPool.js";
import { sharesOfLosses } from "../../../src/scorers/stackedBuckets/classifier.js";
import { combine, isUniform } from "../../../src/scorers/stackedBuckets/combine.js";
import { minimise } from "../../../src/scorers/stackedBuckets/minimise.js";
import { pathHits, returnBuckets, rollingDeviation } from "../../../src/scorers/stackedBuckets/returns.js";
import { projectToSimplex } from "../../../src/scorers/stackedBuckets/simplex.js";
import { fitStack } from "../../../src/scorers/stackedBuckets/stack.js";
import { halfLifeWeights, walkForward } from "../../../src/scorers/stackedBuckets/windows.js";
import { backends } from "../../helpers/backends.js";
import { lcg } from "../../helpers/lcg.js";
import { readingValues, standIn } from "../../helpers/poolData.js";

const EPS = 1e-12;

function expectNear(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-14): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `${actual[i]} against ${value}`).toBeLessThanOrEqual(tolerance);
  });
}

describe("walk-forward windows", () => {
  it("begins once a fit has enough rows, and keeps an embargo", () => {
    expect(walkForward(9500, 1440, 7261, 60)).toEqual([{ fitEnd: 8640, from: 8700, to: 9500 }]);
    expect(walkForward(8700, 1440, 7261, 60)).toEqual([]);
    expect(walkForward(8701, 1440, 7261, 60)).toEqual([{ fitEnd: 8640, from: 8700, to: 8701 }]);
    expect(walkForward(16000, 1440, 7261, 60).map(({ from, to }) => [from, to])).toEqual([
      [8700, 10140],
      [10140, 11580],
      [11580, 13020],
      [13020, 14460],
      [14460, 15900],
      [15900, 16000],
    ]);
    expect(walkForward(10140, 1440, 7261, 60)).toHaveLength(1);
  });
});

describe("simplex projection (check 2)", () => {
  it.each([
    [
      [0.5, 0.2, 0.9],
      [0.30000000000000004, 5.551115123125783e-17, 0.7000000000000001],
    ],
    [
      [-1, -2, -3],
      [1, 0, 0],
    ],
    [
      [0.3, 0.3, 0.3],
      [0.33333333333333337, 0.33333333333333337, 0.33333333333333337],
    ],
    [
      [2, 0, 0],
      [1, 0, 0],
    ],
  ])("%j", (v, expected) => {
    expect([...projectToSimplex(Float64Array.from(v))]).toEqual(expected);
  });

  it("gives even shares where rounding leaves none", () => {
    expect([...projectToSimplex(Float64Array.of(1e300, 1e300))]).toEqual([0.5, 0.5]);
    expect([...projectToSimplex(Float64Array.of(Number.NaN, 1))]).toEqual([0.5, 0.5]);
  });
});

describe("minimiser (check 3)", () => {
  const quadratic: Objective = ([x, y], gradient) => {
    gradient.set([x + 1, 10 * y]);
    return 0.5 * (x * x + 10 * y * y) + x;
  };
  const rosenbrock: Objective = ([x, y], gradient) => {
    const d = y - x * x;
    gradient.set([-2 * (1 - x) - 400 * x * d, 200 * d]);
    return (1 - x) * (1 - x) + 100 * d * d;
  };

  it("reaches the minimum of a quadratic function", () => {
    const { x, iterations, gradientNorm } = minimise(quadratic, Float64Array.of(3, -2));
    expectNear(x, [-1.000000029786994, 3.406816278062656e-8]);
    expect(iterations).toBe(9);
    expect(gradientNorm).toBeCloseTo(3.4198133945471263e-7, 15);
  });

  it("stalls where the function is not convex", () => {
    const start = Float64Array.of(-1.2, 1);
    expect(minimise(rosenbrock, start, 5).value).toBeCloseTo(4.110818504445316, 13);
    const { x, value, iterations, gradientNorm } = minimise(rosenbrock, start);
    expectNear(x, [-0.8602435052, 0.747018939], 1e-9);
    expect(value).toBeCloseTo(3.4654059699549173, 9);
    expect(gradientNorm).toBeCloseTo(1.91854516, 7);
    expect(iterations).toBe(200);
  });

  it("stays where the value is not a number, and counts the search", () => {
    const nowhere: Objective = () => Number.NaN;
    expect(minimise(nowhere, Float64Array.of(0, 1))).toMatchObject({ x: Float64Array.of(0, 1), iterations: 1 });
  });
});

describe("combination (check 8)", () => {
  const classifier = new Map(Object.entries({ a: 0.5, b: 0.3, c: 0.2, z: 0 }));
  const hotkeys = ["a", "b", "c", "d", "z"];

  it("takes half of each", () => {
    const combined = combine(hotkeys, classifier, new Map(Object.entries({ a: 0.1, b: 0.2, d: 0.7 })));
    expect([...combined.keys()]).toEqual(["a", "b", "c", "d"]);
    expectNear([...combined.values()], [0.30000000000000004, 0.25, 0.09999999999999999, 0.35], 1e-16);
  });

  it("leaves out a uniform map", () => {
    const combined = combine(hotkeys, classifier, new Map(Object.entries({ a: 0.5, b: 0.5 })));
    expect(Object.fromEntries(combined)).toEqual({ a: 0.5, b: 0.3, c: 0.2 });
    expect(combine(hotkeys, new Map([["a", 1]]), new Map()).size).toBe(0);
  });

  it("calls a map uniform within 1e-12 of its first value", () => {
    expect(isUniform(new Map())).toBe(true);
    expect(isUniform(new Map(Object.entries({ a: 0, b: 0 })))).toBe(true);
    expect(isUniform(new Map(Object.entries({ a: 0.5, b: 0.5 - 9e-13 })))).toBe(true);
    expect(isUniform(new Map(Object.entries({ a: 0.5, b: 0.5 - 2e-12 })))).toBe(false);
  });
});

describe.each(backends)("on the $backend backend", ({ kernel }) => {
  describe("buckets (check 1)", () => {
    const prices = [100, 101, 99, 100.5, 103, 102, 104, 101, 98, 99, 100, 107, 108, 100, 95, 96.5];
    const logPrices = kernel.logAll(Float64Array.from(prices, (price) => price + EPS));

    it.each([
      [1, 4, [3, 2, 3, 1, 1, 2, 2, 3, 2, 1, 2, 2]],
      [2, 5, [2, 2, 1, 2, 2, 3, 3, 1, 1, 2]],
    ])("horizon %d, window %d", (horizon, window, expected) => {
      const buckets = returnBuckets(logPrices, horizon, window, EPS);
      expect([...buckets!.labels]).toEqual([...Array(window - 1).fill(255), ...expected]);
      expect(returnBuckets(logPrices.subarray(0, horizon + window), horizon, window, EPS)).toBeUndefined();
    });

    it("has the sample deviation of every window", () => {
      const deviation = [...rollingDeviation(Float64Array.of(1, 2, 4, 7, 1), 3)];
      expect(deviation).toEqual([1.5275252316519468, 2.516611478423583, 3]);
      expect(rollingDeviation(Float64Array.of(1, 2), 3)).toHaveLength(0);
    });

    it("sees which multiples of the deviation the path goes against the bucket", () => {
      const draw = lcg(3);
      const [rows, horizon, window] = [600, 7, 20];
      let level = 0;
      const path = Float64Array.from({ length: rows }, () => {
        level += 0.01 * (draw() - 0.5);
        return level;
      });
      const buckets = returnBuckets(path, horizon, window, EPS)!;
      const hits = pathHits(kernel, path, buckets, horizon);
      const seen = new Set<number>();
      for (let t = 1; t < rows - horizon; t++) {
        const moves = [...path.subarray(t, t + horizon + 1)].map((value) => value - path[t - 1]);
        const [up, down] = [Math.max(...moves), Math.min(...moves)];
        const outer = buckets.labels[t] !== 2 && buckets.labels[t] !== 255;
        const expected = [0.5, 1, 2].reduce((bits, m, j) => {
          const hit = buckets.labels[t] > 2 ? down <= -m * buckets.sigma[t] : up >= m * buckets.sigma[t];
          return bits | (outer && hit ? 1 << j : 0);
        }, 0);
        expect(hits[t]).toBe(expected);
        seen.add(expected);
      }
      expect(seen.size).toBeGreaterThan(2);
    });
  });

  it("halves weights with age (check 2)", () => {
    const times = Int32Array.of(0, 5, 10);
    expectNear(
      halfLifeWeights(kernel, times, 1, 10),
      [0.6796227589829593, 0.9611317230511224, 1.3592455179659186],
      1e-15,
    );
    expectNear(
      halfLifeWeights(kernel, times, 1440, 5),
      [0.9995186864265221, 0.9999999227666883, 1.00048139080679],
      1e-15,
    );
    expect(halfLifeWeights(kernel, new Int32Array(0), 1440, 5)).toHaveLength(0);
  });

  describe("skill, forecast and contributions (check 4)", () => {
    const p = [
      [
        [0.1, 0.2, 0.4, 0.2, 0.1],
        [0.2, 0.2, 0.2, 0.2, 0.2],
        [0, 0, 0, 0, 0],
      ],
      [
        [0.05, 0.1, 0.3, 0.35, 0.2],
        [0.3, 0.3, 0.2, 0.1, 0.1],
        [0.02, 0.14, 0.68, 0.14, 0.02],
      ],
      [
        [0.6, 0.2, 0.1, 0.05, 0.05],
        [0.1, 0.1, 0.6, 0.1, 0.1],
        [0.02, 0.14, 0.68, 0.14, 0.02],
      ],
    ];
    const weights = Float64Array.of(0.8, 1, 1.2);
    const behind = new Map<Uint16Array, ArrayLike<number>>();
    const columns = [0, 1, 2].map((h) =>
      standIn(
        p.flatMap((row) => row[h]),
        behind,
      ),
    );
    const reading = readingValues(kernel, behind);
    const losses = columns.map((codes) => {
      const labels = Uint8Array.of(2, 3, 0);
      const { loss, mass } = reading.labelLosses(codes, 5, labels, weights, Int32Array.of(0, 3), EPS);
      return loss.reduce((a, b) => a + b, 0) / mass.reduce((a, b) => a + b, 0);
    });
    const shares = sharesOfLosses(kernel, losses);
    const pool = reading.poolLogs(columns, 5, 0, 3, shares, EPS);
    const parameters = Float64Array.of(0.1, -0.2, 0.3, 1.5, 0.5);
    const logPrior = kernel.logAll(Float64Array.of(0.1, 0.2, 0.4, 0.2, 0.1));
    const forecast = kernel.poolForecast(pool, logPrior, parameters);

    it("shares the pool by past losses", () => {
      expectNear(shares, [0.7272652940584968, 0.1944471949884429, 0.07828751095306014], 1e-15);
      expect([...sharesOfLosses(kernel, [Number.POSITIVE_INFINITY, 1])]).toEqual([0, 1]);
      expect([...sharesOfLosses(kernel, Array(4).fill(Number.POSITIVE_INFINITY))]).toEqual([0.25, 0.25, 0.25, 0.25]);
    });

    it("forecasts from the pool", () => {
      expectNear(
        [0, 1, 2, 3, 4].map((k) => forecast[3 * k + 1]),
        [0.034880579304249995, 0.08009130713120666, 0.5421521907406207, 0.22800572746903774, 0.11487019535488496],
        1e-15,
      );
    });

    it("measures the distance from the pool from each miner's start on", () => {
      const expected = [
        [1.846336119536461, 0.4265329543235935, 0],
        [0.15814490109251167, 0.1722613948392378, 0.10173457259697327],
        [0.6256446978947207, 0.3731528307074281, 0.2614215159900327],
      ];
      const starts = Int32Array.of(0, 0, 1);
      for (const [row, contributions] of expected.entries()) {
        const alone = weights.map((weight, i) => (i === row ? weight : 0));
        const distances = reading.poolDistances(columns, 5, starts, 0, pool, forecast, alone, EPS);
        expectNear(
          distances.map((distance, h) => shares[h] * (1.5 * distance)),
          contributions,
          2e-15,
        );
      }
    });
  });

  describe("stacking (check 5)", () => {
    const q = [
      [
        [0.3, 0.2, 0.1],
        [0.5, 0.5, 0.5],
      ],
      [
        [0.8, 0.6, 0.3],
        [0.5, 0.4, 0.2],
      ],
      [
        [0.6, 0.5, 0.2],
        [0.9, 0.7, 0.1],
      ],
      [
        [0.2, 0.1, 0.05],
        [0.4, 0.3, 0.2],
      ],
    ];
    const logit = (p: number) => kernel.log(p) - kernel.log(1 - p);
    const problem = {
      logits: Float64Array.from([0, 1].flatMap((h) => [0, 1, 2].flatMap((j) => q.map((row) => logit(row[h][j]))))),
      hits: Uint8Array.of(0, 3, 1, 0),
      weights: Float64Array.of(0.9, 1, 1.1, 1),
      eps: EPS,
    };

    it.each([
      [3, [0.12861555129684515, 0.3044758000407655, -1.3518464969783202]],
      [200, [0.14839719014191308, 0.30198223670499014, -5.153193158033433]],
    ])("%d steps", (steps, intercepts) => {
      const fit = fitStack(kernel, problem, 2, steps);
      expect([...fit.shares]).toEqual([1, 0]);
      expectNear(fit.intercepts, intercepts, 1e-12);
    });

    it("has the specification's loss one step before the limit", () => {
      expect(fitStack(kernel, problem, 2, 199).loss).toBeCloseTo(3.796670159444575, 12);
    });

    it("weighs what the loss gains without a miner", () => {
      const intercepts = Float64Array.of(0.1, -0.2, -0.5);
      expectNear(kernel.stackRemovals(problem, Float64Array.of(0.7, 0.3), intercepts), [2.0772451845950854, 0], 1e-14);
      expect([...kernel.stackRemovals(problem, Float64Array.of(1, 0), intercepts)]).toEqual([0, 0]);
    });

    it("gives even shares without rows", () => {
      const empty = { logits: new Float64Array(0), hits: new Uint8Array(0), weights: new Float64Array(0), eps: EPS };
      const fit = fitStack(kernel, empty, 4, 200);
      expect([...fit.shares, ...fit.intercepts, fit.steps]).toEqual([0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0]);
    });
  });
});
