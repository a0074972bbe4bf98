/** One asset of the TRADE-MIX desk (26 §6.2 to §6.5), the twin of assembly/walkforward/desk.ts. */

import { sum32, sum64 } from "../../numeric/sums.js";
import { type DeskInput, type DeskOutcome, gridLength } from "../ops/tradeMix.js";
import { edge } from "./edge.js";
import { decodeHalf } from "./half.js";
import { tanh } from "./tanh.js";

/** Below this share of what is taken away, subtracting would cost digits. */
const SMALL_REST = 2 ** -10;

interface Window {
  readonly trainEnd: number;
  /** Rebalancing rows of the test window. */
  readonly grid: readonly number[];
}

/** Numerators of a prediction: a weighted sum of columns on the training and the rebalancing rows. */
interface Combination {
  readonly train: Float64Array;
  readonly grid: Float64Array;
}

class AssetDesk {
  /** The representatives' columns, then the blank one. */
  readonly columns: readonly Float32Array[];
  readonly #holdsNaN: readonly boolean[];

  constructor(readonly input: DeskInput) {
    const { columns, assets, asset, blank } = input;
    const decoded = columns.map((codes) => {
      const column = new Uint16Array(input.returns.length);
      for (let t = 0; t < column.length; t++) column[t] = codes[t * assets + asset];
      return decodeHalf(column).map((x) => Math.min(1, Math.max(-1, x)));
    });
    this.columns = [...decoded, blank];
    this.#holdsNaN = [...decoded.map((column) => column.some(Number.isNaN)), false];
  }

  get groups(): number {
    return this.columns.length - 1;
  }

  windows(): Window[] {
    const { folds, horizon, period } = this.input;
    return Array.from({ length: folds.length / 3 }, (_, f) => {
      const testBegin = folds[3 * f + 1];
      const length = gridLength(folds[3 * f + 2] - testBegin, horizon, period);
      return { trainEnd: folds[3 * f], grid: Array.from({ length }, (_, i) => testBegin + i * period) };
    });
  }

  /** Weighted sum of all groups but `without`, with the blank column in its place. */
  combine(window: Window, weights: Float64Array, without = -1): Combination {
    const sum = { train: new Float64Array(window.trainEnd), grid: new Float64Array(window.grid.length) };
    for (let g = 0; g < this.groups; g++) if (g !== without) this.add(window, sum, g, weights[g]);
    if (without >= 0) this.add(window, sum, this.groups, weights[this.groups]);
    return sum;
  }

