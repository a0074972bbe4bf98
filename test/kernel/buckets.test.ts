/** 22-lbfgs-buckets checks 1 and 3, and every bucket operation against a plain computation on random codes. */
import { describe, expect, it } from "vitest";
import { backends } from "../helpers/backends.js";
import { halfCode, nearestHalf } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const NONE = 255;
const WIDTH = 17;

/** Codes whose first entries include zeros, tiny, large and equal values. */
function randomCodes(rows: number, seed: number): Uint16Array {
  const draw = lcg(seed);
  const codes = new Uint16Array(rows * WIDTH);
  for (let t = 0; t < rows; t++) {
    if (draw() < 0.2) continue;
    const scale = draw() < 0.1 ? 1e-5 : draw() < 0.1 ? 4 : 1;
    for (let d = 0; d < WIDTH; d++) codes[t * WIDTH + d] = halfCode(Math.floor(draw() * 12) * 0.09 * scale);
  }
  return codes;
}

function halfValue(code: number): number {
  const size = code & 0x7fff;
  if (size > 0x7c00) return 0;
  if (size === 0x7c00) return code & 0x8000 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const exponent = Math.max(1, size >> 10);
  const magnitude = (size - (exponent - 1) * 1024) * 2 ** (exponent - 25);
  return code & 0x8000 ? -magnitude : magnitude;
}

/** Normalised probabilities of one row, by definition. */
function probabilities(codes: Uint16Array, row: number): number[] {
  const largest = Math.fround(3.4028234663852886e38);
  const b = [0, 1, 2, 3, 4].map((k) => {
    const value = Math.min(halfValue(codes[row * WIDTH + k]), largest);
    return Math.max(value, Math.fround(1e-6));
  });
  const sum = b.reduce((a, value) => Math.fround(a + value));
  return b.map((value) => Math.fround(value / sum));
}

it("rounds to the nearest half in tests", () => {
  expect([0.1, 1 / 3, 65519.99, 1.00048828125, 1e-7].map(halfCode)).toEqual([0x2e66, 0x3555, 0x7bff, 0x3c00, 2]);
  expect([halfCode(-0.3), nearestHalf(0.1), nearestHalf(1e-7)]).toEqual([0xb4cd, 0.0999755859375, 2 ** -23]);
});

