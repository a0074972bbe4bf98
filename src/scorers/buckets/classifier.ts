/**
 * The classifier path: walk-forward importance of each miner's bucket probabilities (22-lbfgs-buckets §4). Importance in a segment
 * is the lift of balanced accuracy over chance times the bootstrapped coefficient size; segments are weighed by age; miners that
 * choose alike are charged for it.
 */
import type { Executor, Task } from "../../kernel/executor.js";
import type { BucketConstants } from "../../profiles/profile.js";
import type { Embeddings } from "../../trainingData.js";
import { bootstrapSizes } from "../bootstrap.js";
import { labelledRows } from "../labels.js";
import { type ChallengeScore, type Json, nothing } from "../scorer.js";
import { sharedArray } from "../shared.js";
import { type BucketHistory, CLASSES } from "./history.js";
import { topShares } from "./ranking.js";
import { recentWeights } from "./recentWeights.js";
import { type Segment, stretchEdges, walkForward } from "./segments.js";

const CHANCE = 1 / CLASSES;
/** A miner counts when more than this share of rows holds a forecast. */
const MIN_ACTIVE_SHARE = 0.05;
const FIT = { solver: "liblinear", C: 0.1, tol: 1e-4, maxIter: 100, balanced: true } as const;

interface SurveyInput {
  readonly codes: Uint16Array;
  readonly width: number;
  readonly rows: Int32Array;
  readonly labels: Uint8Array;
  readonly edges: Int32Array;
}

/** What one miner chose, in how many rows it was active, and its hits per bucket and stretch. */
interface Survey {
  readonly choice: Uint8Array;
  readonly active: number;
  readonly hits: Int32Array;
}

export const surveyTask: Task<SurveyInput, Survey> = {
  name: "bucketSurvey",
  run(kernel, { codes, width, rows, labels, edges }) {
    const { choice, active } = kernel.bucketChoices(codes, width, rows);
    return { choice, active, hits: kernel.bucketHits(choice, labels, edges) };
  },
};

/** The active miners and everything that is counted once for all segments. */
interface Field {
  readonly embeddings: Embeddings;
  /** Positions of the active miners in embeddings.hotkeys. */
  readonly active: readonly number[];
  readonly surveys: readonly Survey[];
  readonly rows: Int32Array;
  readonly labels: Uint8Array;
  readonly edges: Int32Array;
}

export async function scoreClassifier(
  history: BucketHistory,
  constants: BucketConstants,
  executor: Executor,
): Promise<ChallengeScore> {
  const { rows, labels } = labelledRows(history.labels);
  if (rows.length < constants.MIN_REQUIRED_SAMPLES) {
    return nothing(`${rows.length} labelled rows of ${constants.MIN_REQUIRED_SAMPLES} needed`);
  }
  const segments = walkForward(rows.length, constants._WF_CHUNK, constants._MAX_TRAIN);
  const field = await survey(history.embeddings, rows, labels, stretchEdges(segments), executor);
  const hotkeys = history.embeddings.hotkeys;
  const active = field.active.map((j) => hotkeys[j]);
  if (active.length < 2) return nothing("fewer than two active miners", { active });
  if (segments.length === 0) return nothing(`${rows.length} labelled rows are too few for a segment`, { active });

  const total = new Float64Array(active.length);
  const reports: Json[] = [];
  const weights = recencyWeights(segments.length, constants._RECENCY_GAMMA);
  let weightSum = 0;
  for (const [number, segment] of segments.entries()) {
    const weight = weights[number];
    const { importance, report } = await scoreSegment(field, segment, number, constants, executor);
    reports.push({ segment: number, weight: importance ? weight : 0, ...report });
    if (!importance) continue;
    for (let j = 0; j < total.length; j++) total[j] += importance[j] * weight;
    weightSum += weight;
  }
  const diagnostics = { active, segments: reports };
  if (weightSum <= 0) return nothing("no segment counted", diagnostics);

  const scores = total.map((value) => value / weightSum);
  const uniqueness = uniquenessFactors(scores, field, constants._WF_CHUNK, executor);
  const final = scores.map((value, j) => value * uniqueness[j]);
  const shares = topShares(active, final, constants.TOP_K);
  const outcome = { ...diagnostics, scores: [...scores], uniqueness: [...uniqueness] };
  return shares.size === 0 ? nothing("every score is 0", outcome) : { shares, diagnostics: outcome };
}

