/** XSEC-RANK (24-xsec-rank): which assets end above the cross-section's median return `blocksAhead` later. */
import { argsortDescending } from "../kernel/argsort.js";
import type { PooledConstants } from "../profiles/profile.js";
import type { AssetData } from "../trainingData.js";
import { walkSegments } from "./pooled/segments.js";
import { scoreWalk } from "./pooled/walk.js";
import { nothing, type Scorer } from "./scorer.js";

/** Fewest rows with a forward price. */
const MIN_ROWS = 500;

export const scoreXsecRank: Scorer<AssetData, PooledConstants> = async (data, { challenge, constants, executor }) => {
  const { embeddings, values } = data;
  const assets = challenge.assets?.length ?? 1;
  const ahead = Math.floor(challenge.blocksAhead / constants.SAMPLE_EVERY);
  const usable = embeddings.rows - ahead;
  if (ahead <= 0 || usable < MIN_ROWS) {
    return nothing(`${embeddings.rows} rows: at least ${MIN_ROWS + ahead} are needed`);
  }
  // the scorer never sees sidx: the forward price stands `ahead` rows later, whatever the gap
  const forward = Int32Array.from({ length: embeddings.rows }, (_, t) => (t < usable ? t + ahead : -1));
  const labels = executor.kernel.crossSectionLabels(values, assets, forward, "ratio");
  const { ones, zeros } = executor.kernel.labelCounts(labels, assets);
  if (ones[usable] + zeros[usable] < constants.MIN_TRAIN_ROWS || !ones[usable] || !zeros[usable]) {
    return nothing("too few labelled samples, or one class only");
  }
  const segments = walkSegments(usable, {
    embargo: constants.LAG,
    back: 0,
    gap: constants.LAG,
    chunk: constants.CHUNK_SIZE,
  });
  return scoreWalk(
    {
      embeddings,
      labels,
      assets,
      segments,
      muted: embeddings.columns.map(() => null),
      minDistinct: 0,
      rank: argsortDescending,
    },
    constants,
    executor,
  );
};