describe.each(backends)("bucket operations, $backend", ({ kernel }) => {
  describe("labels (check 1)", () => {
    const prices = [100, 101, 99, 100.5, 103, 102, 104, 101, 98, 99, 100, 107, 108, 100, 95, 96.5];
    const logPrices = kernel.logAll(Float64Array.from(prices, (price) => price + 1e-12));

    it.each([
      [1, 4, 4, [2, 2, 1, 1, 2, 2, 4, 2, 0, 2, 2]],
      [2, 5, 6, [0, 1, 2, 4, 4, 1, 0, 2]],
    ])("horizon %d, window %d", (horizon, window, first, expected) => {
      const labels = [...kernel.bucketLabels(logPrices, horizon, window, 1e-12)];
      expect(labels).toEqual([...Array(first).fill(NONE), ...expected]);
    });

    it("is empty when nothing lies ahead, and missing before the window is full", () => {
      expect(kernel.bucketLabels(logPrices, 16, 4, 1e-12)).toHaveLength(0);
      expect([...kernel.bucketLabels(logPrices, 6, 9, 1e-12)]).toEqual(Array(10).fill(NONE));
      expect([...kernel.bucketLabels(logPrices, 6, 100, 1e-12)]).toEqual(Array(10).fill(NONE));
    });

    it("is missing where the deviation is 0", () => {
      const flat = kernel.logAll(new Float64Array(40).fill(100));
      expect([...kernel.bucketLabels(flat, 1, 4, 1e-12)]).toEqual(Array(39).fill(NONE));
    });
  });

  it("finds moves against the bucket", () => {
    const draw = lcg(3);
    const T = 400;
    const [horizon, window] = [7, 30];
    const x = new Float64Array(T);
    for (let t = 1; t < T; t++) x[t] = x[t - 1] + (draw() - 0.5) * 0.02;
    const n = T - horizon;
    const labels = Uint8Array.from({ length: n }, () => (draw() < 0.1 ? NONE : Math.floor(draw() * 5)));
    const multipliers = [0.5, 1, 2];
    const hits = kernel.pathHits(x, labels, horizon, window, multipliers);
    const returns = Float64Array.from({ length: n }, (_, t) => x[t + horizon] - x[t]);
    const deviation = kernel.rollingStd(returns, window);
    let counted = 0;
    for (let t = 0; t < n; t++) {
      const usable = t > 0 && t >= window - 1 && labels[t] !== NONE && labels[t] !== 2;
      if (!usable) {
        expect(hits[t]).toBe(NONE);
        continue;
      }
      const path = [...x.subarray(t, t + horizon + 1)];
      const up = Math.max(...path) - x[t - 1];
      const down = Math.min(...path) - x[t - 1];
      const expected = multipliers.reduce((bits, k, j) => {
        const sigma = deviation[t - window + 1];
        return bits | ((labels[t] > 2 ? down <= -(k * sigma) : up >= k * sigma) ? 1 << j : 0);
      }, 0);
      expect(hits[t]).toBe(expected);
      counted += expected;
    }
    expect(counted).toBeGreaterThan(100);
  });

  it("normalises and chooses", () => {
    const codes = randomCodes(1500, 5);
    codes.set([0x7c00, 0x3c00, 0x3800, 0, 0], 0); // infinite: the largest float32
    codes.set([0x7e00, 0xfc00, 0x3800, 0xb800, 0x8000], WIDTH); // NaN, −infinity, negative, −0
    const rows = Int32Array.from({ length: 1000 }, (_, i) => (i < 2 ? i : Math.floor(i * 1.5)));
    const p = kernel.bucketProbabilities(codes, WIDTH, rows);
    const { choice, active } = kernel.bucketChoices(codes, WIDTH, rows);
    let expectedActive = 0;
    rows.forEach((row, i) => {
      const expected = probabilities(codes, row);
      expect([0, 1, 2, 3, 4].map((k) => p[k * rows.length + i])).toEqual(expected);
      expect(choice[i]).toBe(expected.indexOf(Math.max(...expected)));
      const raw = [...codes.subarray(row * WIDTH, row * WIDTH + 5)].map(halfValue);
      if (raw.some((value) => value > Math.fround(0.01))) expectedActive++;
    });
    expect(active).toBe(expectedActive);
    expect(active).toBeGreaterThan(500);
    expect(active).toBeLessThan(1000);
  });

  it("takes an absent row for bucket 0 at even odds", () => {
    const rows = Int32Array.of(0);
    const codes = new Uint16Array(WIDTH);
    expect([...kernel.bucketProbabilities(codes, WIDTH, rows)]).toEqual(Array(5).fill(Math.fround(0.2)));
    expect(kernel.bucketChoices(codes, WIDTH, rows)).toEqual({ choice: Uint8Array.of(0), active: 0 });
  });

  it("counts hits per stretch (check 3)", () => {
    const predictions = [
      [0, 2, 2, 4, 1, 3],
      [2, 2, 2, 2, 1, 3],
      [2, 1, 2, 3, 2, 4],
    ];
    const labels = Uint8Array.of(0, 2, 2, 4, 1, 1);
    const present = [1, 2, 2, 0, 1].map((count, k) => [k, k === 4 ? 1 : count]);
    const recalls = predictions.map((choice) => {
      const hits = kernel.bucketHits(Uint8Array.from(choice), labels, Int32Array.of(0, 6));
      return present.filter(([, count]) => count > 0).map(([k, count]) => hits[k] / count);
    });
    const sums = recalls.map((recall) => recall.reduce((a, b) => a + b, 0));
    expect(sums.map((sum) => sum / 5)).toEqual([0.7, 0.3, 0.1]);
    expect(sums[0] / recalls[0].length).toBe(0.875);
    const stretches = kernel.bucketHits(Uint8Array.from(predictions[0]), labels, Int32Array.of(1, 3, 3, 6));
    expect([...stretches]).toEqual([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]);
  });

  it("finds the largest agreement with an earlier voter (check 3)", () => {
    const table = [
      [0, 0, 1],
      [2, 2, 2],
      [2, 2, 3],
      [4, 4, 4],
      [1, 0, 0],
      [3, 3, 2],
      [2, 2, 2],
      [2, 2, 2],
    ];
    const ranked = Uint8Array.from([1, 0, 2].flatMap((miner) => table.map((row) => row[miner])));
    const agreements = [...kernel.largestAgreements(ranked, 3)];
    expect(agreements.map((count) => (1 - count / 8) ** 2)).toEqual([1, 0.015625, 0.140625]);
  });

  it("counts agreements in long histories", () => {
    const draw = lcg(11);
    const rows = 10007;
    const choices = Uint8Array.from({ length: 5 * rows }, () => (draw() < 0.7 ? 2 : Math.floor(draw() * 5)));
    choices.copyWithin(4 * rows, 0, rows); // a clone of the first
    const expected = [0, 1, 2, 3, 4].map((i) => {
      let largest = 0;
      for (let j = 0; j < i; j++) {
        let equal = 0;
        for (let t = 0; t < rows; t++) equal += Number(choices[i * rows + t] === choices[j * rows + t]);
        largest = Math.max(largest, equal);
      }
      return largest;
    });
    expect([...kernel.largestAgreements(choices, 5)]).toEqual(expected);
    expect(expected[4]).toBe(rows);
  });

  it("votes with weights, the first bucket of equals", () => {
    const choices = Uint8Array.from([4, 1, 0, 3, 3, 1, 0, 2, 3, 2, 1, 4]); // three voters, four rows
    expect([...kernel.bucketVotes(choices, Float64Array.of(0.3, 0.3, 0.4))]).toEqual([3, 1, 0, 4]);
    expect([...kernel.bucketVotes(choices, Float64Array.of(0.25, 0.25, 0.5))]).toEqual([3, 1, 0, 4]);
    const draw = lcg(17);
    const [voters, rows] = [7, 1000];
    const many = Uint8Array.from({ length: voters * rows }, () => Math.floor(draw() * 5));
    const shares = Float64Array.from({ length: voters }, () => Math.floor(draw() * 4) / 4);
    const votes = kernel.bucketVotes(many, shares);
    for (let t = 0; t < rows; t++) {
      const scores = [0, 0, 0, 0, 0];
      for (let j = 0; j < voters; j++) scores[many[j * rows + t]] += shares[j];
      expect(votes[t]).toBe(scores.indexOf(Math.max(...scores)));
    }
  });

  it("turns one entry into log odds", () => {
    const codes = new Uint16Array(8 * WIDTH);
    const eps = 1e-12;
    const values = [0, 0x8000, 0x3800, 0x3400, 0x3c00, 0x7c00, 0xfc00, 0x7e01];
    values.forEach((code, row) => {
      codes[row * WIDTH + 9] = code;
    });
    const clipped = kernel.log(1 - eps) - kernel.log(1 - (1 - eps));
    const smallest = kernel.log(eps) - kernel.log(1 - eps);
    const logits = kernel.logitColumn(codes, WIDTH, 9, Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), eps);
    const quarter = kernel.log(0.25) - kernel.log(0.75);
    expect([...logits]).toEqual([0, 0, 0, quarter, clipped, clipped, smallest, 0]);
    const reversed = kernel.logitColumn(codes, WIDTH, 9, Int32Array.of(3, 0), 0.3);
    expect([...reversed]).toEqual([kernel.log(0.3) - kernel.log(0.7), 0]);
  });
});
