/**
 * MULTI-BREAKOUT: whose probability of continuation told breakouts that held from those that reversed (23-multi-breakout §7).
 * Breakouts less than a day apart chain into one episode; a miner must have been right in at least two of them.
 */

import type { Kernel } from "../kernel/kernel.js";
import { compareCodePoints } from "../ledger/hotkeys.js";
import { sum64 } from "../numeric/sums.js";
import type { BreakoutConstants } from "../profiles/profile.js";
import type { BreakoutData, BreakoutSample } from "../trainingData.js";
import { fitTask } from "./bootstrap.js";
import { type Json, nothing, type Scorer } from "./scorer.js";

const MIN_SPREAD = 1e-8;
const MIN_COEFFICIENTS = 1e-12;

/** What one hotkey said: sample numbers and the probability of continuation that it gave there. */
interface Forecasts {
  readonly samples: number[];
  readonly values: number[];
}

export const scoreBreakouts: Scorer<BreakoutData, BreakoutConstants> = async ({ samples }, { constants, executor }) => {
  const n = samples.length;
  if (n < constants.MIN_SAMPLES) return nothing(`${n} completed breakouts of ${constants.MIN_SAMPLES} needed`);
  const { episodeOf, sizes } = findEpisodes(samples, constants.EPISODE_GAP);
  const labels = Uint8Array.from(samples, (sample) => sample.label);
  const forecasts = collectForecasts(samples);

  const gate: { [hotkey: string]: Json } = {};
  const qualified: string[] = [];
  for (const hotkey of [...forecasts.keys()].sort(compareCodePoints)) {
    const check = qualify(executor.kernel, forecasts.get(hotkey) as Forecasts, labels, episodeOf, constants);
    gate[hotkey] = check;
    if (check.qualified) qualified.push(hotkey);
  }
  const base = { samples: n, episodes: [...sizes], gate };
  if (qualified.length === 0) return nothing("no hotkey passes the gate", base);
  if (!labels.includes(0) || !labels.includes(1)) return nothing("all breakouts ended the same way", base);
  if (sizes.length < 2) return nothing("one episode only", base);

  const values = new Float64Array(n * qualified.length);
  qualified.forEach((hotkey, column) => {
    standardise(forecasts.get(hotkey) as Forecasts, values.subarray(column * n, (column + 1) * n));
  });
  const input = {
    x: { values, rows: n, cols: qualified.length },
    y: labels,
    weights: episodeWeights(episodeOf, sizes),
    options: { solver: "lbfgs", C: constants.C, tol: constants.TOL, maxIter: constants.MAX_ITER, balanced: true },
  } as const;
  const [fit] = await executor.map(fitTask, [input]);
  const size = fit.coef.map(Math.abs);
  const total = size.reduce((a, b) => a + b, 0);
  const diagnostics = {
    ...base,
    episodeWeights: [...sizes].map((count) => n / sizes.length / count),
    coefficients: Object.fromEntries(qualified.map((hotkey, j) => [hotkey, fit.coef[j]])),
    intercept: fit.intercept,
    iterations: fit.iterations,
  };
  if (total < MIN_COEFFICIENTS) return nothing("every coefficient is 0", diagnostics);
  const shares = new Map<string, number>();
  qualified.forEach((hotkey, j) => {
    const share = size[j] / total;
    if (share > constants.MIN_SHARE) shares.set(hotkey, share);
  });
  return { shares, diagnostics };
};

/** Episode number of every sample, and the number of samples in each: a gap of more than `gap` samples opens a new one. */
export function findEpisodes(
  samples: readonly Pick<BreakoutSample, "triggerSidx">[],
  gap: number,
): { readonly episodeOf: Int32Array; readonly sizes: readonly number[] } {
  const order = [...samples.keys()].sort((a, b) => samples[a].triggerSidx - samples[b].triggerSidx);
  const episodeOf = new Int32Array(samples.length);
  const sizes: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    const at = samples[i].triggerSidx;
    if (at - last > gap) sizes.push(0);
    episodeOf[i] = sizes.length - 1;
    sizes[sizes.length - 1]++;
    last = at;
  }
  return { episodeOf, sizes };
}

/** Each episode weighs the same in all; the weights sum to the number of samples. */
export function episodeWeights(episodeOf: Int32Array, sizes: readonly number[]): Float64Array {
  const weights = Float64Array.from(episodeOf, (episode) => 1 / sizes[episode]);
  const sum = sum64(weights);
  return weights.map((weight) => (weight / sum) * weights.length);
}

function collectForecasts(samples: readonly BreakoutSample[]): Map<string, Forecasts> {
  const all = new Map<string, Forecasts>();
  samples.forEach((sample, i) => {
    for (const [hotkey, [continuation]] of sample.embeddings) {
      const own = all.get(hotkey) ?? { samples: [], values: [] };
      all.set(hotkey, own);
      own.samples.push(i);
      own.values.push(continuation);
    }
  });
  return all;
}

interface Gate {
  readonly [key: string]: Json;
  readonly qualified: boolean;
}

function qualify(
  kernel: Kernel,
  { samples, values }: Forecasts,
  labels: Uint8Array,
  episodeOf: Int32Array,
  constants: BreakoutConstants,
): Gate {
  const own = Uint8Array.from(samples, (i) => labels[i]);
  const episodes = new Set(samples.map((i) => episodeOf[i])).size;
  const std = populationStd(values);
  const auc = kernel.auc(own, Float64Array.from(values)); // NaN when one outcome only, which fails the test below
  const qualified = episodes >= constants.MIN_EPISODES && !(std < constants.MIN_STD) && auc > constants.MIN_AUC;
  return { count: values.length, episodes, std, auc: Number.isNaN(auc) ? null : auc, qualified };
}

/** numpy's std: two passes, blocked sums. */
function populationStd(values: readonly number[]): number {
  const mean = sum64(values) / values.length;
  const squares = values.map((value) => (value - mean) * (value - mean));
  return Math.sqrt(sum64(squares) / values.length);
}

/** Writes z-scores into a column of zeros; samples without a forecast stay 0. Plain sums down the column. */
function standardise({ samples, values }: Forecasts, column: Float64Array): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  const std = Math.sqrt(variance);
  const scale = std < MIN_SPREAD ? 1 : std;
  samples.forEach((sample, i) => {
    column[sample] = (values[i] - mean) / scale;
  });
}
