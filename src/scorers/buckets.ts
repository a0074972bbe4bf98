/** ETHLBFGS and BTCLBFGS: five-bucket forecasts, scored by the classifier path and the quantile path (22-lbfgs-buckets). */
import type { BucketCohortConstants, BucketConstants } from "../profiles/profile.js";
import type { PriceData } from "../trainingData.js";
import { scoreClassifier } from "./buckets/classifier.js";
import { type BucketHistory, openHistory } from "./buckets/history.js";
import { blendPaths } from "./buckets/ranking.js";
import { reduceToRepresentatives } from "./buckets/reduced.js";
import { equalizeShares } from "./clusters/groups.js";
import { scoreQuantiles } from "./qpath.js";
import { type ChallengeScore, nothing, type ScoreContext, type Scorer } from "./scorer.js";

/** Profile 2026-05. */
export const scoreBuckets: Scorer<PriceData, BucketConstants> = async (data, context) => {
  const history = open(data, context);
  if (typeof history === "string") return nothing(history);
  const { constants, executor } = context;
  const [classifier, quantiles] = await Promise.all([
    scoreClassifier(history, constants, executor),
    scoreQuantiles(history, constants, executor, "lbfgs"),
  ]);
  return blend(history, classifier, quantiles, context);
};

/**
 * Profile 2026-07: a cohort of miners whose forecasts move together is scored as its first hotkey, whose share all members then
 * divide equally; the quantile path is fitted with liblinear (52-hitfirst-buckets-2026-07 §5 to §7).
 */
export const scoreBucketCohorts: Scorer<PriceData, BucketCohortConstants> = async (data, context) => {
  const history = open(data, context);
  if (typeof history === "string") return nothing(history);
  const { constants, executor } = context;
  const { embeddings, representativeOf } = await reduceToRepresentatives(history.embeddings, executor, constants);
  const reduced = { ...history, embeddings };
  const [classifier, quantiles] = await Promise.all([
    scoreClassifier(reduced, constants, executor),
    scoreQuantiles(reduced, constants, executor, "liblinear"),
  ]);
  const equalize = (score: ChallengeScore) => ({ ...score, shares: equalizeShares(score.shares, representativeOf) });
  const cohorts = { representatives: Object.fromEntries(representativeOf) };
  return blend(history, equalize(classifier), equalize(quantiles), context, cohorts);
};

function open(
  data: PriceData,
  { challenge, constants, executor }: ScoreContext<BucketConstants>,
): BucketHistory | string {
  return openHistory(executor.kernel, data, challenge.blocksAhead, constants);
}

function blend(
  history: BucketHistory,
  classifier: ChallengeScore,
  quantiles: ChallengeScore,
  { executor }: ScoreContext<BucketConstants>,
  more: ChallengeScore["diagnostics"] = {},
): ChallengeScore {
  const shares = blendPaths(executor.kernel, history.embeddings.hotkeys, classifier.shares, quantiles.shares);
  const diagnostics = { ...more, classifier: explain(classifier), quantiles: explain(quantiles) };
  if (shares.size > 0) return { shares, diagnostics };
  return nothing(`classifier: ${why(classifier)}; quantiles: ${why(quantiles)}`, diagnostics);
}

function why({ skipped }: ChallengeScore): string {
  return skipped ?? "every share alike";
}

function explain({ shares, skipped, diagnostics }: ChallengeScore): ChallengeScore["diagnostics"] {
  return { ...diagnostics, shares: Object.fromEntries(shares), ...(skipped === undefined ? {} : { skipped }) };
}
