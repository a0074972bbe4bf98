/** The public API (browser-safe). On Node, node.ts adds paths and worker threads to it. */
export { FitError, LedgerError, MantisError, ScoreError, UsageError } from "./errors.js";
export { type Executor, inlineExecutor, type Task } from "./kernel/executor.js";
export type { Kernel } from "./kernel/kernel.js";
export { compileKernel, type KernelSource, kernelUrl, openJsKernel, openKernel } from "./kernel/load.js";
export type { LedgerSource } from "./ledger/source.js";
export { DEFAULT_PROFILE, getProfile, profileNames } from "./profiles/index.js";
export type { Challenge, Profile, ValidatorRules } from "./profiles/profile.js";
export { type Aggregate, aggregate, normalise, type Shares, type WeightedShares } from "./salience/aggregate.js";
export { type Comparable, type Comparison, compareResults, type Distance } from "./salience/compare.js";
export { canonicalText, type DigestInput, digest } from "./salience/digest.js";
export { formatState, parseMetagraph, parseState, stateBefore, type WeightState } from "./salience/weightFiles.js";
export {
  chainWeights,
  type Metagraph,
  type SavedWeights,
  validatorWeights,
  type WeightInput,
  type WeightResult,
} from "./salience/weights.js";
export {
  type LedgerScores,
  type LedgerScoringOptions,
  multiSalience,
  type ScoringOptions,
  scoreChallenges,
  scoreLedger,
} from "./score.js";
export type { Progress, Scores, ShareRecord } from "./scoreRun.js";
export type { Json } from "./scorers/scorer.js";
export type {
  AssetData,
  BinaryData,
  BreakoutData,
  BreakoutSample,
  ChallengeKind,
  Embeddings,
  PriceData,
  TrainingData,
} from "./trainingData.js";
export { version } from "./version.js";
export { type LedgerWeights, type WeighingOptions, weighLedger } from "./weighLedger.js";
