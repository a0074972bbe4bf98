/**
 * The classifier path: bucket probabilities pooled by each miner's past log loss, five fitted parameters, and each miner's distance
 * from the pool, weighted by the pool's own forecast (42-profile-2025-10 §4, §5). What really happened in the evaluated rows plays no part.
 */
import type { Executor, Task } from "../../kernel/executor.js";
import { addScaled } from "../../kernel/js/vector.js";
import type { Kernel } from "../../kernel/kernel.js";
import type { StackedBucketConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import type { Json } from "../scorer.js";
import { sharedArray, sharedCopy } from "../shared.js";
import { minimise } from "./minimise.js";
import type { ReturnBuckets } from "./returns.js";
import { decay, halfLifeWeights, rowNumbers, samplesPerDay, type Window } from "./windows.js";

const CLASSES = 5;
const PRIOR_COUNT = 1;
/** Intercepts 0, both slopes 1. */
const START = [0, 0, 0, 1, 1];

interface SurveyInput {
  readonly codes: Uint16Array;
  readonly width: number;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
  readonly bounds: Int32Array;
  readonly eps: number;
}

/** A miner's weighted losses per stretch and bucket, their weights, and its first row with a value (rows: none). */
interface Survey {
  readonly loss: Float64Array;
  readonly mass: Float64Array;
  readonly start: number;
}

export const lossSurveyTask: Task<SurveyInput, Survey> = {
  name: "stackedBuckets.lossSurvey",
  run(kernel, { codes, width, labels, weights, bounds, eps }) {
    const first = codes.findIndex((code) => (code & 0x7fff) !== 0);
    const start = first < 0 ? codes.length / width : Math.floor(first / width);
    return { ...kernel.labelLosses(codes, width, labels, weights, bounds, eps), start };
  },
};

interface WindowInput {
  readonly columns: readonly Uint16Array[];
  readonly width: number;
  readonly starts: Int32Array;
  readonly labels: Uint8Array;
  readonly window: Window;
  /** Rows with a label before the window's fitEnd: [train, trainEnd). */
  readonly train: number;
  readonly trainEnd: number;
  readonly counts: Float64Array;
  readonly pool: Float64Array;
  readonly perDay: number;
  readonly days: number;
  readonly penalty: number;
  readonly maxIterations: number;
  readonly eps: number;
}

interface WindowOutput {
  readonly contributions: Float64Array;
  readonly parameters: Float64Array;
  readonly loss: number;
  readonly iterations: number;
  readonly gradientNorm: number;
}

export const poolWindowTask: Task<WindowInput, WindowOutput> = {
  name: "stackedBuckets.poolWindow",
  run(kernel, input) {
    const { columns, width, starts, counts, pool, window, perDay, days, eps } = input;
    const { x, value, iterations, gradientNorm } = fitPool(kernel, input);
    const evaluated = kernel.poolLogs(columns, width, window.from, window.to, pool, eps);
    const forecast = kernel.poolForecast(evaluated, logPrior(kernel, counts, eps), x);
    const weights = halfLifeWeights(kernel, rowNumbers(window.from, window.to), perDay, days);
    const distances = kernel.poolDistances(columns, width, starts, window.from, evaluated, forecast, weights, eps);
    const contributions = distances.map((distance, h) => pool[h] * (Math.abs(x[3]) * distance));
    return { contributions, parameters: x, loss: value, iterations, gradientNorm };
  },
};

function fitPool(kernel: Kernel, input: WindowInput) {
  const { columns, width, labels, train, trainEnd, counts, pool, perDay, days, penalty, maxIterations, eps } = input;
  const own = labels.subarray(train, trainEnd);
  const ages = halfLifeWeights(kernel, rowNumbers(train, trainEnd), perDay, days);
  const problem = {
    pool: kernel.poolLogs(columns, width, train, trainEnd, pool, eps),
    labels: own,
    weights: ages.map((age, i) => age * (own.length / (CLASSES * counts[own[i]]))),
    logPrior: logPrior(kernel, counts, eps),
    penalty,
    eps,
  };
  return kernel.withPoolLoss(problem, (loss) => minimise(loss, Float64Array.from(START), maxIterations));
}

function logPrior(kernel: Kernel, counts: Float64Array, eps: number): Float64Array {
  const sum = counts.reduce((a, b) => a + b, 0);
  return kernel.logAll(counts.map((count) => Math.max(count / sum, eps)));
}

export interface ClassifierScore {
  /** One per hotkey, over their sum; even when no window or no contribution counts. */
  readonly shares: Float64Array;
  readonly windows: readonly Json[];
}

/** `buckets`: of the whole history, with the deviation window that the fits use (labels of a row never change with later rows). */
export async function scorePool(
  embeddings: Embeddings,
  buckets: ReturnBuckets | undefined,
  horizon: number,
  volatilityWindow: number,
  windows: readonly Window[],
  constants: StackedBucketConstants,
  executor: Executor,
): Promise<ClassifierScore> {
  const { hotkeys, columns, width } = embeddings;
  const even = new Float64Array(hotkeys.length).fill(1 / hotkeys.length);
  const train = volatilityWindow - 1;
  const fitted = windows.filter(({ fitEnd }) => fitEnd > horizon + volatilityWindow);
  if (!buckets || fitted.length === 0) return { shares: even, windows: [] };

  const perDay = samplesPerDay(constants.SAMPLE_EVERY);
  const labels = sharedCopy(buckets.labels);
  const bounds = sharedCopy(Int32Array.of(train, ...fitted.map(({ fitEnd }) => fitEnd - horizon)));
  const shared = { width, labels, eps: constants.EPS };
  const weights = decayByStretch(executor.kernel, bounds, labels.length, perDay, constants.min_days);
  const surveys = await executor.map(
    lossSurveyTask,
    columns.map((codes) => ({ ...shared, codes, weights, bounds })),
  );
  const pools = poolShares(executor.kernel, surveys, labels, bounds, perDay, constants.min_days);
  const starts = sharedCopy(Int32Array.from(surveys, ({ start }) => start));
  const outputs = await executor.map(
    poolWindowTask,
    fitted.map((window, i) => ({
      ...shared,
      ...pools[i],
      columns,
      starts,
      window,
      train,
      trainEnd: bounds[i + 1],
      perDay,
      days: constants.min_days,
      penalty: constants.l2,
      maxIterations: constants.max_iter,
    })),
    ({ trainEnd }) => trainEnd,
  );

  const total = new Float64Array(hotkeys.length);
  for (const { contributions } of outputs) addScaled(total, 1, contributions);
  const sum = total.reduce((a, b) => a + b, 0);
  const reports = outputs.map(({ parameters, loss, iterations, gradientNorm }, i) => ({
    ...fitted[i],
    rows: bounds[i + 1] - train,
    counts: Array.from(pools[i].counts, (count) => count - PRIOR_COUNT),
    pool: Object.fromEntries(hotkeys.map((hotkey, h) => [hotkey, pools[i].pool[h]])),
    parameters: [...parameters],
    loss,
    iterations,
    gradientNorm,
  }));
  return { shares: sum > 0 ? total.map((value) => Math.max(0, value / sum)) : even, windows: reports };
}

/** Each row's age weight relative to the last row of its stretch, so that stretches can be carried from window to window. */
function decayByStretch(kernel: Kernel, bounds: Int32Array, rows: number, perDay: number, days: number): Float64Array {
  const weights = sharedArray(Float64Array, rows);
  for (let s = 0; s + 1 < bounds.length; s++) {
    weights.set(decay(kernel, rowNumbers(bounds[s], bounds[s + 1]), perDay, days), bounds[s]);
  }
  return weights;
}

/**
 * Per window the counts of the buckets (one added to each) and the miners' shares of the pool: e^−loss, the loss averaged with age and
 * class weights over the rows before the window's end in which the miner has probabilities.
 */
function poolShares(
  kernel: Kernel,
  surveys: readonly Survey[],
  labels: Uint8Array,
  bounds: Int32Array,
  perDay: number,
  days: number,
): { counts: Float64Array; pool: Float64Array }[] {
  const counts = new Float64Array(CLASSES).fill(PRIOR_COUNT);
  const losses = surveys.map(() => new Float64Array(CLASSES));
  const masses = surveys.map(() => new Float64Array(CLASSES));
  return Array.from({ length: bounds.length - 1 }, (_, s) => {
    for (let t = bounds[s]; t < bounds[s + 1]; t++) counts[labels[t]]++;
    const fade = kernel.exp(-Math.LN2 * ((bounds[s + 1] - bounds[s]) / perDay / days));
    const means = surveys.map(({ loss, mass }, h) => {
      let [weighted, weight] = [0, 0];
      for (let k = 0; k < CLASSES; k++) {
        losses[h][k] = losses[h][k] * fade + loss[CLASSES * s + k];
        masses[h][k] = masses[h][k] * fade + mass[CLASSES * s + k];
        weighted += losses[h][k] / counts[k];
        weight += masses[h][k] / counts[k];
      }
      const mean = weighted / weight;
      return Number.isNaN(mean) ? Number.POSITIVE_INFINITY : mean;
    });
    return { counts: counts.slice(), pool: sharesOfLosses(kernel, means) };
  });
}

/** e^−(loss − smallest) over their sum; even when every loss is infinite. */
export function sharesOfLosses(kernel: Kernel, losses: readonly number[]): Float64Array {
  const smallest = losses.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (smallest === Number.POSITIVE_INFINITY) return new Float64Array(losses.length).fill(1 / losses.length);
  const raw = kernel.expAll(Float64Array.from(losses, (loss) => smallest - loss));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
}
