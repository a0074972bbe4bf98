/**
 * Five-bucket forecasts as the challenge first scored them: a logarithmic opinion pool of the bucket probabilities and simplex stacks
 * of the quantile forecasts, in equal parts (42-profile-2025-10).
 */
import type { StackedBucketConstants } from "../profiles/profile.js";
import type { PriceData } from "../trainingData.js";
import { horizonRows } from "./labels.js";
import { nothing, type Scorer } from "./scorer.js";
import { scorePool } from "./stackedBuckets/classifier.js";
import { combine } from "./stackedBuckets/combine.js";
import { scoreStacks } from "./stackedBuckets/quantiles.js";
import { returnBuckets } from "./stackedBuckets/returns.js";
import { samplesPerDay, walkForward } from "./stackedBuckets/windows.js";

const WIDTH = 17;
const LEAST_EMBARGO = 60;

export const scoreStackedBuckets: Scorer<PriceData, StackedBucketConstants> = async (
  { embeddings, prices },
  { challenge, constants, executor },
) => {
  const { hotkeys, width, rows } = embeddings;
  const required = constants.MIN_REQUIRED_SAMPLES;
  if (hotkeys.length === 0) return nothing("no hotkeys");
  if (width !== WIDTH) return nothing(`${width} values per hotkey where ${WIDTH} are needed`);
  if (rows < required || prices.length < required) return nothing(`${rows} rows of ${required} needed`);

  const { kernel } = executor;
  const horizon = horizonRows(challenge.blocksAhead, constants.SAMPLE_EVERY);
  const perDay = samplesPerDay(constants.SAMPLE_EVERY);
  const windows = walkForward(rows, perDay, horizon + required + 1, Math.max(LEAST_EMBARGO, horizon));
  if (windows.length === 0) {
    return nothing(`${rows} rows leave nothing to evaluate after the first fit, on ${horizon + required + 1} or more`);
  }
  const logPrices = kernel.logAll(prices.map((price) => price + constants.EPS));
  const volatilityWindow = Math.max(required, Math.ceil(perDay * constants.min_days));
  const buckets = (window: number) => returnBuckets(logPrices, horizon, window, constants.EPS);
  const quantileBuckets = buckets(required)!; // there is a window, so there are more than horizon + required rows
  const classifierBuckets = volatilityWindow === required ? quantileBuckets : buckets(volatilityWindow);
  const [classifier, quantiles] = await Promise.all([
    scorePool(embeddings, classifierBuckets, horizon, volatilityWindow, windows, constants, executor),
    scoreStacks(embeddings, logPrices, quantileBuckets, horizon, windows, constants, executor),
  ]);

  const named = (shares: Float64Array) => new Map(hotkeys.map((hotkey, h) => [hotkey, shares[h]]));
  const [c, q] = [named(classifier.shares), named(quantiles.shares)];
  const shares = combine(hotkeys, c, q);
  const diagnostics = {
    classifier: { windows: classifier.windows, shares: Object.fromEntries(c) },
    quantiles: { windows: quantiles.windows, shares: Object.fromEntries(q) },
  };
  return shares.size > 0 ? { shares, diagnostics } : nothing("every share alike in both paths", diagnostics);
};
