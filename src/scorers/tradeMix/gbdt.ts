/** Meta model `gbdt` (26 §9.3): scikit-learn 1.7.2's GradientBoostingRegressor with squared error, one per asset. */
import { sum64 } from "../../numeric/sums.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import { Mt19937 } from "../../random/mt19937.js";
import type { Lesson, MetaModel } from "./metaModel.js";
import { fitTree, leafValue, type TreeData } from "./tree.js";

/** With fewer rows an asset predicts 0. */
const MIN_FIT_ROWS = 50;

interface Round {
  readonly inBag: Uint8Array;
  readonly treeSeed: number;
}

/** The rows in each round's bag and the seed of its tree: one stream over all rounds, the same for every asset. */
export function drawRounds(seed: number, rows: number, rounds: number, fraction: number): Round[] {
  const random = new Mt19937(seed);
  const bagged = Math.max(1, Math.floor(fraction * rows));
  return Array.from({ length: rounds }, () => {
    const inBag = new Uint8Array(rows);
    let taken = 0;
    for (let i = 0; i < rows; i++) {
      if (random.random() * (rows - i) < bagged - taken) {
        inBag[i] = 1;
        taken++;
      }
    }
    return { inBag, treeSeed: random.integer31() };
  });
}

/** Standardises a column by its mean and deviation on the training rows, float32 sums row by row. */
function standardise(column: Float32Array, rows: Int32Array, until: number): Float32Array {
  const { fround } = Math;
  let sum = 0;
  for (const t of rows) sum = fround(sum + column[t]);
  const mean = fround(sum / rows.length);
  let squares = 0;
  for (const t of rows) {
    const d = fround(column[t] - mean);
    squares = fround(squares + fround(d * d));
  }
  const scale = fround(fround(Math.sqrt(fround(squares / rows.length))) + fround(1e-8));
  return column.subarray(0, until).map((x) => fround(x - mean) / scale);
}

function predict({ features, rows, labels, until }: Lesson, constants: TradeMixConstants): Float64Array[] {
  if (rows.length < MIN_FIT_ROWS) return labels.map(() => new Float64Array(until));
  const columns = features.all.map((column) => standardise(column, rows, until));
  const training = columns.map((column) => Float32Array.from(rows, (t) => column[t]));
  const data: TreeData = { features: training };
  const { gbdt_trees, gbdt_depth, gbdt_lr, gbdt_min_leaf, gbdt_subsample, seed } = constants;
  const rounds = drawRounds(seed, rows.length, gbdt_trees, gbdt_subsample);
  return labels.map((y) => {
    const mean = sum64(y) / y.length;
    const raw = new Float64Array(y.length).fill(mean);
    const prediction = new Float64Array(until).fill(mean);
    for (const { inBag, treeSeed } of rounds) {
      const residual = y.map((value, i) => value - raw[i]);
      const tree = fitTree(data, residual, inBag, { maxDepth: gbdt_depth, minLeaf: gbdt_min_leaf, seed: treeSeed });
      for (let i = 0; i < raw.length; i++) raw[i] += gbdt_lr * leafValue(tree, training, i);
      for (let t = 0; t < until; t++) prediction[t] += gbdt_lr * leafValue(tree, columns, t);
    }
    return prediction;
  });
}

export function gbdtModel(constants: TradeMixConstants): MetaModel {
  return { name: "gbdt", predict: (_, lesson) => predict(lesson, constants) };
}
