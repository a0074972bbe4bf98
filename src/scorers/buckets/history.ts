/** What both paths of a bucket challenge start from (22-lbfgs-buckets §2, §3.2). */
import type { Kernel } from "../../kernel/kernel.js";
import type { BucketConstants } from "../../profiles/profile.js";
import type { Embeddings, PriceData } from "../../trainingData.js";
import { sharedCopy } from "./shared.js";

export const CLASSES = 5;
/** Five bucket probabilities, then three values for each of the four outer buckets. */
const WIDTH = 17;

export interface BucketHistory {
  readonly embeddings: Embeddings;
  readonly rows: number;
  /** Rows that a forecast looks ahead. */
  readonly horizon: number;
  /** ln(price + EPS) per row. */
  readonly logPrices: Float64Array;
  /** Bucket of each of the first rows − horizon rows, 255 where it has none. */
  readonly labels: Uint8Array;
}

/** The history that a path works on, or why it scores nothing. */
export function openHistory(
  kernel: Kernel,
  data: PriceData,
  blocksAhead: number,
  constants: BucketConstants,
): BucketHistory | string {
  const { embeddings, prices } = latest(data, constants.MAX_BLOCK_HISTORY);
  const rows = prices.length;
  if (embeddings.hotkeys.length === 0) return "no hotkeys";
  if (embeddings.width !== WIDTH) return `${embeddings.width} values per hotkey where ${WIDTH} are needed`;
  if (rows < constants.MIN_REQUIRED_SAMPLES) return `${rows} rows of ${constants.MIN_REQUIRED_SAMPLES} needed`;
  const horizon = horizonRows(blocksAhead, constants.SAMPLE_EVERY);
  const logPrices = kernel.logAll(prices.map((price) => price + constants.EPS));
  const window = Math.max(Math.floor(constants.MIN_REQUIRED_SAMPLES / 2), 1000);
  const labels = kernel.bucketLabels(logPrices, horizon, window, constants.EPS);
  return { embeddings, rows, horizon, logPrices, labels };
}

/** max(1, blocksAhead/sampleEvery rounded half to even). */
export function horizonRows(blocksAhead: number, sampleEvery: number): number {
  const ratio = blocksAhead / Math.max(1, sampleEvery);
  const below = Math.floor(ratio);
  const up = ratio - below > 0.5 || (ratio - below === 0.5 && below % 2 === 1);
  return Math.max(1, up ? below + 1 : below);
}

/** Both matrices cut to their last `cap` rows, aligned at the end (30-aggregate §3). */
function latest(data: PriceData, cap: number): { embeddings: Embeddings; prices: Float64Array } {
  const { embeddings, prices } = data;
  const rows = Math.min(embeddings.rows, prices.length, cap);
  if (rows === embeddings.rows && rows === prices.length) return { embeddings, prices };
  const from = (embeddings.rows - rows) * embeddings.width;
  const columns = embeddings.columns.map((codes) => codes.subarray(from));
  return { embeddings: { ...embeddings, columns, rows }, prices: prices.subarray(prices.length - rows) };
}

/** Row numbers with a label, and their labels, where workers can read them. */
export function labelledRows(labels: Uint8Array): { readonly rows: Int32Array; readonly labels: Uint8Array } {
  const rows = new Int32Array(labels.length);
  const kept = new Uint8Array(labels.length);
  let n = 0;
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] === 255) continue;
    rows[n] = t;
    kept[n++] = labels[t];
  }
  return { rows: sharedCopy(rows.subarray(0, n)), labels: sharedCopy(kept.subarray(0, n)) };
}
