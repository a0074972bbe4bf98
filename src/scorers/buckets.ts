/** ETHLBFGS and BTCLBFGS: five-bucket forecasts, scored by the classifier path and the quantile path (22-lbfgs-buckets). */
import type { BucketConstants } from "../profiles/profile.js";
import type { PriceData } from "../trainingData.js";
import { scoreClassifier } from "./buckets/classifier.js";
import { openHistory } from "./buckets/history.js";
import { blendPaths } from "./buckets/ranking.js";
import { scoreQuantiles } from "./qpath.js";
import { type ChallengeScore, nothing, type Scorer } from "./scorer.js";

export const scoreBuckets: Scorer<PriceData, BucketConstants> = async (data, { challenge, constants, executor }) => {
  const history = openHistory(executor.kernel, data, challenge.blocksAhead, constants);
  if (typeof history === "string") return nothing(history);
  const [classifier, quantiles] = await Promise.all([
    scoreClassifier(history, constants, executor),
    scoreQuantiles(history, constants, executor),
  ]);
  const shares = blendPaths(executor.kernel, history.embeddings.hotkeys, classifier.shares, quantiles.shares);
  const diagnostics = { classifier: explain(classifier), quantiles: explain(quantiles) };
  if (shares.size > 0) return { shares, diagnostics };
  return nothing(`classifier: ${why(classifier)}; quantiles: ${why(quantiles)}`, diagnostics);
};

function why({ skipped }: ChallengeScore): string {
  return skipped ?? "every share alike";
}

function explain({ shares, skipped, diagnostics }: ChallengeScore): ChallengeScore["diagnostics"] {
  return { ...diagnostics, shares: Object.fromEntries(shares), ...(skipped === undefined ? {} : { skipped }) };
}
