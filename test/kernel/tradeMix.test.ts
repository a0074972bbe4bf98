import { describe, expect, it } from "vitest";
import type { DeskInput } from "../../src/kernel/ops/tradeMix.js";
import { backends } from "../helpers/backends.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const [wasm, js] = ["wasm", "js"].map((name) => backends.find(({ backend }) => backend === name)!.kernel);

/** Random position columns; a few codes lie outside [-1, 1]. */
function columnsOf(count: number, length: number, seed: number): Uint16Array[] {
  const draw = lcg(seed);
  return Array.from({ length: count }, () => Uint16Array.from({ length }, () => halfCode(2.2 * draw() - 1.1)));
}

describe("tanh", () => {
  // by decimal arithmetic with 60 digits
  const table = [
    [1e-9, 1e-9],
    [0.1, 0.09966799462495582],
    [0.5, 0.46211715726000974],
    [0.624, 0.5539069192039145],
    [0.626, 0.5552917574641913],
    [1, 0.7615941559557649],
    [2.5, 0.9866142981514303],
    [9, 0.999999969540041],
    [21.9, 1.0],
    [30, 1],
  ];

  it.each(backends)("is right to 2 ULP and odd ($backend)", ({ kernel }) => {
    for (const [x, y] of table) {
      expect(Math.abs(kernel.tanh(x) - y)).toBeLessThanOrEqual(2 * 2 ** -52 * y);
      expect(kernel.tanh(-x)).toBe(-kernel.tanh(x));
    }
    expect(kernel.tanh(0)).toBe(0);
    expect(kernel.tanh(Number.POSITIVE_INFINITY)).toBe(1);
    expect(kernel.tanh(Number.NaN)).toBeNaN();
  });

  it("has the same bits on both backends", () => {
    const draw = lcg(3);
    for (let i = 0; i < 20_000; i++) {
      const x = (draw() - 0.5) * 8;
      expect(wasm.tanh(x)).toBe(js.tanh(x));
    }
  });
});

describe("cosine similarity", () => {
  it.each([1, 5, 8])("has the same bits on both backends for %i columns", (count) => {
    const columns = columnsOf(count, 20_003, 7);
    expect(wasm.cosineSimilarities(columns)).toEqual(js.cosineSimilarities(columns));
  });

  it.each(backends)("is the quotient of dot product and norms ($backend)", ({ kernel }) => {
    const columns = columnsOf(3, 30_001, 11);
    columns[2] = columns[0].map((code, i) => (i % 7 === 0 ? code ^ 0x8000 : code));
    const values = columns.map((codes) => js.decodeHalf(codes).map((x) => Math.min(1, Math.max(-1, x))));
    const dot = (i: number, j: number): number => values[i].reduce((sum, x, t) => sum + x * values[j][t], 0);
    const found = kernel.cosineSimilarities(columns);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const expected = dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j));
        expect(Math.abs(found[3 * i + j] - expected)).toBeLessThan(2e-7);
      }
    }
  });

  it.each(backends)("is NaN with a NaN, and 0 with zeros ($backend)", ({ kernel }) => {
    const columns = columnsOf(3, 100, 5);
    columns[1][50] = 0x7e00;
    columns[2].fill(0);
    const found = kernel.cosineSimilarities(columns);
    expect([...found].map(Number.isNaN)).toEqual([false, true, false, true, true, true, false, true, false]);
    expect([found[2], found[6], found[8]]).toEqual([0, 0, 0]);
    expect(kernel.cosineSimilarities([]).length).toBe(0);
  });
});

describe("row medians", () => {
  it.each([
    [1, 1],
    [1, 4],
    [3, 3],
    [13, 4],
    [40, 4],
  ])("agree for %i columns of %i assets", (count, assets) => {
    const columns = columnsOf(count, 300 * assets, count);
    columns[0][7] = 0x7e00;
    columns[0][11] = 0x7c00; // infinite: clipped to 1
    columns[0][12] = 0x8000;
    expect(wasm.rowMedians(columns, assets)).toEqual(js.rowMedians(columns, assets));
  });

  it.each(backends)("take the middle, or the mean of the two in the middle ($backend)", ({ kernel }) => {
    const codes = (...values: number[]): Uint16Array => Uint16Array.from(values, halfCode);
    expect([...kernel.rowMedians([codes(1, -1, 0.5), codes(0.25, 0, 0), codes(-2, 3, 0.5)], 1)]).toEqual([
      0.25, 0, 0.5,
    ]);
    expect([...kernel.rowMedians([codes(0.5, -0.5, 1, 0.25)], 2)]).toEqual([0, 0.625]);
  });
});

