/**
 * One suite over the two backends: every operation of the WebAssembly kernel against the plain JavaScript one, which was
 * written from the specification by itself, on random inputs. Tolerances as 10-numerics §0: what has one order of operations
 * agrees to the bit, short fits take the same steps and agree to 1e-10.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "../../src/kernel/kernel.js";
import type { Dense, LogisticFit, LogisticOptions } from "../../src/kernel/ops/linear.js";
import type { PooledColumns } from "../../src/kernel/ops/pooled.js";
import { backends } from "../helpers/backends.js";
import { distance } from "../helpers/distance.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const [wasm, js] = backends.map(({ kernel }) => kernel);
const seeds = fc.integer({ min: 1, max: 2 ** 31 });

/** Holds an operation on inputs drawn from a seed to the other backend's result. */
function agree(run: (kernel: Kernel, draw: () => number) => unknown, tolerance = 0, runs = 40): void {
  const property = fc.property(seeds, (seed) => {
    const far = distance(run(wasm, lcg(seed)), run(js, lcg(seed)));
    expect(far).toBeLessThanOrEqual(tolerance);
  });
  fc.assert(property, { seed: 20260511, numRuns: runs });
}

const whole = (draw: () => number, low: number, high: number): number => low + Math.floor(draw() * (high - low + 1));

function bell(draw: () => number): number {
  let sum = -6;
  for (let k = 0; k < 12; k++) sum += draw();
  return sum;
}

function numbers(draw: () => number, n: number, make: (draw: () => number) => number = bell): Float64Array {
  return Float64Array.from({ length: n }, () => make(draw));
}

/** binary16 codes, a third of them 0, a few −0, NaN or infinite when `damaged`. */
function halves(draw: () => number, n: number, scale: number, damaged = false): Uint16Array {
  return Uint16Array.from({ length: n }, () => {
    const kind = draw();
    const value = bell(draw) * scale;
    if (damaged && kind < 0.04) return [0x8000, 0x7e00, 0x7c00, 0xfc00][Math.floor(kind * 100)];
    return kind < 0.33 ? 0 : halfCode(value);
  });
}

describe("mathematics", () => {
  const doubles = fc.oneof(fc.double(), fc.double({ min: -750, max: 720 }), fc.double({ min: 0, max: 4 }));

  it.each(["exp", "log", "log1p"] as const)("%s gives the same bits", (name) => {
    const property = fc.property(doubles, (x) => void expect(wasm[name](x)).toBe(js[name](x)));
    fc.assert(property, { seed: 1, numRuns: 5000 });
  });

  it("expAll and logAll give the same bits", () => {
    agree((kernel, draw) => kernel.expAll(numbers(draw, whole(draw, 0, 300), () => (draw() - 0.5) * 1600)));
    agree((kernel, draw) => kernel.logAll(numbers(draw, whole(draw, 0, 300), () => js.exp((draw() - 0.5) * 1400))));
  });

  it("decodes every half alike", () => {
    const codes = Uint16Array.from({ length: 65536 }, (_, code) => code);
    expect(distance(wasm.decodeHalf(codes), js.decodeHalf(codes))).toBe(0);
  });

  it("draws the same random integers", () => {
    agree((kernel, draw) => {
      const seed = Math.floor(draw() * 2 ** whole(draw, 1, 53));
      const bound = 1 + Math.floor(draw() * (2 ** whole(draw, 1, 32) - 1));
      return kernel.randomIntegers(seed, bound, whole(draw, 0, 50));
    });
  });

  it("ranks alike, to the bit", () => {
    agree(
      (kernel, draw) => {
        const n = whole(draw, 0, 400);
        const coarse = draw() < 0.7 ? whole(draw, 1, 30) : 2 ** 40;
        const scores = numbers(draw, n, () => Math.round((draw() - 0.5) * coarse) / 8);
        return kernel.auc(
          Uint8Array.from(scores, () => whole(draw, 0, 1)),
          scores,
        );
      },
      0,
      200,
    );
  });
});

