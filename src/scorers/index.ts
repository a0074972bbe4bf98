/** Scorers by the name that a profile's rules give them. */
import { scoreBinary, scoreBinaryDaily } from "./binary.js";
import { scoreBreakouts } from "./breakout.js";
import { scoreBucketCohorts, scoreBuckets } from "./buckets.js";
import { scoreFundingXsec } from "./fundingXsec.js";
import { scoreHitFirst, scoreHitFirstBlocks } from "./hitfirst.js";
import type { Scorer } from "./scorer.js";
import { scoreStackedBuckets } from "./stackedBuckets.js";
import { scoreTradeMix } from "./tradeMix.js";
import { scoreTradeMixV2 } from "./tradeMixV2.js";
import { scoreXsecRank } from "./xsecRank.js";

// biome-ignore lint/suspicious/noExplicitAny: a table of unlike scorers; `kinds` of the profile pairs each with its data and constants
type AnyScorer = Scorer<any, any>;

const scorers: ReadonlyMap<string, AnyScorer> = new Map<string, AnyScorer>([
  ["binary", scoreBinary],
  ["binaryDaily", scoreBinaryDaily],
  ["hitfirst", scoreHitFirst],
  ["hitfirstBlocks", scoreHitFirstBlocks],
  ["buckets", scoreBuckets],
  ["bucketCohorts", scoreBucketCohorts],
  ["stackedBuckets", scoreStackedBuckets],
  ["breakout", scoreBreakouts],
  ["tradeMix", scoreTradeMix],
  ["tradeMixV2", scoreTradeMixV2],
  ["xsecRank", scoreXsecRank],
  ["fundingXsec", scoreFundingXsec],
]);

/** Undefined for a name that no scorer has. */
export function findScorer(name: string): AnyScorer | undefined {
  return scorers.get(name);
}
