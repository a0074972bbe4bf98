/**
 * The quantile path: how well the miners' forecasts of moves against the realised bucket stack up, per direction, and what the loss
 * would gain without each of them (42-profile-2025-10 §6). Rows without a forecast count as "certainly no hit".
 */
import type { Executor, Task } from "../../kernel/executor.js";
import { addScaled } from "../../kernel/js/vector.js";
import type { Kernel } from "../../kernel/kernel.js";
import { STACK_EVENTS, type StackProblem } from "../../kernel/ops/simplexStack.js";
import { sum64 } from "../../numeric/sums.js";
import type { StackedBucketConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import type { Json } from "../scorer.js";
import { sharedCopy } from "../shared.js";
import { pathHits, type ReturnBuckets } from "./returns.js";
import { fitStack } from "./stack.js";
import { halfLifeWeights, samplesPerDay, type Window } from "./windows.js";

/** Buckets of a direction, the lower first, each with the index of its first forecast in an embedding. */
const DIRECTIONS = [
  { name: "pos", buckets: [3, 4], entries: [11, 14] },
  { name: "neg", buckets: [0, 1], entries: [5, 8] },
] as const;

interface Direction {
  /** Row numbers, ascending, of the lower and the higher bucket. */
  readonly rows: readonly [Int32Array, Int32Array];
  readonly entries: readonly [number, number];
}

interface StackInput extends Direction {
  readonly columns: readonly Uint16Array[];
  readonly width: number;
  readonly hits: Uint8Array;
  readonly window: Window;
  readonly perDay: number;
  readonly days: number;
  readonly maxSteps: number;
  readonly eps: number;
}

interface StackOutput {
  readonly rows: number;
  readonly evaluated: number;
  readonly shares: Float64Array;
  readonly intercepts: Float64Array;
  readonly steps: number;
  readonly loss: number;
  readonly removals: Float64Array;
}

export const stackWindowTask: Task<StackInput, StackOutput> = {
  name: "stackedBuckets.stackWindow",
  run(kernel, input) {
    const { columns, window, maxSteps } = input;
    const training = stackProblem(kernel, input, 0, window.fitEnd);
    const fit = fitStack(kernel, training, columns.length, maxSteps);
    const evaluation = stackProblem(kernel, input, window.from, window.to);
    const evaluated = evaluation.weights.length;
    const removals =
      evaluated === 0 ? new Float64Array(columns.length) : kernel.stackRemovals(evaluation, fit.shares, fit.intercepts);
    return { rows: training.weights.length, evaluated, ...fit, removals };
  },
};

/** The rows of a direction within [from, to): those of the lower bucket, then those of the higher one. */
function stackProblem(kernel: Kernel, input: StackInput, from: number, to: number): StackProblem {
  const { columns, width, rows, entries, hits, perDay, days, eps } = input;
  const parts = rows.map((all) => all.filter((t) => t >= from && t < to));
  const n = parts[0].length + parts[1].length;
  const times = new Int32Array(n);
  times.set(parts[0]);
  times.set(parts[1], parts[0].length);
  const logits = new Float64Array(columns.length * STACK_EVENTS * n);
  columns.forEach((codes, h) => {
    for (let j = 0; j < STACK_EVENTS; j++) {
      const at = (h * STACK_EVENTS + j) * n;
      logits.set(kernel.logitColumn(codes, width, entries[0] + j, parts[0], eps, 0), at);
      logits.set(kernel.logitColumn(codes, width, entries[1] + j, parts[1], eps, 0), at + parts[0].length);
    }
  });
  const weights = halfLifeWeights(kernel, times, perDay, days);
  return { logits, hits: Uint8Array.from(times, (t) => hits[t]), weights, eps };
}

export interface QuantileScore {
  /** One per hotkey, over their sum. */
  readonly shares: Float64Array;
  readonly windows: readonly Json[];
}

/** Each window's removal losses over their sum (even when there are none), added up over the windows. */
export async function scoreStacks(
  embeddings: Embeddings,
  logPrices: Float64Array,
  buckets: ReturnBuckets,
  horizon: number,
  windows: readonly Window[],
  constants: StackedBucketConstants,
  executor: Executor,
): Promise<QuantileScore> {
  const { hotkeys, columns, width } = embeddings;
  const even = new Float64Array(hotkeys.length).fill(1 / hotkeys.length);
  if (windows.length === 0) return { shares: even, windows: [] };
  const hits = sharedCopy(pathHits(executor.kernel, logPrices, buckets, horizon));
  const shared = {
    columns,
    width,
    hits,
    perDay: samplesPerDay(constants.SAMPLE_EVERY),
    days: constants.half_life_days,
    maxSteps: constants.q_max_steps,
    eps: constants.EPS,
  };
  const directions = DIRECTIONS.map(({ buckets: [low, high], entries }) => ({
    rows: [rowsOf(buckets.labels, low), rowsOf(buckets.labels, high)] as const,
    entries,
  }));
  const inputs = windows.flatMap((window) => directions.map((direction) => ({ ...shared, ...direction, window })));
  const outputs = await executor.map(stackWindowTask, inputs, ({ window }) => window.fitEnd);

  const total = new Float64Array(hotkeys.length);
  const reports = windows.map((window, i) => {
    const [pos, neg] = [outputs[2 * i], outputs[2 * i + 1]];
    const contributions = pos.removals.map((loss, h) => loss + neg.removals[h]);
    const sum = sum64(contributions);
    const shares = sum > 0 ? contributions.map((value) => value / sum) : even;
    addScaled(total, 1, shares);
    return { ...window, pos: report(pos, hotkeys), neg: report(neg, hotkeys) };
  });
  const sum = sum64(total);
  return { shares: total.map((value) => value / sum), windows: reports };
}

/** Row 0 has no earlier price to move from. */
function rowsOf(labels: Uint8Array, bucket: number): Int32Array {
  const rows: number[] = [];
  for (let t = 1; t < labels.length; t++) if (labels[t] === bucket) rows.push(t);
  return sharedCopy(Int32Array.from(rows));
}

function report(output: StackOutput, hotkeys: readonly string[]): Json {
  const { rows, evaluated, shares, intercepts, steps, loss, removals } = output;
  const named = (values: Float64Array) => Object.fromEntries(hotkeys.map((hotkey, h) => [hotkey, values[h]]));
  return {
    rows,
    evaluated,
    steps,
    loss,
    shares: named(shares),
    intercepts: [...intercepts],
    removals: named(removals),
  };
}