/** gamma to the power of the segments that follow. */
function recencyWeights(segments: number, gamma: number): Float64Array {
  const weights = new Float64Array(segments).fill(1);
  for (let i = segments - 2; i >= 0; i--) weights[i] = weights[i + 1] * gamma;
  return weights;
}

async function survey(
  embeddings: Embeddings,
  rows: Int32Array,
  labels: Uint8Array,
  edges: Int32Array,
  executor: Executor,
): Promise<Field> {
  const width = embeddings.width;
  const inputs = embeddings.columns.map((codes) => ({ codes, width, rows, labels, edges }));
  const all = await executor.map(surveyTask, inputs);
  const active: number[] = [];
  all.forEach(({ active: count }, j) => {
    if (count / rows.length > MIN_ACTIVE_SHARE) active.push(j);
  });
  return { embeddings, active, surveys: active.map((j) => all[j]), rows, labels, edges };
}

interface SegmentScore {
  /** Per active miner; absent when the segment does not count. */
  readonly importance?: Float64Array;
  readonly report: { readonly [key: string]: Json };
}

async function scoreSegment(
  field: Field,
  segment: Segment,
  number: number,
  constants: BucketConstants,
  executor: Executor,
): Promise<SegmentScore> {
  const validation = labelCounts(field.labels.subarray(segment.from, segment.to));
  const base = { rows: [segment.from, segment.to], counts: [...validation] };
  if (validation.filter((count) => count > 0).length < 2) return { report: { ...base, skipped: "one bucket only" } };
  const lifts = accuracies(field, segment.from, segment.to, validation).map((value) => Math.max(value - CHANCE, 0));
  if (lifts.every((lift) => lift === 0)) return { report: { ...base, skipped: "no miner beats chance" } };

  const training = labelCounts(field.labels.subarray(segment.train, segment.from));
  const trained = accuracies(field, segment.train, segment.from, training);
  const selected = [...trained.keys()].sort((a, b) => trained[b] - trained[a]).slice(0, constants._META_K);
  const sizes = await squaredSizes(field, segment, number, selected, constants, executor);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const importance = lifts.map((lift, j) => lift * (largest === 0 ? 1 : sizes[j] / largest));
  const report = {
    ...base,
    lifts: [...lifts],
    selected: selected.map((j) => field.embeddings.hotkeys[field.active[j]]),
    coefficientSizes: [...sizes],
    importance: [...importance],
  };
  const sum = importance.reduce((a, b) => a + b, 0);
  if (sum <= 0) return { report: { ...report, skipped: "every importance is 0" } };
  const shares = importance.map((value) => value / sum);
  const balancedAccuracy = voteAccuracy(field, segment, shares, executor);
  if (balancedAccuracy <= CHANCE) {
    return { report: { ...report, balancedAccuracy, skipped: "the vote does not beat chance" } };
  }
  return { importance, report: { ...report, balancedAccuracy } };
}

