import { FitError } from "../../errors.js";
import { sum64 } from "../../numeric/sums.js";

/**
 * Area under the ROC curve, the same double as scikit-learn 1.7.2's roc_auc_score (10-numerics §6): trapezoids under the
 * curve of the distinct thresholds, collinear points dropped first, summed in NumPy's order. `labels` are 0 or 1.
 * NaN when one class is absent; a score that is not finite throws FitError.
 */
export function auc(labels: Uint8Array, scores: Float64Array): number {
  const n = labels.length;
  const positives = new Float64Array(n);
  const negatives = new Float64Array(n);
  let np = 0;
  let nn = 0;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(scores[i])) throw new FitError(`auc: score ${i} is ${scores[i]}, not a finite number`);
    if (labels[i] === 1) positives[np++] = scores[i];
    else negatives[nn++] = scores[i];
  }
  if (np === 0 || nn === 0) return Number.NaN;
  return trapezoids(rocCurve(positives.subarray(0, np).sort(), negatives.subarray(0, nn).sort()), nn, np);
}

interface RocCurve {
  readonly falsePositives: Float64Array;
  readonly truePositives: Float64Array;
  readonly points: number;
}

/** Counts at or above each distinct score, from the highest score down. Both lists are ascending. */
function rocCurve(positives: Float64Array, negatives: Float64Array): RocCurve {
  const falsePositives = new Float64Array(positives.length + negatives.length);
  const truePositives = new Float64Array(positives.length + negatives.length);
  let points = 0;
  let p = positives.length - 1;
  let q = negatives.length - 1;
  while (p >= 0 || q >= 0) {
    const threshold = q < 0 || (p >= 0 && positives[p] > negatives[q]) ? positives[p] : negatives[q];
    while (p >= 0 && positives[p] === threshold) p--;
    while (q >= 0 && negatives[q] === threshold) q--;
    falsePositives[points] = negatives.length - 1 - q;
    truePositives[points] = positives.length - 1 - p;
    points++;
  }
  return { falsePositives, truePositives, points };
}

function trapezoids(curve: RocCurve, negatives: number, positives: number): number {
  const { falsePositives: fp, truePositives: tp, points } = curve;
  const areas = new Float64Array(points);
  let count = 0;
  let lastX = 0;
  let lastY = 0;
  for (let k = 0; k < points; k++) {
    const inside = k > 0 && k < points - 1;
    const straight = (a: Float64Array): boolean => a[k - 1] - 2 * a[k] + a[k + 1] === 0;
    if (inside && straight(fp) && straight(tp)) continue;
    const x = fp[k] / negatives;
    const y = tp[k] / positives;
    areas[count++] = ((x - lastX) * (y + lastY)) / 2;
    lastX = x;
    lastY = y;
  }
  return sum64(areas.subarray(0, count));
}