describe("series", () => {
  it("rollingStd gives the same bits", () => {
    agree((kernel, draw) => {
      const x = numbers(draw, whole(draw, 1, 20_000), () => 1e-3 * (draw() - 0.4));
      return kernel.rollingStd(x, whole(draw, 1, 50));
    });
  });

  it("firstTouch agrees", () => {
    agree((kernel, draw) => {
      const horizon = whole(draw, 1, 30);
      let level = 0;
      const logPrices = numbers(draw, whole(draw, horizon + 1, 300), () => {
        level += draw() - 0.5;
        return level;
      });
      const choose = [0, -1, Number.NaN, Number.POSITIVE_INFINITY];
      const sigma = numbers(draw, logPrices.length - horizon, () =>
        draw() < 0.1 ? choose[whole(draw, 0, 3)] : draw() * 3,
      );
      return kernel.firstTouch(logPrices, sigma, horizon);
    });
  });

  it("windowExtremes agrees", () => {
    agree((kernel, draw) => {
      const x = numbers(draw, whole(draw, 1, 200), () => whole(draw, -4, 4));
      return kernel.windowExtremes(x, whole(draw, 0, x.length - 1));
    });
  });

  it.each(["ratio", "difference"] as const)("crossSectionLabels agrees on a %s", (change) => {
    agree((kernel, draw) => {
      const assets = whole(draw, 1, 40);
      const rows = whole(draw, 1, 30);
      const missing = change === "ratio" ? 0 : Number.NaN;
      const values = numbers(draw, rows * assets, () => (draw() < 0.1 ? missing : 100 + whole(draw, 0, 50)));
      const forward = Int32Array.from({ length: rows }, () => whole(draw, -1, rows - 1));
      return kernel.crossSectionLabels(values, assets, forward, change);
    });
  });
});

interface Problem {
  readonly x: Dense;
  readonly y: Uint8Array;
  readonly weights: Float64Array | null;
}

/** A logistic problem with both labels; columns of scale 0.3 to 3. */
function problem(draw: () => number, single: boolean, maxCols = 8): Problem {
  const rows = whole(draw, 30, 400);
  const cols = whole(draw, 1, maxCols);
  const truth = numbers(draw, cols);
  const scales = numbers(draw, cols, () => 0.3 + 2.7 * draw());
  const design = numbers(draw, rows * cols);
  const values = design.map((value, i) => Math.fround(value * scales[Math.floor(i / rows)]));
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let margin = 2 * bell(draw);
    for (let j = 0; j < cols; j++) margin += truth[j] * values[j * rows + i];
    y[i] = i === 0 || (i > 1 && margin > 0.5) ? 1 : 0;
  }
  const weights = draw() < 0.5 ? null : numbers(draw, rows, () => 0.2 + draw());
  return { x: { values: single ? Float32Array.from(values) : values, rows, cols }, y, weights };
}

