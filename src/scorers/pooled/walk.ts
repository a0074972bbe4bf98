/** The walk that XSEC-RANK and FUNDING-XSEC share once labels and segments stand (24 §4.5 to §4.7). */
import type { Executor, Task } from "../../kernel/executor.js";
import type { BootstrapFits, BootstrapOptions } from "../../kernel/ops/linear.js";
import type { BaseFits, PooledColumns, PooledMiner, PooledWindows } from "../../kernel/ops/pooled.js";
import { shared } from "../../kernel/shared.js";
import type { PooledConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import { type ChallengeScore, type Json, nothing } from "../scorer.js";
import { type Aggregated, aggregateReplicates } from "./aggregateReplicates.js";
import type { Segment } from "./segments.js";

const BASE_C = 0.5;
const BASE_MAX_ITER = 200;
const META_C = 0.5;
const META_MAX_ITER = 100;
const TOL = 1e-4;
/** Fewest predictions of a miner in a base fit and in an evaluation. */
const MIN_FIT = 50;
const MIN_EVAL = 20;
/** Distance between the bootstrap seeds of two segments. */
const SEED_STEP = 7919;

export interface PooledProblem {
  readonly embeddings: Embeddings;
  /** rows × assets: 0, 1, or 255 for no sample. */
  readonly labels: Uint8Array;
  readonly assets: number;
  readonly segments: readonly Segment[];
  /** Per hotkey the assets whose codes count as 0, or null. */
  readonly muted: readonly (Uint8Array | null)[];
  readonly minDistinct: number;
  /** Indices of the miners by descending AUC. */
  readonly rank: (auc: Float32Array) => ArrayLike<number>;
}

interface MinerInput {
  readonly codes: Uint16Array;
  readonly labels: Uint8Array;
  readonly assets: number;
  readonly muted: Uint8Array | null;
  readonly windows: PooledWindows;
}

export const minerTask: Task<MinerInput, PooledMiner> = {
  name: "pooled.miner",
  run: (kernel, { codes, labels, assets, muted, windows }) => kernel.pooledMiner(codes, labels, assets, muted, windows),
};

interface BootstrapInput {
  readonly design: PooledColumns;
  readonly options: BootstrapOptions;
}

export const bootstrapTask: Task<BootstrapInput, { rows: number; ones: number; fits: BootstrapFits }> = {
  name: "pooled.bootstrap",
  run: (kernel, { design, options }) => kernel.pooledBootstrap(design, options),
};

/** A segment with everything its meta model needs. */
interface SegmentPlan {
  readonly segment: Segment;
  readonly selected: readonly number[];
  readonly auc: Float32Array;
  readonly train: PooledColumns;
  readonly validation: PooledColumns;
}

export async function scoreWalk(
  problem: PooledProblem,
  constants: PooledConstants,
  executor: Executor,
): Promise<ChallengeScore> {
  const { embeddings, assets, segments } = problem;
  const labels = shared(problem.labels);
  const counts = executor.kernel.labelCounts(labels, assets);
  const ones = (from: number, to: number) => counts.ones[to] - counts.ones[from];
  const zeros = (from: number, to: number) => counts.zeros[to] - counts.zeros[from];
  const enough = (from: number, to: number) =>
    ones(from, to) > 0 && zeros(from, to) > 0 && ones(from, to) + zeros(from, to) >= constants.MIN_TRAIN_ROWS;

  const usable = segments.filter(
    ({ selection: [fitEnd, evalFrom, evalTo], validation }) =>
      enough(0, fitEnd) && enough(evalFrom, evalTo) && enough(...validation),
  );
  if (usable.length === 0) {
    return nothing(`none of ${segments.length} segments has enough samples to select, train and validate on`);
  }

  const windows = minerWindows(usable, problem.minDistinct);
  const miners = await executor.map(
    minerTask,
    embeddings.columns.map((codes, j) => ({ codes, labels, assets, muted: problem.muted[j], windows })),
  );
  const plans = usable.map((segment, i) => planSegment(problem, labels, windows, miners, segment, i, constants.TOP_K));
  const metas = await fitMetas(plans, constants, executor);

  const total = new Float64Array(embeddings.hotkeys.length);
  // γ = ½^(1/H) per segment, so that H segments halve a weight
  const decay = executor.kernel.log(0.5) / Math.max(1, constants.WINDOWS_HALF_LIFE);
  let weights = 0;
  const shown: Json[] = [];
  metas.forEach((meta, i) => {
    const { segment, selected, auc } = plans[i];
    const weight = executor.kernel.exp(decay * (segments.length - 1 - segment.index));
    if (meta) {
      const scale = Math.max((meta.auc - 0.5) / 0.5, 0);
      selected.forEach((j, k) => {
        total[j] += weight * meta.importance[k] * scale;
      });
      weights += weight;
    }
    shown.push(describe(segment, selected, auc, meta, weight, embeddings.hotkeys));
  });
  const diagnostics = { segments: shown, segmentCount: segments.length };
  if (weights <= 0) return nothing("no segment had enough out-of-sample predictions for a meta model", diagnostics);
  return finish(total, weights, embeddings.hotkeys, diagnostics);
}

/** Every fit and evaluation window of the usable segments; fits once per distinct end. */
function minerWindows(segments: readonly Segment[], minDistinct: number): PooledWindows {
  const ends = new Set<number>();
  for (const { trainEnd, subSegments } of segments) {
    for (const [from] of subSegments) ends.add(from);
    ends.add(trainEnd);
  }
  return {
    selections: Int32Array.from(segments.flatMap(({ selection }) => selection)),
    fits: Int32Array.from(ends).sort(),
    minFit: MIN_FIT,
    minEval: MIN_EVAL,
    minDistinct,
    C: BASE_C,
    tol: TOL,
    maxIter: BASE_MAX_ITER,
  };
}

function planSegment(
  problem: PooledProblem,
  labels: Uint8Array,
  windows: PooledWindows,
  miners: readonly PooledMiner[],
  segment: Segment,
  index: number,
  topK: number,
): SegmentPlan {
  const auc = Float32Array.from(miners, (miner) => miner.auc[index]);
  const selected = Array.from(problem.rank(auc)).slice(0, Math.min(topK, auc.length));
  const fitAt = (end: number) => windows.fits.indexOf(end);
  const fits: readonly BaseFits[] = selected.map((j) => miners[j].fits);
  const columns = (
    ranges: readonly (readonly [number, number])[],
    indexOfFit: (from: number) => number,
  ): PooledColumns => ({
    labels,
    assets: problem.assets,
    columns: selected.map((j) => problem.embeddings.columns[j]),
    muted: selected.map((j) => problem.muted[j]),
    ranges: Int32Array.from(ranges.flat()),
    weight: Float64Array.from(ranges.flatMap(([from]) => fits.map(({ weight }) => weight[indexOfFit(from)]))),
    intercept: Float64Array.from(ranges.flatMap(([from]) => fits.map(({ intercept }) => intercept[indexOfFit(from)]))),
  });
  const full = fitAt(segment.trainEnd);
  return {
    segment,
    selected,
    auc,
    train: columns(segment.subSegments, fitAt),
    validation: columns([segment.validation], () => full),
  };
}

interface Meta {
  readonly importance: Float64Array;
  readonly auc: number;
  readonly rows: number;
  readonly replicates: number;
}

/** One meta model per segment; undefined where too few samples have a prediction. */
async function fitMetas(
  plans: readonly SegmentPlan[],
  constants: PooledConstants,
  executor: Executor,
): Promise<(Meta | undefined)[]> {
  const bootstrap = constants._BOOTSTRAP_N;
  const scarce = executor.workers > 1 && plans.length < 2 * executor.workers;
  const half = scarce ? Math.ceil(bootstrap / 2) : bootstrap;
  const parts: BootstrapInput[] = plans.flatMap(({ train, segment }) => {
    const options = {
      solver: "lbfgs" as const,
      C: META_C,
      tol: TOL,
      maxIter: META_MAX_ITER,
      balanced: true,
      block: constants._BOOTSTRAP_BLOCK,
      bootstrapSeed: constants.SEED + SEED_STEP * (segment.index + 1),
    };
    // where segments are few, halves of the replicates keep the workers busy to the end; each half decodes all rows
    return half < bootstrap
      ? [
          { design: train, options: { ...options, from: 0, to: half } },
          { design: train, options: { ...options, from: half, to: bootstrap } },
        ]
      : [{ design: train, options: { ...options, from: 0, to: bootstrap } }];
  });
  const outcomes = await executor.map(
    bootstrapTask,
    parts,
    ({ design }) => design.ranges[design.ranges.length - 1] * design.columns.length,
  );
  const perPlan = outcomes.length / plans.length;
  const models = plans.map(({ train, selected }, i) => {
    const mine = outcomes.slice(i * perPlan, (i + 1) * perPlan);
    const { rows, ones } = mine[0];
    if (rows < constants.MIN_TRAIN_ROWS || ones === 0 || ones === rows) return undefined;
    const whole = bootstrap > 1 && rows >= 2 * constants._BOOTSTRAP_BLOCK;
    const aggregated = whole
      ? aggregateReplicates(
          mine.map(({ fits }) => fits),
          selected.length,
        )
      : undefined;
    return { rows, model: aggregated ?? singleFit(train, executor) };
  });
  return models.map((entry, i) => {
    if (!entry) return undefined;
    const { model, rows } = entry;
    // here, not on a pool: short work, and behind what other challenges have queued it would hold this one's data for long
    const { auc } = executor.kernel.pooledAuc(plans[i].validation, model.mean, model.intercept);
    return {
      importance: model.importance,
      auc: Number.isNaN(auc) ? 0.5 : auc,
      rows,
      replicates: model.replicates,
    };
  });
}

/** The fallback where the rows are too few for two blocks, or no replicate had both classes. */
function singleFit(train: PooledColumns, { kernel }: Executor): Aggregated {
  const { x, y } = kernel.pooledDesign(train);
  const fit = kernel.fitLogistic(x, y, null, {
    solver: "lbfgs",
    C: META_C,
    tol: TOL,
    maxIter: META_MAX_ITER,
    balanced: true,
  });
  return { mean: fit.coef, intercept: fit.intercept, importance: fit.coef.map(Math.abs), replicates: 0 };
}

/** Averages over the segments' weights; keeps what is positive, in index order, as shares. */
function finish(
  total: Float64Array,
  weights: number,
  hotkeys: readonly string[],
  diagnostics: ChallengeScore["diagnostics"],
): ChallengeScore {
  const values = total.map((value) => value / weights);
  let sum = 0;
  for (const value of values) if (value > 0) sum += value;
  if (!(sum > 0)) return nothing("no miner's coefficient earned a positive importance", diagnostics);
  const shares = new Map<string, number>();
  values.forEach((value, j) => {
    if (value > 0) shares.set(hotkeys[j], value / sum);
  });
  return { shares, diagnostics };
}

function describe(
  segment: Segment,
  selected: readonly number[],
  auc: Float32Array,
  meta: Meta | undefined,
  weight: number,
  hotkeys: readonly string[],
): Json {
  return {
    segment: segment.index,
    validationRows: [...segment.validation],
    selected: selected.map((j, k) => ({
      hotkey: hotkeys[j],
      selectionAuc: auc[j],
      importance: meta ? meta.importance[k] : null,
    })),
    selectionAuc: Object.fromEntries(hotkeys.map((hotkey, j) => [hotkey, auc[j]])),
    metaRows: meta ? meta.rows : null,
    replicates: meta ? meta.replicates : null,
    validationAuc: meta ? meta.auc : null,
    weight: meta ? weight : 0,
  };
}
