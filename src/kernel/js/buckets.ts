import type { BucketKernel } from "../ops/buckets.js";
import { finiteOr0, halfValues, LARGEST_FLOAT32 } from "./half.js";
import { logit } from "./hitFirst.js";
import { rollingStd, windowExtremes } from "./series.js";

const BUCKETS = 5;
const NO_LABEL = 255;
const SMALLEST_PROBABILITY = Math.fround(1e-6);
const ACTIVE = Math.fround(0.01);

/** Returns over the horizon: one for each row that has a later price. */
function forwardReturns(logPrices: Float64Array, horizon: number): Float64Array {
  const returns = new Float64Array(Math.max(0, logPrices.length - horizon));
  for (let t = 0; t < returns.length; t++) returns[t] = logPrices[t + horizon] - logPrices[t];
  return returns;
}

const usable = (sigma: number | undefined): sigma is number =>
  sigma !== undefined && Number.isFinite(sigma) && sigma > 0;

function bucketOf(z: number): number {
  if (z <= -2) return 0;
  if (z < -1) return 1;
  if (z <= 1) return 2;
  return z < 2 ? 3 : 4;
}

function bucketLabels(logPrices: Float64Array, horizon: number, window: number, eps: number): Uint8Array {
  const returns = forwardReturns(logPrices, horizon);
  const deviation = rollingStd(returns, window);
  const labels = new Uint8Array(returns.length).fill(NO_LABEL);
  // The newest return that has ended by row t began at t − horizon.
  const first = horizon + window - 1;
  for (let t = first; t < labels.length; t++) {
    const sigma = deviation[t - first];
    if (usable(sigma)) labels[t] = bucketOf(returns[t] / (sigma + eps));
  }
  return labels;
}

function pathHits(
  logPrices: Float64Array,
  labels: Uint8Array,
  horizon: number,
  window: number,
  multipliers: readonly number[],
): Uint8Array {
  const deviation = rollingStd(forwardReturns(logPrices, horizon), window);
  const { max, min } = windowExtremes(logPrices, horizon);
  const hits = new Uint8Array(labels.length).fill(NO_LABEL);
  for (let t = Math.max(1, window - 1); t < labels.length; t++) {
    const sigma = deviation[t - window + 1];
    if (!usable(sigma) || labels[t] === 2 || labels[t] === NO_LABEL) continue;
    const up = max[t] - logPrices[t - 1];
    const down = min[t] - logPrices[t - 1];
    hits[t] = 0;
    multipliers.forEach((k, j) => {
      const hit = labels[t] > 2 ? down <= -(k * sigma) : up >= k * sigma;
      if (hit) hits[t] |= 1 << j;
    });
  }
  return hits;
}

/** Writes the five normalised probabilities of one row, and says whether a raw value shows activity. */
function normalise(codes: Uint16Array, at: number, values: Float32Array, out: Float32Array): boolean {
  let active = false;
  let sum = 0;
  for (let k = 0; k < BUCKETS; k++) {
    const raw = finiteOr0(values[codes[at + k]], LARGEST_FLOAT32);
    if (raw > ACTIVE) active = true;
    out[k] = Math.max(raw, SMALLEST_PROBABILITY);
    sum = k === 0 ? out[k] : Math.fround(sum + out[k]);
  }
  for (let k = 0; k < BUCKETS; k++) out[k] /= sum;
  return active;
}

/** Index of the largest value, the first of equals. */
function argmax(scores: ArrayLike<number>): number {
  let best = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;
  return best;
}

function bucketChoices(codes: Uint16Array, width: number, rows: Int32Array): { choice: Uint8Array; active: number } {
  const values = halfValues();
  const probabilities = new Float32Array(BUCKETS);
  const choice = new Uint8Array(rows.length);
  let active = 0;
  for (let i = 0; i < rows.length; i++) {
    if (normalise(codes, rows[i] * width, values, probabilities)) active++;
    choice[i] = argmax(probabilities);
  }
  return { choice, active };
}

function bucketProbabilities(codes: Uint16Array, width: number, rows: Int32Array): Float32Array {
  const values = halfValues();
  const n = rows.length;
  const probabilities = new Float32Array(BUCKETS);
  const columns = new Float32Array(BUCKETS * n);
  for (let i = 0; i < n; i++) {
    normalise(codes, rows[i] * width, values, probabilities);
    for (let k = 0; k < BUCKETS; k++) columns[k * n + i] = probabilities[k];
  }
  return columns;
}

function bucketHits(choice: Uint8Array, labels: Uint8Array, bounds: Int32Array): Int32Array {
  const stretches = Math.max(0, bounds.length - 1);
  const hits = new Int32Array(stretches * BUCKETS);
  for (let stretch = 0; stretch < stretches; stretch++) {
    for (let i = bounds[stretch]; i < bounds[stretch + 1]; i++) {
      if (choice[i] === labels[i]) hits[stretch * BUCKETS + labels[i]]++;
    }
  }
  return hits;
}

function bucketVotes(choices: Uint8Array, shares: Float64Array): Uint8Array {
  const rows = choices.length / shares.length;
  const votes = new Uint8Array(rows);
  const scores = new Float64Array(BUCKETS);
  for (let i = 0; i < rows; i++) {
    scores.fill(0);
    for (let j = 0; j < shares.length; j++) scores[choices[j * rows + i]] += shares[j];
    votes[i] = argmax(scores);
  }
  return votes;
}

function largestAgreements(choices: Uint8Array, voters: number): Int32Array {
  const rows = choices.length / voters;
  const largest = new Int32Array(voters);
  for (let i = 1; i < voters; i++) {
    const own = choices.subarray(i * rows, (i + 1) * rows);
    for (let j = 0; j < i; j++) {
      const other = choices.subarray(j * rows, (j + 1) * rows);
      let agreements = 0;
      for (let t = 0; t < rows; t++) if (own[t] === other[t]) agreements++;
      largest[i] = Math.max(largest[i], agreements);
    }
  }
  return largest;
}

function logitColumn(
  codes: Uint16Array,
  width: number,
  entry: number,
  rows: Int32Array,
  eps: number,
  absent = 0.5,
): Float64Array {
  const values = halfValues();
  const column = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const q = finiteOr0(values[codes[rows[i] * width + entry]], Number.MAX_VALUE);
    column[i] = logit(q === 0 ? absent : q, eps);
  }
  return column;
}

export function bucketOps(): BucketKernel {
  return {
    bucketLabels,
    pathHits,
    bucketChoices,
    bucketProbabilities,
    bucketHits,
    bucketVotes,
    largestAgreements,
    logitColumn,
  };
}
