// The whole ABI on one page: what the kernel exports. Pointers are byte offsets into its memory.
export { alloc, allocZeroed, mark, release } from "./arena";
export { bootstrapLogistic } from "./linear/bootstrap";
export { fitLogistic } from "./linear/logistic";
export { fitNamed } from "./linear/named";
export {
  pooledRowsCreate,
  pooledRowsSetCodes,
  pooledRowsSetFit,
  replicatesCreate,
  replicatesDraw,
  replicatesFit,
  replicatesResult,
} from "./linear/replicates";
export { auc } from "./metrics/auc";

export { expArray, log1pArray, logArray } from "./numeric/elementwise";
export { exp } from "./numeric/exp";
export { decodeHalves } from "./numeric/half";
export { log, log1p } from "./numeric/log";
export { median } from "./numeric/order";
export { sum, sumFloat32 } from "./numeric/sum";
export { tanh } from "./numeric/tanh";
export { legacyGenerator, legacyPermutation, legacyRandom, sagaSeed } from "./random/mt19937";
export { randomDoubles, randomIntegers } from "./random/pcg64";
export { xorshiftNumbers } from "./random/xorshift";
export { crossSectionLabels } from "./series/crossSection";
export { multiplySpectra, packedTransform, twiddleFactors, unpackShifts } from "./series/fft";
export { firstTouch } from "./series/firstTouch";
export { rollingStd } from "./series/rollingStd";
export { windowExtremes } from "./series/windowExtremes";
export { dotProducts, residualBooks } from "./walkforward/books";
export { bucketChoices, bucketHits, bucketProbabilities, logitColumn } from "./walkforward/bucketChoices";
export { bucketLabels, pathHits } from "./walkforward/bucketLabels";
export { bucketVotes, largestAgreements } from "./walkforward/bucketVotes";
export { centredProducts } from "./walkforward/centredProducts";
export { closeRows } from "./walkforward/closeRows";
export { decodeTile, gramTile } from "./walkforward/cosine";
export { deskLeaveOneOut } from "./walkforward/desk";
export { walkForward } from "./walkforward/expanding";
export { hitFirstLogits } from "./walkforward/hitFirstLogits";
export { holdOutAuc } from "./walkforward/holdOut";
export { activeRows, activeSums, jointSums } from "./walkforward/jointSums";
export { addDistances, addLogs, labelLosses } from "./walkforward/opinionPool";
export {
  addScaled,
  countKept,
  keptLabels,
  markLabelled,
  markPredicted,
  predictColumn,
  sigmoidShifted,
} from "./walkforward/pooledDesign";
export { constantColumns, labelCounts, muteColumns, pooledMiner } from "./walkforward/pooledMiner";
export { poolForecast, poolLossBlock } from "./walkforward/poolLoss";
export { decodePositions } from "./walkforward/positions";
export { rollingAucs } from "./walkforward/rolling";
export { medianKeys, medianTile } from "./walkforward/rowMedians";
export {
  stackCreate,
  stackGradient,
  stackHitWeights,
  stackLoss,
  stackOutcomes,
  stackPlane,
  stackRemovals,
} from "./walkforward/simplexStack";
export { timeWeights } from "./walkforward/timeWeights";
