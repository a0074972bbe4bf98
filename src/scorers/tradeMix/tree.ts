/**
 * One regression tree of scikit-learn 1.7.2's gradient boosting (26 §9.3): depth first, exact splits by `friedman_mse`,
 * features visited in the order of its random stream, because only a strictly larger gain replaces the best split.
 */
import { Xorshift32 } from "../../numeric/random.js";
import { introsort } from "./introsort.js";

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
  /**
   * Rows in the bag; a node has a stretch of them. Every sort and split moves them as the library does, since rows with equal
   * values are summed in this order, and the last bit of a sum can decide between two features that part a node alike.
   */
  readonly #rows: Int32Array;
  readonly #features: Int32Array;
  /** Features found constant on the way to the present node. */
  readonly #constants: Int32Array;
  readonly #stream: Xorshift32;
  /** Values of one feature, in the order of the rows. */
  readonly #values: Float32Array;

  constructor(
    readonly data: TreeData,
    readonly target: Float64Array,
    inBag: Uint8Array,
    readonly options: TreeOptions,
  ) {
    this.#rows = Int32Array.from([...inBag.keys()].filter((row) => inBag[row] === 1));
    this.#features = Int32Array.from(data.features, (_, i) => i);
    this.#constants = new Int32Array(data.features.length);
    this.#stream = new Xorshift32(options.seed || 1);
    this.#values = new Float32Array(this.#rows.length);
  }

  /** Builds the tree of all rows in the bag. */
  growAll(): void {
    this.#grow(0, this.#rows.length, 0, 0);
  }

  /** Builds the subtree of rows begin .. end − 1; `known` features are constant already. */
  #grow(begin: number, end: number, depth: number, known: number): number {
    const { maxDepth, minLeaf } = this.options;
    const index = this.nodes.length;
    const count = end - begin;
    let sum = 0;
    let squares = 0;
    for (let i = begin; i < end; i++) {
      const y = this.target[this.#rows[i]];
      sum += y;
      squares += y * y;
    }
    const value = sum / count;
    const leaf: TreeNode = { feature: -1, threshold: 0, left: -1, right: -1, value };
    this.nodes.push(leaf);
    const impurity = squares / count - value * value;
    if (depth >= maxDepth || count < 2 || count < 2 * minLeaf || impurity <= PURE) return index;
    const { split, constants } = this.#bestSplit(begin, end, sum, known);
    if (split === null) return index;

    const middle = this.#partition(begin, end, split);
    const left = this.#grow(begin, middle, depth + 1, constants);
    const right = this.#grow(middle, end, depth + 1, constants);
    this.nodes[index] = { ...split, left, right, value };
    return index;
  }

  /** Moves the rows that go right behind the others; returns where they begin. */
  #partition(begin: number, end: number, { feature, threshold }: Split): number {
    const column = this.data.features[feature];
    const rows = this.#rows;
    let [i, right] = [begin, end];
    while (i < right) {
      if (column[rows[i]] <= threshold) i++;
      else {
        right--;
        [rows[i], rows[right]] = [rows[right], rows[i]];
      }
    }
    return i;
  }

  /** Visits the features in random order; the constant ones are set aside for the subtree. */
  #bestSplit(
    begin: number,
    end: number,
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
      this.#sortNode(begin, end, feature);
      if (this.#values[end - 1] <= Math.fround(this.#values[begin] + FEATURE_THRESHOLD)) {
        swap(j, total);
        found++;
        total++;
        continue;
      }
      remaining--;
      swap(remaining, j);
      const candidate = this.#bestCut(begin, end, sum);
      if (candidate !== null && (best === null || candidate.gain > best.gain)) best = { feature, ...candidate };
    }
    features.set(this.#constants.subarray(0, known));
    this.#constants.set(features.subarray(known, known + found), known);
    return { split: best && { feature: best.feature, threshold: best.threshold }, constants: total };
  }

  #sortNode(begin: number, end: number, feature: number): void {
    const column = this.data.features[feature];
    const [values, rows] = [this.#values.subarray(begin, end), this.#rows.subarray(begin, end)];
    for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]];
    introsort(values, rows);
  }

  /** Best cut of the sorted node; sums grow from whichever side is nearer. */
  #bestCut(begin: number, end: number, sum: number): { readonly threshold: number; readonly gain: number } | null {
    const { minLeaf } = this.options;
    const values = this.#values;
    const rows = this.#rows;
    let best: { readonly threshold: number; readonly gain: number } | null = null;
    let at = begin;
    let left = 0;
    for (let p = begin + 1; p < end; p++) {
      if (values[p] <= Math.fround(values[p - 1] + FEATURE_THRESHOLD)) continue;
      if (p - begin < minLeaf || end - p < minLeaf) continue;
      if (p - at <= end - p) {
        for (let i = at; i < p; i++) left += this.target[rows[i]];
      } else {
        left = sum;
        for (let i = end - 1; i >= p; i--) left -= this.target[rows[i]];
      }
      at = p;
      const [leftRows, rightRows] = [p - begin, end - p];
      const difference = rightRows * left - leftRows * (sum - left);
      const gain = (difference * difference) / (leftRows * rightRows);
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
  builder.growAll();
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