/** A desk whose columns follow the returns more or less. */
function deskInput(groups: number, changes: Partial<DeskInput> = {}): DeskInput {
  const rows = 2000;
  const assets = 2;
  const draw = lcg(99);
  const returns = Float64Array.from({ length: rows }, (_, t) => (t < rows - 10 ? (draw() - 0.5) / 50 : Number.NaN));
  const columns = Array.from({ length: groups }, (_, g) =>
    Uint16Array.from({ length: rows * assets }, (_, i) => {
      const gain = returns[Math.floor(i / assets)] || 0;
      return halfCode(Math.max(-1, Math.min(1, gain * 10 * (g + 1) + draw() - 0.5)));
    }),
  );
  return {
    columns,
    assets,
    asset: 1,
    blank: js.rowMedians(columns, assets),
    returns,
    usable: Uint8Array.from(returns, (x) => (Number.isFinite(x) ? 1 : 0)),
    folds: Int32Array.of(503, 503, 1001, 1001, 1001, 1499, 1499, 1499, 1997),
    horizon: 10,
    period: 10,
    fee: 1e-4,
    minRows: 100,
    ...changes,
  };
}

/** The desk by the definition, everything anew for each blanking. */
function plainProfits(input: DeskInput): number[] {
  const { columns, assets, asset, blank, returns, usable, folds, horizon, period, fee, minRows } = input;
  const rows = returns.length;
  const own = columns.map((codes) => {
    const values = js.decodeHalf(codes);
    return Float64Array.from({ length: rows }, (_, t) => values[t * assets + asset]);
  });
  const profits: number[] = [];
  for (let f = 0; f < folds.length; f += 3) {
    const [end, begin, stop] = folds.subarray(f, f + 3);
    const training = [...Array(end).keys()].filter((t) => usable[t]);
    for (let blanked = -1; blanked < columns.length; blanked++) {
      if (training.length < minRows) {
        profits.push(0);
        continue;
      }
      const all = own.map((column, g) => (g === blanked ? Float64Array.from(blank) : column));
      const weights = all.map((column) => {
        const mean = training.reduce((sum, t) => sum + column[t], 0) / training.length;
        const meanY = training.reduce((sum, t) => sum + returns[t], 0) / training.length;
        let [xy, xx, yy] = [0, 0, 0];
        for (const t of training) {
          xy += (column[t] - mean) * (returns[t] - meanY);
          xx += (column[t] - mean) ** 2;
          yy += (returns[t] - meanY) ** 2;
        }
        return xx / training.length < 1e-12 ? 0 : Math.max(0, xy / Math.sqrt(xx * yy));
      });
      const total = Math.max(
        weights.reduce((sum, w) => sum + w, 0),
        1e-300,
      );
      const prediction = (t: number): number =>
        all.reduce((sum, column, g) => sum + (column[t] * weights[g]) / total, 0);
      const train = [...Array(end).keys()].map(prediction);
      const mean = train.reduce((sum, x) => sum + x, 0) / end;
      const scale = Math.sqrt(train.reduce((sum, x) => sum + (x - mean) ** 2, 0) / end) + 1e-8;
      let profit = 0;
      let previous = 0;
      for (let t = begin; t < stop - horizon; t += period) {
        const position = Math.tanh(prediction(t) / scale);
        if (Number.isFinite(returns[t])) profit += position * returns[t] - fee * Math.abs(position - previous);
        previous = position;
      }
      profits.push(profit);
    }
  }
  return profits;
}

