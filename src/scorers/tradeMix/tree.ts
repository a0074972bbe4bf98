/**
 * One regression tree of scikit-learn 1.7.2's gradient boosting (26 §9.3): depth first, exact splits by `friedman_mse`,
 * features visited in the order of its random stream, because only a strictly larger gain replaces the best split.
 */
import { Xorshift32 } from "../../kernel/js/random.js";

/** Neighbouring float32 values closer than this are not told apart. */
const FEATURE_THRESHOLD = Math.fround(1e-7);
const PURE = 2 ** -52;

/** A leaf has feature −1. */
export interface TreeNode {
  readonly feature: number;
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
  /** Mean target of the rows it was fitted on. */
  readonly value: number;
}

export interface TreeData {
  /** One array per feature. */
  readonly features: readonly Float32Array[];
  /** Row numbers by ascending value, one array per feature. */
  readonly order: readonly Int32Array[];
}

export interface TreeOptions {
  readonly maxDepth: number;
  readonly minLeaf: number;
  /** Seed of the order of features. */
  readonly seed: number;
}

interface Split {
  readonly feature: number;
  readonly threshold: number;
}

class TreeBuilder {
  readonly nodes: TreeNode[] = [];
  /** Which node a row is in; −1 for rows out of the bag. */
  readonly #nodeOf: Int32Array;
  readonly #features: Int32Array;
  /** Features found constant on the way to the present node. */
  readonly #constants: Int32Array;
  readonly #stream: Xorshift32;
  /** Values and targets of the present node's rows, by ascending value of one feature. */
  readonly #values: Float32Array;
  readonly #sorted: Float64Array;

  constructor(
    readonly data: TreeData,
    readonly target: Float64Array,
    inBag: Uint8Array,
    readonly options: TreeOptions,
  ) {
    this.#nodeOf = Int32Array.from(inBag, (flag) => (flag ? 0 : -1));
    this.#features = Int32Array.from(data.features, (_, i) => i);
    this.#constants = new Int32Array(data.features.length);
    this.#stream = new Xorshift32(options.seed || 1);
    this.#values = new Float32Array(target.length);
    this.#sorted = new Float64Array(target.length);
  }

  /** Builds the subtree of the rows marked `mark`; `known` features are constant already. */
  grow(mark: number, depth: number, known: number): number {
    const { maxDepth, minLeaf } = this.options;
    const index = this.nodes.length;
    let count = 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < this.target.length; i++) {
      if (this.#nodeOf[i] !== mark) continue;
      const y = this.target[i];
      count++;
      sum += y;
      squares += y * y;
    }
    const value = sum / count;
    const leaf: TreeNode = { feature: -1, threshold: 0, left: -1, right: -1, value };
    this.nodes.push(leaf);
    const impurity = squares / count - value * value;
    if (depth >= maxDepth || count < 2 || count < 2 * minLeaf || impurity <= PURE) return index;
    const { split, constants } = this.#bestSplit(mark, count, sum, known);
    if (split === null) return index;

    const column = this.data.features[split.feature];
    const [leftMark, rightMark] = [2 * mark + 1, 2 * mark + 2];
    for (let i = 0; i < column.length; i++) {
      if (this.#nodeOf[i] === mark) this.#nodeOf[i] = column[i] <= split.threshold ? leftMark : rightMark;
    }
    const left = this.grow(leftMark, depth + 1, constants);
    const right = this.grow(rightMark, depth + 1, constants);
    this.nodes[index] = { ...split, left, right, value };
    return index;
  }

  /** Visits the features in random order; the constant ones are set aside for the subtree. */
  #bestSplit(
    mark: number,
    count: number,
    sum: number,
    known: number,
  ): { readonly split: Split | null; readonly constants: number } {
    const features = this.#features;
    const swap = (i: number, j: number): void => {
      [features[i], features[j]] = [features[j], features[i]];
    };
    let best: (Split & { readonly gain: number }) | null = null;
    let remaining = features.length;
    let drawn = 0;
    let found = 0;
    let total = known;
    while (remaining > total) {
      let j = drawn + (this.#stream.next31() % (remaining - found - drawn));
      if (j < known) {
        swap(drawn, j);
        drawn++;
        continue;
      }
      j += found;
      const feature = features[j];
      this.#sortNode(mark, feature);
      if (this.#values[count - 1] <= Math.fround(this.#values[0] + FEATURE_THRESHOLD)) {
        swap(j, total);
        found++;
        total++;
        continue;
      }
      remaining--;
      swap(remaining, j);
      const candidate = this.#bestCut(count, sum);
      if (candidate !== null && (best === null || candidate.gain > best.gain)) best = { feature, ...candidate };
    }
    features.set(this.#constants.subarray(0, known));
    this.#constants.set(features.subarray(known, known + found), known);
    return { split: best && { feature: best.feature, threshold: best.threshold }, constants: total };
  }

  #sortNode(mark: number, feature: number): void {
    const column = this.data.features[feature];
    let n = 0;
    for (const row of this.data.order[feature]) {
      if (this.#nodeOf[row] !== mark) continue;
      this.#values[n] = column[row];
      this.#sorted[n] = this.target[row];
      n++;
    }
  }

  /** Best cut of the sorted node; sums grow from whichever side is nearer. */
  #bestCut(count: number, sum: number): { readonly threshold: number; readonly gain: number } | null {
    const { minLeaf } = this.options;
    const values = this.#values;
    const targets = this.#sorted;
    let best: { readonly threshold: number; readonly gain: number } | null = null;
    let at = 0;
    let left = 0;
    for (let p = 1; p < count; p++) {
      if (values[p] <= Math.fround(values[p - 1] + FEATURE_THRESHOLD)) continue;
      if (p < minLeaf || count - p < minLeaf) continue;
      if (p - at <= count - p) {
        for (let i = at; i < p; i++) left += targets[i];
      } else {
        left = sum;
        for (let i = count - 1; i >= p; i--) left -= targets[i];
      }
      at = p;
      const difference = (count - p) * left - p * (sum - left);
      const gain = (difference * difference) / (p * (count - p));
      if (best !== null && gain <= best.gain) continue;
      const middle = values[p - 1] / 2 + values[p] / 2;
      best = { gain, threshold: middle === values[p] ? values[p - 1] : middle };
    }
    return best;
  }
}

/** Fits a tree to the rows in the bag. */
export function fitTree(data: TreeData, target: Float64Array, inBag: Uint8Array, options: TreeOptions): TreeNode[] {
  const builder = new TreeBuilder(data, target, inBag, options);
  builder.grow(0, 0, 0);
  return builder.nodes;
}

/** Value of the leaf that row `row` of the columns falls into. */
export function leafValue(nodes: readonly TreeNode[], features: readonly Float32Array[], row: number): number {
  let node = nodes[0];
  while (node.feature >= 0) {
    node = nodes[features[node.feature][row] <= node.threshold ? node.left : node.right];
  }
  return node.value;
}
