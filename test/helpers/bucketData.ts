/** Generator G of 22-lbfgs-buckets §11, and a way to score its float32 embeddings where only binary16 codes are stored. */
import type { Kernel } from "../../src/kernel/kernel.js";
import type { BucketKernel } from "../../src/kernel/ops/buckets.js";
import type { PriceData } from "../../src/trainingData.js";
import { lcg } from "./lcg.js";

const WIDTH = 17;
const MINERS = 6;
const A = [90, 60, 60, 0, 75, 0];
const B = [1.5, 2, 2, 3, 1.75, 0];

export interface BucketSample {
  readonly prices: Float64Array;
  /** Six miners' values, rows × 17 each. */
  readonly values: readonly Float32Array[];
}

/** `rows` rows; miner 4 starts at row `late`; miner 2 copies miner 1; miner 5 never sends. */
export function generate(rows: number, late: number, horizon = 60): BucketSample {
  const draw = lcg(12345);
  const prices = new Float64Array(rows);
  prices[0] = 1000;
  for (let t = 1; t < rows; t++) prices[t] = prices[t - 1] * (1 + (draw() - 0.5) * 0.002);
  const values = Array.from({ length: MINERS }, () => new Float32Array(rows * WIDTH));
  for (let t = 0; t < rows; t++) {
    const f = t + horizon < rows ? prices[t + horizon] / prices[t] - 1 : 0;
    for (const m of [0, 1, 3, 4, 5]) {
      const n1 = draw();
      const n2 = draw();
      if (m === 5 || (m === 4 && t < late)) continue;
      const x = A[m] * f + B[m] * (n1 - 0.5);
      const w = [-2, -1, 0, 1, 2].map((c) => 1 / (0.2 + (x - c) * (x - c)));
      const total = w[0] + w[1] + w[2] + w[3] + w[4];
      const row = values[m].subarray(t * WIDTH, (t + 1) * WIDTH);
      for (let k = 0; k < 5; k++) row[k] = w[k] / total;
      for (let k = 0; k < 4; k++) {
        for (let j = 0; j < 3; j++) row[5 + 3 * k + j] = (0.15 + 0.5 * n2 + 0.2 * (w[k] / total)) / (1 + 0.8 * j);
      }
    }
    values[2].set(values[1].subarray(t * WIDTH, (t + 1) * WIDTH), t * WIDTH);
  }
  return { prices, values };
}

/** Training data with one column of codes per miner, hk0 to hk5. */
export function priceData(sample: BucketSample, encode: (values: Float32Array) => Uint16Array): PriceData {
  const rows = sample.prices.length;
  const hotkeys = sample.values.map((_, j) => `hk${j}`);
  const embeddings = { hotkeys, columns: sample.values.map(encode), width: WIDTH, rows };
  return { kind: "lbfgs", embeddings, prices: sample.prices, sidx: Int32Array.from({ length: rows }, (_, t) => t) };
}

/**
 * The kernel with the operations that read codes replaced by plain ones that read the float32 values standing behind a column of
 * codes, so that the specification's numbers, which come from float32 inputs, can be held against the scorer.
 */
export function float32Kernel(kernel: Kernel, behind: ReadonlyMap<Uint16Array, Float32Array>): Kernel {
  const round = Math.fround;
  const normalised = (codes: Uint16Array, width: number, row: number): number[] => {
    const values = behind.get(codes) as Float32Array;
    const b = [0, 1, 2, 3, 4].map((k) => Math.max(values[row * width + k], round(1e-6)));
    const sum = b.reduce((a, value) => round(a + value));
    return b.map((value) => round(value / sum));
  };
  const reading: Pick<BucketKernel, "bucketChoices" | "bucketProbabilities" | "logitColumn"> = {
    bucketChoices(codes, width, rows) {
      const values = behind.get(codes) as Float32Array;
      const choice = new Uint8Array(rows.length);
      let active = 0;
      rows.forEach((row, i) => {
        const p = normalised(codes, width, row);
        choice[i] = p.indexOf(Math.max(...p));
        if (values.subarray(row * width, row * width + 5).some((value) => value > round(0.01))) active++;
      });
      return { choice, active };
    },
    bucketProbabilities(codes, width, rows) {
      const out = new Float32Array(5 * rows.length);
      rows.forEach((row, i) => {
        normalised(codes, width, row).forEach((p, k) => {
          out[k * rows.length + i] = p;
        });
      });
      return out;
    },
    logitColumn(codes, width, entry, rows, eps, absent = 0.5) {
      const values = behind.get(codes) as Float32Array;
      return Float64Array.from(rows, (row) => {
        const value = values[row * width + entry];
        const q = value === 0 ? absent : Math.min(Math.max(value, eps), 1 - eps);
        return kernel.log(q) - kernel.log(1 - q);
      });
    },
  };
  return { ...kernel, ...reading };
}
