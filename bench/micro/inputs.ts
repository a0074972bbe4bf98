/** Seeded inputs. */
import type { Dense } from "../../src/kernel/ops/linear.js";
import { toHalf } from "../../src/ledger/half.js";
import { Random } from "../../src/ledger/simulate/random.js";

const SEED = 20260511;

export function randomOf(stream: number): Random {
  return new Random(SEED, stream);
}

export function normals(random: Random, count: number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, () => scale * random.normal());
}

/** A random walk, as logarithms of prices are one. */
export function walk(random: Random, count: number, step: number): Float64Array {
  let level = 5;
  return Float64Array.from({ length: count }, () => {
    level += step * random.normal();
    return level;
  });
}

export interface Problem {
  readonly x: Dense;
  readonly y: Uint8Array;
}

/** Columns of a common factor and noise, labels that follow them weakly: like forecasts of one target by many miners. */
export function problem(random: Random, rows: number, cols: number, single = false): Problem {
  const values = single ? new Float32Array(rows * cols) : new Float64Array(rows * cols);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const factor = random.normal();
    y[i] = 0.3 * factor + random.normal() > 0.2 ? 1 : 0;
    for (let j = 0; j < cols; j++) values[j * rows + i] = 0.5 * factor + random.normal();
  }
  return { x: { values, rows, cols }, y };
}

export function labels(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.bits() & 1);
}

/** binary16 codes of forecasts in [-1, 1] that lean towards their label, a tenth of them absent. */
export function forecasts(random: Random, y: Uint8Array, lean: number): Uint16Array {
  return Uint16Array.from(y, (label) => {
    const value = (lean * (label - 0.5) + random.normal()) / 3;
    return random.uniform() < 0.1 ? 0 : toHalf(Math.max(-1, Math.min(1, value)));
  });
}

export const scaled = (rows: number, scale: number): number => Math.max(400, Math.round(rows * scale));
