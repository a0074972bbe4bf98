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
  const positions = data.embeddings.columns.map((codes) => pick(kernel, codes, assets, priced));
  const submitted = positions.map((values) =>
    Uint8Array.from(priced, (_, t) => (values.subarray(t * assets, (t + 1) * assets).some((x) => x !== 0) ? 1 : 0)),
  );
  for (const values of positions) for (let i = 0; i < values.length; i++) values[i] ||= 0;
  return {
    rows: priced.length,
    assets,
    prices: Float64Array.from({ length: priced.length * assets }, (_, i) => {
      return data.values[priced[Math.floor(i / assets)] * assets + (i % assets)];
    }),
    positions,
    submitted,
  };
}

function allPositive(prices: Float64Array, assets: number, row: number): boolean {
  for (let a = 0; a < assets; a++) if (!(prices[row * assets + a] > 0)) return false;
  return true;
}

function pick(kernel: Kernel, codes: Uint16Array, assets: number, rows: readonly number[]): Float64Array {
  const picked = new Uint16Array(rows.length * assets);
  for (const [t, row] of rows.entries()) picked.set(codes.subarray(row * assets, (row + 1) * assets), t * assets);
  return Float64Array.from(kernel.decodeHalf(picked), (x) => Math.min(1, Math.max(-1, x)));
}
