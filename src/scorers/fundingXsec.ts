/** FUNDING-XSEC (25-funding-xsec): which assets' funding rates rise more than the cross-section's median change. */
import { argsortDescendingLikeNumpy } from "../kernel/argsort.js";
import type { Task } from "../kernel/executor.js";
import type { FundingConstants } from "../profiles/profile.js";
import type { AssetData } from "../trainingData.js";
import { walkSegments } from "./pooled/segments.js";
import { scoreWalk } from "./pooled/walk.js";
import { nothing, type Scorer } from "./scorer.js";

/** Fewest rows with a forward row. */
const MIN_ROWS = 500;
/** Tolerance of the forward match as a share of the horizon. */
const TOLERANCE = 0.15;

interface StaleInput {
  readonly codes: Uint16Array;
  readonly assets: number;
  readonly rowMask: Uint8Array;
  readonly minStd: number;
}

export const staleTask: Task<StaleInput, Uint8Array> = {
  name: "funding.stale",
  run: (kernel, { codes, assets, rowMask, minStd }) => kernel.constantColumns(codes, assets, rowMask, minStd),
};

export const scoreFundingXsec: Scorer<AssetData, FundingConstants> = async (
  data,
  { challenge, constants, executor },
) => {
  const { embeddings, values, sidx } = data;
  const assets = challenge.assets?.length ?? 1;
  const ahead = Math.floor(challenge.blocksAhead / constants.SAMPLE_EVERY);
  // a row count against a distance in sidx, as the reference compares them
  if (ahead <= 0 || embeddings.rows <= ahead) return nothing(`${embeddings.rows} rows: more than ${ahead} are needed`);
  const forward = matchForward(sidx, embeddings.rows, ahead);
  let matched = 0;
  let last = -1;
  const rowMask = Uint8Array.from(forward, (row, t) => {
    if (row < 0) return 0;
    matched++;
    last = t;
    return 1;
  });
  if (matched < MIN_ROWS) return nothing(`${matched} rows have a later row to compare with; ${MIN_ROWS} are needed`);

  const usable = last + 1;
  const labels = executor.kernel.crossSectionLabels(values, assets, forward, "difference");
  const { ones, zeros } = executor.kernel.labelCounts(labels, assets);
  if (ones[usable] + zeros[usable] < constants.MIN_TRAIN_ROWS || !ones[usable] || !zeros[usable]) {
    return nothing("too few labelled samples, or one class only");
  }
  const muted = await executor.map(
    staleTask,
    embeddings.columns.map((codes) => ({ codes, assets, rowMask, minStd: constants.MIN_TEMPORAL_STD })),
  );
  const segments = walkSegments(usable, {
    embargo: Math.max(constants.LAG, ahead),
    back: ahead,
    gap: ahead,
    chunk: constants.CHUNK_SIZE,
  });
  return scoreWalk(
    {
      embeddings,
      labels,
      assets,
      segments,
      muted,
      minDistinct: constants.MIN_UNIQUE_VALS,
      rank: argsortDescendingLikeNumpy,
    },
    constants,
    executor,
  );
};

/**
 * The row whose sidx is nearest to sidx[t] + ahead within the tolerance, the earlier one on equal distance, −1 for none
 * (25 §4.2). Without a sidx per row: the row `ahead` rows later.
 */
export function matchForward(sidx: ArrayLike<number>, rows: number, ahead: number): Int32Array {
  if (sidx.length !== rows) return Int32Array.from({ length: rows }, (_, t) => (t < rows - ahead ? t + ahead : -1));
  const tolerance = Math.max(1, Math.floor(ahead * TOLERANCE));
  const forward = new Int32Array(rows).fill(-1);
  let k = 0;
  for (let t = 0; t < rows; t++) {
    const target = sidx[t] + ahead;
    while (k < rows && sidx[k] < target) k++;
    let best = tolerance + 1;
    for (const candidate of [k - 1, k]) {
      if (candidate <= t || candidate >= rows) continue;
      const distance = Math.abs(sidx[candidate] - target);
      if (distance < best) {
        best = distance;
        forward[t] = candidate;
      }
    }
  }
  return forward;
}
