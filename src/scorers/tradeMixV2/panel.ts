/** The hourly panel (53 §2.1): the rows nearest after each full hour from the first row on, prices and positions on them. */
import type { Kernel } from "../../kernel/kernel.js";
import type { AssetData } from "../../trainingData.js";

const MIN_ROWS = 10;
const SECONDS_PER_BLOCK = 12;

export interface Panel {
  readonly rows: number;
  readonly assets: number;
  /** rows × assets. */
  readonly prices: Float64Array;
  /** Per miner rows × assets, clipped to [−1, 1], NaN read as 0. */
  readonly positions: readonly Float64Array[];
  /** Per miner and row: 1 where any position differs from 0 (also where it is NaN). */
  readonly submitted: readonly Uint8Array[];
}

/** Python's round: halves go to the even neighbour. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** Samples per hour, at least one. */
export function samplesPerHour(sampleEvery: number): number {
  return Math.max(1, roundHalfEven(3600 / (SECONDS_PER_BLOCK * sampleEvery)));
}

/**
 * For each mark sidx[0], sidx[0] + step, .. the first row at or after it, if it lies within a sixth of the step.
 * `sidx` ascends.
 */
export function hourlyRows(sidx: Int32Array, step: number): number[] {
  const tolerance = Math.max(1, Math.floor(step / 6));
  const rows: number[] = [];
  const last = sidx.length - 1;
  let row = 0;
  for (let mark = sidx[0]; mark <= sidx[last]; mark += step) {
    while (row < last && sidx[row] < mark) row++;
    if (Math.abs(sidx[row] - mark) <= tolerance && rows.at(-1) !== row) rows.push(row);
  }
  return rows;
}

/** Null when fewer than ten hours are usable. `length` is how many of the last rows count. */
export function hourlyPanel(kernel: Kernel, data: AssetData, length: number, sampleEvery: number): Panel | null {
  const assets = data.embeddings.width;
  const offset = data.sidx.length - length;
  const rows = length > 0 ? hourlyRows(data.sidx.subarray(offset), samplesPerHour(sampleEvery)) : [];
  if (rows.length < MIN_ROWS) return null;
  const priced = rows.map((row) => row + offset).filter((row) => allPositive(data.values, assets, row));
  if (priced.length < MIN_ROWS) return null;
  const positions = data.embeddings.columns.map((codes) => clippedPositions(kernel, codes, assets, priced));
  const submitted = positions.map((values) => anyPosition(values, assets));
  for (const values of positions) for (let i = 0; i < values.length; i++) values[i] ||= 0;
  return {
    rows: priced.length,
    assets,
    prices: pickRows(data.values, assets, priced, new Float64Array(priced.length * assets)),
    positions,
    submitted,
  };
}

function allPositive(prices: Float64Array, assets: number, row: number): boolean {
  for (let a = 0; a < assets; a++) if (!(prices[row * assets + a] > 0)) return false;
  return true;
}

/** Flags the rows of one miner that hold anything but zeros. */
function anyPosition(values: Float64Array, assets: number): Uint8Array {
  const flags = new Uint8Array(values.length / assets);
  for (let t = 0, i = 0; t < flags.length; t++) {
    for (let a = 0; a < assets; a++, i++) if (values[i] !== 0) flags[t] = 1;
  }
  return flags;
}

/** Copies the given rows of a row-major matrix to `to`. */
function pickRows<T extends Float64Array | Uint16Array>(from: T, width: number, rows: readonly number[], to: T): T {
  for (let t = 0, i = 0; t < rows.length; t++) {
    for (let a = 0, at = rows[t] * width; a < width; a++) to[i++] = from[at + a];
  }
  return to;
}

function clippedPositions(kernel: Kernel, codes: Uint16Array, assets: number, rows: readonly number[]): Float64Array {
  const picked = kernel.decodeHalf(pickRows(codes, assets, rows, new Uint16Array(rows.length * assets)));
  const positions = new Float64Array(picked.length);
  for (let i = 0; i < positions.length; i++) positions[i] = Math.min(1, Math.max(-1, picked[i]));
  return positions;
}