describe("logistic fits", () => {
  const base: LogisticOptions = { solver: "lbfgs", C: 1, tol: 1e-4, maxIter: 500, balanced: false };
  const fitDrawn =
    (options: Partial<LogisticOptions>, single: boolean) =>
    (kernel: Kernel, draw: () => number): LogisticFit => {
      const { x, y, weights } = problem(draw, single);
      const C = [0.1, 0.5, 1, 5][whole(draw, 0, 3)];
      const drawn = { balanced: draw() < 0.5, fitIntercept: draw() < 0.85, seed: whole(draw, 0, 60), l1Ratio: draw() };
      return kernel.fitLogistic(x, y, weights, { ...base, C, ...drawn, ...options });
    };

  it.each([false, true])("lbfgs takes the same steps (float32 design: %s)", (single) => {
    agree(fitDrawn({ solver: "lbfgs" }, single), 1e-10, 60);
  });

  it("liblinear takes the same steps", () => {
    agree(fitDrawn({ solver: "liblinear" }, false), 1e-10, 60);
    agree(fitDrawn({ solver: "liblinear", tol: 1e-3, maxIter: 100 }, true), 1e-10, 60);
  });

  it("saga gives the same float32 bits", () => {
    agree(fitDrawn({ solver: "saga", maxIter: 60 }, true), 0, 30);
  });

  it("saga agrees in float64", () => {
    agree(fitDrawn({ solver: "saga", maxIter: 60 }, false), 1e-12, 30);
  });

  it.each(["cd", "irls"] as const)("%s reaches the same optimum", (solver) => {
    const optimum = (kernel: Kernel, draw: () => number) => {
      const { coef, intercept, converged } = fitDrawn({ solver, tol: 1e-11, maxIter: 200 }, false)(kernel, draw);
      return { coef, intercept, converged };
    };
    agree(optimum, 1e-8, 40);
  });

  it.each(["lbfgs", "liblinear"] as const)("bootstraps %s alike", (solver) => {
    for (const single of [false, true]) {
      agree(
        (kernel, draw) => {
          const { x, y, weights } = problem(draw, single);
          const replicates = { from: 1, to: 6, block: whole(draw, 1, 30), bootstrapSeed: whole(draw, 0, 9000) };
          return kernel.bootstrapLogistic(x, y, weights, { ...base, solver, balanced: draw() < 0.7, ...replicates });
        },
        1e-10,
        25,
      );
    }
  });
});

describe("binary challenges", () => {
  const options = { C: 0.5, tol: 1e-3, maxIter: 100, minTrain: 20, minEvaluate: 10 };

  function miner(draw: () => number, kernel: Kernel) {
    const rows = whole(draw, 60, 500);
    const width = draw() < 0.8 ? 2 : whole(draw, 1, 6);
    const codes = halves(draw, rows * width, 0.4, draw() < 0.2);
    if (draw() < 0.3) codes.fill(0, 0, whole(draw, 0, rows) * width);
    const labels = Uint8Array.from({ length: rows }, () => whole(draw, 0, 1));
    return { rows, width, codes, labels, weights: kernel.timeWeights(rows, whole(draw, 20, 900)) };
  }

  it("timeWeights gives the same bits", () => {
    agree((kernel, draw) => kernel.timeWeights(whole(draw, 1, 20_000), whole(draw, 1, 30_000)));
  });

  it("holdOutAuc agrees", () => {
    agree(
      (kernel, draw) => {
        const { rows, width, codes, labels, weights } = miner(draw, kernel);
        return kernel.holdOutAuc(codes, width, labels, weights, whole(draw, 0, rows), options);
      },
      1e-10,
      120,
    );
  });

  it("walkForward agrees", () => {
    const rounding = 2 ** -23;
    agree(
      (kernel, draw) => {
        const { rows, width, codes, labels, weights } = miner(draw, kernel);
        const cuts = Array.from({ length: 4 }, () => whole(draw, 0, rows)).sort((a, b) => a - b);
        const windows = Int32Array.from(cuts.flatMap((cut, i) => [cut, cut, cuts[i + 1] ?? rows]));
        const { decision, ...fits } = kernel.walkForward(codes, width, labels, weights, windows, options);
        return { fits: { ...fits }, decision };
      },
      rounding,
      60,
    );
  });

  it("rollingAucs agrees", () => {
    agree(
      (kernel, draw) => {
        const { rows, width, codes, labels, weights } = miner(draw, kernel);
        const cuts = Array.from({ length: 4 }, () => whole(draw, 0, rows)).sort((a, b) => a - b);
        const fitted = whole(draw, 1, rows);
        const windows = Int32Array.from(
          cuts.flatMap((cut, i) => [Math.max(0, cut - fitted), Math.max(0, cut - 3), cut, cuts[i + 1] ?? rows]),
        );
        const rolling = { ...options, period: whole(draw, 1, rows), minScored: whole(draw, 0, 20) };
        return { ...kernel.rollingAucs(codes, width, labels, weights, windows, rolling) };
      },
      1e-10,
      120,
    );
  });

  it("keeps the same rounding noise where all rows are alike, to the bit", () => {
    agree(
      (kernel, draw) => {
        const rows = whole(draw, 200, 3000);
        const pair = [halfCode(draw()), halfCode(draw())];
        const codes = Uint16Array.from({ length: 2 * rows }, (_, at) => pair[at % 2]);
        const labels = Uint8Array.from({ length: rows }, () => whole(draw, 0, 1));
        const windows = Int32Array.from([4, 5, 6, 7].flatMap((k) => [0, 20 * k, 20 * k, 20 * (k + 1)]));
        const rolling = { ...options, period: 70, minScored: 10 };
        const walked = kernel.rollingAucs(codes, 2, labels, kernel.timeWeights(rows, 500), windows, rolling);
        return { aucs: walked.aucs, iterations: walked.iterations };
      },
      1e-15,
      60,
    );
  });
});