function labelCounts(labels: Uint8Array): Int32Array {
  const counts = new Int32Array(CLASSES);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Mean recall per miner over all five buckets, absent ones counting 0. */
function accuracies(field: Field, from: number, to: number, counts: Int32Array): Float64Array {
  const [first, last] = [field.edges.indexOf(from), field.edges.indexOf(to)];
  return Float64Array.from(field.surveys, ({ hits }) => {
    let sum = 0;
    for (let bucket = 0; bucket < CLASSES; bucket++) {
      if (counts[bucket] === 0) continue;
      let own = 0;
      for (let stretch = first; stretch < last; stretch++) own += hits[stretch * CLASSES + bucket];
      sum += own / counts[bucket];
    }
    return sum / CLASSES;
  });
}

/** Sum over the buckets of squared coefficient sizes, per active miner; 0 for those left out of the fits. */
async function squaredSizes(
  field: Field,
  segment: Segment,
  number: number,
  selected: readonly number[],
  constants: BucketConstants,
  executor: Executor,
): Promise<Float64Array> {
  const rows = segment.from - segment.train;
  const labels = field.labels.subarray(segment.train, segment.from);
  const times = Int32Array.from({ length: rows }, (_, t) => t);
  const weights = recentWeights(times, constants.RECENT_SAMPLES, constants.RECENT_MASS);
  const designs = bucketDesigns(field, segment, selected, executor);
  const problems = designs.flatMap((values, bucket) => {
    const y = labels.map((label) => (label === bucket ? 1 : 0));
    if (!y.includes(1) || !y.includes(0)) return [];
    const seed = constants.SEED + 1000 * (number + 1) + bucket;
    return [{ x: { values, rows, cols: selected.length }, y, weights, seed }];
  });
  const plan = { fit: FIT, block: constants._BOOTSTRAP_BLOCK, replicates: constants._BOOTSTRAP_N };
  const squares = new Float64Array(field.active.length);
  for (const sizes of await bootstrapSizes(executor, problems, plan)) {
    selected.forEach((j, column) => {
      squares[j] += sizes[column] * sizes[column];
    });
  }
  return squares;
}

/** Per bucket a design of the selected miners' probabilities of it over the training rows. */
function bucketDesigns(
  field: Field,
  segment: Segment,
  selected: readonly number[],
  executor: Executor,
): Float32Array[] {
  const rows = field.rows.subarray(segment.train, segment.from);
  const n = rows.length;
  const designs = Array.from({ length: CLASSES }, () => sharedArray(Float32Array, n * selected.length));
  selected.forEach((j, column) => {
    const codes = field.embeddings.columns[field.active[j]];
    const p = executor.kernel.bucketProbabilities(codes, field.embeddings.width, rows);
    designs.forEach((design, bucket) => {
      design.set(p.subarray(bucket * n, (bucket + 1) * n), column * n);
    });
  });
  return designs;
}

/** Mean recall of the weighted vote over the buckets that occur in the segment. */
function voteAccuracy(field: Field, segment: Segment, shares: Float64Array, executor: Executor): number {
  const voters = [...shares.keys()].filter((j) => shares[j] > 0);
  const choices = stackChoices(voters, field, segment.from, segment.to);
  const votes = executor.kernel.bucketVotes(
    choices,
    Float64Array.from(voters, (j) => shares[j]),
  );
  const labels = field.labels.subarray(segment.from, segment.to);
  const counts = labelCounts(labels);
  const hits = executor.kernel.bucketHits(votes, labels, Int32Array.of(0, labels.length));
  let sum = 0;
  let present = 0;
  for (let bucket = 0; bucket < CLASSES; bucket++) {
    if (counts[bucket] === 0) continue;
    sum += hits[bucket] / counts[bucket];
    present++;
  }
  return sum / present;
}

function stackChoices(voters: readonly number[], field: Field, from: number, to: number): Uint8Array {
  const choices = new Uint8Array(voters.length * (to - from));
  voters.forEach((j, position) => {
    choices.set(field.surveys[j].choice.subarray(from, to), position * (to - from));
  });
  return choices;
}

/** (1 − largest overlap with a better-placed miner)² for the positive scores, 1 for the first of them and the rest. */
function uniquenessFactors(scores: Float64Array, field: Field, tail: number, executor: Executor): Float64Array {
  const factors = new Float64Array(scores.length).fill(1);
  const ranked = [...scores.keys()].filter((j) => scores[j] > 0).sort((a, b) => scores[b] - scores[a]);
  if (ranked.length < 2) return factors;
  const to = field.rows.length;
  const from = Math.max(0, to - tail);
  const agreements = executor.kernel.largestAgreements(stackChoices(ranked, field, from, to), ranked.length);
  ranked.forEach((j, rank) => {
    const own = 1 - agreements[rank] / (to - from);
    factors[j] = own * own;
  });
  return factors;
}
