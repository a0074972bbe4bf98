/** What both paths of a bucket challenge start from (22-lbfgs-buckets §2, §3.2). */
import type { Kernel } from "../../kernel/kernel.js";
import type { BucketConstants } from "../../profiles/profile.js";
import type { Embeddings, PriceData } from "../../trainingData.js";
import { horizonRows } from "../labels.js";

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

/** Both matrices cut to their last `cap` rows, aligned at the end (30-aggregate §3). */
function latest(data: PriceData, cap: number): { embeddings: Embeddings; prices: Float64Array } {
  const { embeddings, prices } = data;
  const rows = Math.min(embeddings.rows, prices.length, cap);
  if (rows === embeddings.rows && rows === prices.length) return { embeddings, prices };
  const from = (embeddings.rows - rows) * embeddings.width;
  const columns = embeddings.columns.map((codes) => codes.subarray(from));
  return { embeddings: { ...embeddings, columns, rows }, prices: prices.subarray(prices.length - rows) };
}