  add(window: Window, { train, grid }: Combination, g: number, weight: number): void {
    if (weight === 0 && !this.#holdsNaN[g]) return;
    const column = this.columns[g];
    for (let t = 0; t < train.length; t++) train[t] = train[t] + column[t] * weight;
    for (let i = 0; i < grid.length; i++) grid[i] = grid[i] + column[window.grid[i]] * weight;
  }

  /** Profits at the rebalancings of pred = (sum − weight·column g) / total; `center` is about the numerator's mean. */
  points(window: Window, sum: Combination, g: number, weight: number, center: number, total: number): Float64Array {
    const column = this.columns[g];
    const divisor = Math.max(total, 1e-12);
    const scale = deviation(sum.train, column, weight, center) / divisor + 1e-8;
    let previous = 0;
    return Float64Array.from(window.grid, (row, i) => {
      const position = tanh((sum.grid[i] - weight * column[row]) / divisor / scale);
      const gain = this.input.returns[row];
      const profit = Number.isFinite(gain) ? position * gain - this.input.fee * Math.abs(position - previous) : 0;
      previous = position;
      return profit;
    });
  }
}

/** Sum of (x − center)², value i in lane i mod 4, the lanes added as (l0 + l1) + (l2 + l3), left-over values one by one. */
function squaredDistance(x: Float64Array, center: number): number {
  const whole = x.length & ~3;
  const lane = [0, 0, 0, 0];
  for (let i = 0; i < whole; i++) lane[i & 3] += (x[i] - center) * (x[i] - center);
  let sum = lane[0] + lane[1] + (lane[2] + lane[3]);
  for (let i = whole; i < x.length; i++) sum += (x[i] - center) * (x[i] - center);
  return sum;
}

/** Standard deviation (ddof 0) of s − w·c. */
function deviation(s: Float64Array, c: Float32Array, weight: number, center: number): number {
  const n = s.length;
  const whole = n & ~3;
  let [a, b, d, e] = [0, 0, 0, 0];
  let [a2, b2, d2, e2] = [0, 0, 0, 0];
  let t = 0;
  for (; t < whole; t += 4) {
    const x0 = s[t] - c[t] * weight - center;
    const x1 = s[t + 1] - c[t + 1] * weight - center;
    const x2 = s[t + 2] - c[t + 2] * weight - center;
    const x3 = s[t + 3] - c[t + 3] * weight - center;
    a += x0;
    b += x1;
    d += x2;
    e += x3;
    a2 += x0 * x0;
    b2 += x1 * x1;
    d2 += x2 * x2;
    e2 += x3 * x3;
  }
  let sum = a + b + (d + e);
  let squares = a2 + b2 + (d2 + e2);
  for (; t < n; t++) {
    const x = s[t] - c[t] * weight - center;
    sum += x;
    squares += x * x;
  }
  const shift = sum / n;
  return Math.sqrt(Math.max(squares / n - shift * shift, 0));
}

/** Weights before normalising, and the float32 column means that they are taken around, folds × (groups + 1) each. */
function allEdges(desk: AssetDesk): { readonly edges: Float64Array; readonly means: Float64Array } {
  const { returns, usable, folds, minRows } = desk.input;
  const windows = folds.length / 3;
  const width = desk.columns.length;
  const edges = new Float64Array(windows * width);
  const means = new Float64Array(windows * width);
  for (let f = 0; f < windows; f++) {
    const rows: number[] = [];
    for (let t = 0; t < folds[3 * f]; t++) if (usable[t]) rows.push(t);
    if (rows.length < minRows || rows.length === 0) continue;
    const y = Float64Array.from(rows, (t) => returns[t]);
    const meanY = sum64(y) / y.length;
    const normY = Math.sqrt(squaredDistance(y, meanY)) + 1e-12;
    for (const [g, column] of desk.columns.entries()) {
      const c = Float32Array.from(rows, (t) => column[t]);
      const mean = Math.fround(sum32(c) / c.length);
      means[f * width + g] = mean;
      edges[f * width + g] = edge(c, y, mean, meanY, normY);
    }
  }
  return { edges, means };
}

function total(points: Float64Array): number {
  let sum = 0;
  for (const point of points) sum += point;
  return sum;
}

/** Profits of one fold with each group blanked, and the points of the full desk. */
function foldProfits(
  desk: AssetDesk,
  window: Window,
  weights: Float64Array,
  means: Float64Array,
): { readonly full: Float64Array; readonly blanked: number[] } {
  const { groups } = desk;
  let weightSum = 0;
  let center = 0;
  for (let g = 0; g < groups; g++) {
    weightSum += weights[g];
    center += weights[g] * means[g];
  }
  const sum = desk.combine(window, weights);
  const full = desk.points(window, sum, groups, 0, center, weightSum);

  center += weights[groups] * means[groups];
  desk.add(window, sum, groups, weights[groups]);
  let unweighted = Number.NaN;
  const blanked: number[] = [];
  for (let g = 0; g < groups; g++) {
    const weight = weights[g];
    if (weight === 0 && !Number.isNaN(unweighted)) {
      blanked.push(unweighted);
      continue;
    }
    let rest = 0;
    for (let k = 0; k < groups; k++) if (k !== g) rest += weights[k];
    rest += weights[groups];
    const ownCenter = center - weight * means[g];
    const profit = total(
      rest < SMALL_REST * weight
        ? desk.points(window, desk.combine(window, weights, g), groups, 0, ownCenter, rest)
        : desk.points(window, sum, g, weight, ownCenter, rest),
    );
    if (weight === 0) unweighted = profit;
    blanked.push(profit);
  }
  return { full, blanked };
}

export function deskLeaveOneOut(input: DeskInput): DeskOutcome {
  const desk = new AssetDesk(input);
  const { edges, means } = allEdges(desk);
  const width = desk.columns.length;
  const profits = new Float64Array(edges.length);
  const points: number[] = [];
  for (const [f, window] of desk.windows().entries()) {
    let usable = 0;
    for (let t = 0; t < window.trainEnd; t++) usable += input.usable[t];
    if (usable < input.minRows) {
      points.push(...new Float64Array(window.grid.length));
      continue;
    }
    const cells = [f * width, (f + 1) * width] as const;
    const { full, blanked } = foldProfits(desk, window, edges.subarray(...cells), means.subarray(...cells));
    profits.set([total(full), ...blanked], f * width);
    points.push(...full);
  }
  return { edges, profits, points: Float64Array.from(points) };
}
