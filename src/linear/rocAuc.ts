import { UsageError } from "../errors.js";
import { sum64 } from "../numeric/sums.js";
import { toLabels, toWeights } from "./design.js";

/**
 * Area under the ROC curve, ties counted half: scikit-learn 1.7.2's roc_auc_score, to the same double without weights.
 *
 * @param y labels, 0 or 1, one per score
 * @param scores finite numbers; larger means more likely 1
 * @param sampleWeight finite and not negative, one per score; rows of weight 0 do not count
 * @returns the area in [0, 1]; NaN when one label is absent
 * @throws UsageError for lengths that differ, other labels, scores or weights that are not finite
 */
export function rocAuc(
  y: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  sampleWeight?: ArrayLike<number>,
): number {
  const labels = toLabels(y, scores.length, "scores");
  const weights = toWeights(sampleWeight, scores.length);
  const order = descending(scores, weights);
  const curve = cumulate(labels, scores, weights, order);
  const points = curve.falsePositives.length;
  const negatives = curve.falsePositives[points - 1] ?? 0;
  const positives = curve.truePositives[points - 1] ?? 0;
  if (!(negatives > 0 && positives > 0)) return Number.NaN;
  return area(curve, negatives, positives);
}

/** Rows of positive weight by falling score; equal scores in falling order of their rows, as the library leaves them. */
function descending(scores: ArrayLike<number>, weights: Float64Array | null): Uint32Array {
  const kept = new Uint32Array(scores.length);
  let count = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw new UsageError(`score ${i} is ${scores[i]}, not a finite number`);
    if (weights === null || weights[i] !== 0) kept[count++] = i;
  }
  return kept.subarray(0, count).sort((a, b) => scores[b] - scores[a] || b - a);
}

interface RocCurve {
  readonly falsePositives: number[];
  readonly truePositives: number[];
}

/** Cumulative weights of either label at each distinct score. */
function cumulate(
  labels: Uint8Array,
  scores: ArrayLike<number>,
  weights: Float64Array | null,
  order: Uint32Array,
): RocCurve {
  const falsePositives: number[] = [];
  const truePositives: number[] = [];
  let fp = 0;
  let tp = 0;
  for (let k = 0; k < order.length; k++) {
    const i = order[k];
    const weight = weights === null ? 1 : weights[i];
    if (labels[i] === 1) tp += weight;
    else fp += weight;
    if (k + 1 < order.length && scores[order[k + 1]] === scores[i]) continue;
    falsePositives.push(fp);
    truePositives.push(tp);
  }
  return { falsePositives, truePositives };
}

/** Trapezoids under the curve, points inside straight stretches left out, summed in NumPy's order. */
function area({ falsePositives: fp, truePositives: tp }: RocCurve, negatives: number, positives: number): number {
  const areas: number[] = [];
  const straight = (a: readonly number[], k: number) => a[k + 1] - a[k] - (a[k] - a[k - 1]) === 0;
  let lastX = 0;
  let lastY = 0;
  for (let k = 0; k < fp.length; k++) {
    const inside = k > 0 && k < fp.length - 1;
    if (inside && straight(fp, k) && straight(tp, k)) continue;
    const x = fp[k] / negatives;
    const y = tp[k] / positives;
    areas.push(((x - lastX) * (y + lastY)) / 2);
    lastX = x;
    lastY = y;
  }
  return sum64(areas);
}