describe("clones", () => {
  it("means, products and close rows agree", () => {
    agree(
      (kernel, draw) => {
        const k = whole(draw, 1, 9);
        const width = whole(draw, 1, 3);
        const rows = whole(draw, 1, 900);
        const columns = Array.from({ length: k }, () => halves(draw, rows * width, 0.5));
        const active = columns.map((codes) => kernel.activeMeans(codes, width, width, rows).active);
        const means = Float32Array.from(columns, (codes) => kernel.meanOfHalves(codes));
        const pairs = Int32Array.from({ length: 2 * whole(draw, 0, 12) }, () => whole(draw, 0, k - 1));
        return {
          means,
          products: kernel.centredProducts(columns, means),
          ...kernel.closeRows(columns, active, width, pairs, draw()),
        };
      },
      1e-13,
      60,
    );
  });
});

describe("hit-first and bucket challenges", () => {
  it("hitFirstLogits gives the same bits", () => {
    agree((kernel, draw) => {
      const rows = whole(draw, 1, 200);
      const codes = halves(draw, rows * 3, 0.5, draw() < 0.5);
      return kernel.hitFirstLogits(
        codes,
        Int32Array.from({ length: rows }, () => whole(draw, 0, rows - 1)),
        1e-12,
      );
    });
  });

  function path(draw: () => number): Float64Array {
    let level = 5;
    return numbers(draw, whole(draw, 1, 600), () => {
      level += 0.01 * bell(draw);
      return level;
    });
  }

  it("labels and path hits agree", () => {
    agree((kernel, draw) => {
      const logPrices = path(draw);
      const horizon = whole(draw, 1, 20);
      const window = whole(draw, 1, 60);
      const labels = kernel.bucketLabels(logPrices, horizon, window, 1e-12);
      return { labels, hits: kernel.pathHits(logPrices, labels, horizon, window, [0.5, 1, 2]) };
    });
  });

  it("choices, probabilities and log odds agree to the bit", () => {
    agree((kernel, draw) => {
      const rows = whole(draw, 1, 120);
      const codes = halves(draw, rows * 17, 0.3, draw() < 0.5);
      const wanted = Int32Array.from({ length: whole(draw, 0, 150) }, () => whole(draw, 0, rows - 1));
      return {
        choices: kernel.bucketChoices(codes, 17, wanted),
        probabilities: kernel.bucketProbabilities(codes, 17, wanted),
        logits: kernel.logitColumn(codes, 17, whole(draw, 5, 16), wanted, 1e-12),
      };
    });
  });

  it("hits, votes and agreements agree", () => {
    agree((kernel, draw) => {
      const rows = whole(draw, 1, 150);
      const voters = whole(draw, 1, 7);
      const choices = Uint8Array.from({ length: rows * voters }, () => whole(draw, 0, 4));
      const labels = choices.map(() => whole(draw, 0, 4)).subarray(0, rows);
      const cut = whole(draw, 0, rows);
      return {
        hits: kernel.bucketHits(choices.slice(0, rows), labels, Int32Array.of(0, cut, cut, rows)),
        votes: kernel.bucketVotes(choices, numbers(draw, voters, draw)),
        agreements: kernel.largestAgreements(choices, voters),
      };
    });
  });
});