describe("desk with and without each group", () => {
  const noise = (input: DeskInput, g: number, scale: number): DeskInput => {
    const draw = lcg(5);
    const columns = [...input.columns];
    columns[g] = columns[g].map(() => halfCode((draw() - 0.5) * scale));
    return { ...input, columns, blank: js.rowMedians(columns, input.assets) };
  };
  const withGaps = (input: DeskInput): DeskInput => {
    const returns = input.returns.map((x, t) => (t % 50 === 3 || t === 1520 ? Number.NaN : x));
    return { ...input, returns, usable: Uint8Array.from(returns, (x) => (Number.isFinite(x) ? 1 : 0)) };
  };
  const followers = (input: DeskInput): DeskInput => {
    // All but one group trade against the returns, so that one carries the desk alone.
    const columns = input.columns.map((codes, g) => (g === 1 ? codes : codes.map((code) => code ^ 0x8000)));
    return { ...input, columns, blank: js.rowMedians(columns, input.assets) };
  };
  const cases: [string, DeskInput][] = [
    ["one group", deskInput(1)],
    ["three groups", deskInput(3)],
    ["eight groups", deskInput(8)],
    ["missing returns", withGaps(deskInput(4))],
    ["a column of noise", noise(deskInput(4), 2, 1)],
    ["a flat column", noise(deskInput(4), 2, 0)],
    ["one group that carries all", followers(deskInput(3))],
    ["too few rows in the first fold", deskInput(3, { minRows: 600 })],
    ["a long period", deskInput(2, { period: 77 })],
    ["test windows shorter than the horizon", deskInput(2, { horizon: 498 })],
  ];

  it.each(cases)("has the same bits on both backends: %s", (_, input) => {
    expect(wasm.deskLeaveOneOut(input)).toEqual(js.deskLeaveOneOut(input));
  });

  it.each(cases)("is what the definition says: %s", (_, input) => {
    const { profits } = wasm.deskLeaveOneOut(input);
    const expected = plainProfits(input);
    expect(profits.length).toBe(expected.length);
    // The float32 means and norms of the kernel move the weights by about 1e-7.
    for (const [i, value] of expected.entries()) expect(Math.abs(profits[i] - value)).toBeLessThan(2e-7);
  });

  it.each(backends)("changes no bit when a group without weight is blanked by a flat median ($backend)", ({
    kernel,
  }) => {
    const input = followers(deskInput(3));
    const { profits, edges } = kernel.deskLeaveOneOut({ ...input, blank: new Float32Array(2000) });
    expect([edges[0], edges[2], edges[3]]).toEqual([0, 0, 0]);
    expect(edges[1]).toBeGreaterThan(0);
    expect(profits[1]).toBe(profits[0]);
    expect(profits[3]).toBe(profits[0]);
    expect(profits[2]).toBe(0);
  });

  it.each(backends)("adds its points up to the profit ($backend)", ({ kernel }) => {
    const { profits, points } = kernel.deskLeaveOneOut(deskInput(3));
    expect(points.length).toBe(3 * 49);
    expect(points.subarray(0, 49).reduce((sum, x) => sum + x, 0)).toBe(profits[0]);
  });

  it.each(backends)("gives the weights of check 7 ($backend)", ({ kernel }) => {
    const rows = 40;
    const time = Array.from({ length: rows }, (_, t) => t);
    const first = time.flatMap((t) => [(((7 * t) % 11) - 5) / 8, (((5 * t) % 9) - 4) / 8]);
    const second = time.flatMap((t) => [(((3 * t) % 13) - 6) / 8, 0.25]);
    const labels = [
      time.map((t) => (((7 * t + 2) % 11) - 5) / 1000 + (((t * t) % 5) - 2) / 2000),
      time.map((t) => (((3 * t) % 13) - 6) / 1000),
    ];
    const expected = [
      [0.8628075057064523, 0.13719249429354774],
      [1, 0],
    ];
    const columns = [first, second].map((values) => Uint16Array.from(values, halfCode));
    for (const asset of [0, 1]) {
      const { edges } = kernel.deskLeaveOneOut({
        columns,
        assets: 2,
        asset,
        blank: new Float32Array(rows),
        returns: Float64Array.from(labels[asset]),
        usable: new Uint8Array(rows).fill(1),
        folds: Int32Array.of(rows, rows, rows),
        horizon: 1,
        period: 1,
        fee: 0,
        minRows: 30,
      });
      const weights = [edges[0], edges[1]].map((edge) => edge / (edges[0] + edges[1]));
      for (const [g, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[asset][g], 14);
    }
  });
});

describe("time shifts and books", () => {
  const vectors = (count: number, length: number, seed: number): Float64Array[] => {
    const draw = lcg(seed);
    return Array.from({ length: count }, () => Float64Array.from({ length }, () => draw() - 0.5));
  };

  it.each([
    [1, 1],
    [2, 1],
    [63, 1],
    [64, 2],
    [500, 3],
    [801, 4],
  ])("sums products over %i rows and %i columns for every shift", (rows, columns) => {
    const [x, other] = vectors(2, rows * columns, rows);
    const [y, second] = vectors(2, rows * columns, rows + 1);
    const found = wasm.shiftSums([x, other], [y, second], columns);
    expect(found).toEqual(js.shiftSums([x, other], [y, second], columns));
    for (const k of new Set([0, 1, rows >> 1, rows - 1].filter((shift) => shift < rows))) {
      let sum = 0;
      for (let t = 0; t < rows; t++) {
        for (let a = 0; a < columns; a++) sum += other[((t - k + rows) % rows) * columns + a] * y[t * columns + a];
      }
      expect(Math.abs(found[1][0][k] - sum)).toBeLessThan(1e-13);
    }
  });

  it("has the same bits on both backends for dot products and residuals", () => {
    const books = vectors(7, 1003, 4);
    const dots = wasm.dotProducts(books);
    expect(dots).toEqual(js.dotProducts(books));
    expect(Math.abs(dots[1] - books[0].reduce((sum, x, i) => sum + x * books[1][i], 0))).toBeLessThan(1e-12);
    books[3].fill(0);
    const order = Int32Array.of(3, 1, 0, 6, 2, 4, 5);
    const similarity = Float64Array.from({ length: 49 }, (_, i) => (i % 3 === 0 ? -0.5 : 0.1));
    const residuals = wasm.residualBooks(books, order, similarity, 0.2);
    expect(residuals).toEqual(js.residualBooks(books, order, similarity, 0.2));
    expect(residuals[3]).toEqual(books[3]);
    expect(residuals[5]).not.toEqual(books[5]);
  });
});