describe("cross-section challenges", () => {
  const lbfgs = { C: 0.5, tol: 1e-4, maxIter: 200 };

  function panel(draw: () => number, miners: number) {
    const assets = whole(draw, 1, 9);
    const rows = whole(draw, 40, 120);
    const labels = Uint8Array.from({ length: rows * assets }, () => (draw() < 0.05 ? 255 : whole(draw, 0, 1)));
    const codes = Array.from({ length: miners }, () => {
      const column = halves(draw, rows * assets, 0.5);
      const lean = draw();
      return column.map((code, i) =>
        code !== 0 && draw() < lean * 0.5 ? halfCode(labels[i] === 1 ? 0.4 : -0.3) : code,
      );
    });
    const muted = codes.map(() => (draw() < 0.5 ? null : Uint8Array.from({ length: assets }, () => whole(draw, 0, 1))));
    return { assets, rows, labels, codes, muted };
  }

  it("labelCounts and constantColumns agree", () => {
    agree((kernel, draw) => {
      const { assets, rows, labels, codes } = panel(draw, 1);
      const mask = Uint8Array.from({ length: rows }, () => whole(draw, 0, 1));
      return {
        counts: kernel.labelCounts(labels, assets),
        constant: kernel.constantColumns(codes[0], assets, mask, 0.3 + draw() * 0.3),
      };
    });
  });

  it("pooledMiner agrees", () => {
    agree(
      (kernel, draw) => {
        const { assets, rows, labels, codes, muted } = panel(draw, 1);
        const third = Math.floor(rows / 3);
        const selections = Int32Array.of(third, third, rows, whole(draw, 0, third), 2 * third, rows);
        const fits = Int32Array.of(0, third, 2 * third, rows);
        const limits = { minFit: 20, minEval: 10, minDistinct: whole(draw, 1, 30) };
        return kernel.pooledMiner(codes[0], labels, assets, muted[0], { selections, fits, ...limits, ...lbfgs });
      },
      1e-10,
      60,
    );
  });

  function columnsOf(draw: () => number): PooledColumns {
    const { assets, rows, labels, codes, muted } = panel(draw, whole(draw, 1, 4));
    const middle = rows >> 1;
    const fits = 2 * codes.length;
    return {
      labels,
      assets,
      columns: codes,
      muted,
      ranges: Int32Array.of(whole(draw, 0, middle - 10), middle, middle, rows),
      weight: numbers(draw, fits, () => (draw() < 0.1 ? Number.NaN : bell(draw))),
      intercept: numbers(draw, fits),
    };
  }

  it("pooledDesign gives the same bits, pooledAuc the same area", () => {
    agree((kernel, draw) => kernel.pooledDesign(columnsOf(draw)));
    agree((kernel, draw) => {
      const columns = columnsOf(draw);
      return kernel.pooledAuc(columns, numbers(draw, columns.columns.length), draw() - 0.5);
    }, 1e-15);
  });

  it("pooledBootstrap takes the same steps", () => {
    agree((kernel, draw) => {
      const replicates = { from: 0, to: 4, block: 20, bootstrapSeed: whole(draw, 0, 9000) };
      const options = { solver: "lbfgs", balanced: true, ...lbfgs, ...replicates } as const;
      const { rows, ones, fits } = kernel.pooledBootstrap(columnsOf(draw), options);
      const { iterations, kept } = fits;
      return { rows, ones, iterations, kept, parameters: Float64Array.of(1, ...fits.coef, ...fits.intercept) };
    }, 1e-10);
  });
});
