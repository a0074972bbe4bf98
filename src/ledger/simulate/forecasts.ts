/** How each challenge's vectors follow from forecasts: one writer of a miner's values per ticker. */

import { type Paths, Target } from "./market.js";
import { type Miner, Signals } from "./miners.js";
import { type Random, roughExp, roughSigmoid } from "./random.js";

/** Vectors of one ticker, row after row. */
export interface Forecasts {
  readonly width: number;
  /** Moves on to row t; rows come in order. */
  move(t: number): void;
  /** Writes miner j's vector for the current row. */
  write(j: number, vector: Float64Array): void;
}

/** What forecasts are made from. */
export interface Stage {
  readonly random: Random;
  readonly miners: readonly Miner[];
  readonly skill: number;
}

const each = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Up or down: probabilities of both. */
export function binaryForecasts(stage: Stage, paths: Paths, asset: number, ahead: number): Forecasts {
  const signals = new Signals(stage.random, stage.miners, 1, stage.skill);
  const target = new Target(paths.logs, paths.rows, paths.assets, [asset], ahead);
  return {
    width: 2,
    move: (t) => signals.move(target, t),
    write(j, vector) {
      const up = roughSigmoid(0.8 * signals.values[j]!);
      vector[0] = up;
      vector[1] = 1 - up;
    },
  };
}

/** Which barrier is touched first: upper, lower or neither. */
export function hitFirstForecasts(stage: Stage, paths: Paths, asset: number, ahead: number): Forecasts {
  const signals = new Signals(stage.random, stage.miners, 1, stage.skill);
  const target = new Target(paths.logs, paths.rows, paths.assets, [asset], ahead);
  return {
    width: 3,
    move: (t) => signals.move(target, t),
    write(j, vector) {
      const z = signals.values[j]!;
      const up = roughSigmoid(z - 0.8);
      const down = roughSigmoid(-z - 0.8);
      const neither = Math.max(1 - up - down, 0.02);
      const total = up + down + neither;
      vector[0] = up / total;
      vector[1] = down / total;
      vector[2] = neither / total;
    },
  };
}

/** Centres of the five buckets, in standard deviations. */
const BUCKETS = [-2.4, -1.5, 0, 1.5, 2.4];
/** Twelve levels of how easily a threshold is met, ascending. */
const LEVELS = each(12).map((i) => -2 + (3.5 * i) / 11);

/** Probabilities of five buckets of the return, then twelve of touching a level on the way. */
export function bucketForecasts(stage: Stage, paths: Paths, asset: number, ahead: number): Forecasts {
  const { random, miners, skill } = stage;
  const direction = new Signals(random, miners, 1, skill);
  const size = new Signals(random, miners, 1, skill);
  const change = new Target(paths.logs, paths.rows, paths.assets, [asset], ahead);
  const width = new Target(paths.logs, paths.rows, paths.assets, [asset], ahead, false, true);
  return {
    width: 17,
    move(t) {
      direction.move(change, t);
      size.move(width, t);
    },
    write(j, vector) {
      const z = direction.values[j]!;
      const wide = size.values[j]!;
      const spread = 1.5 + 0.6 * roughSigmoid(wide);
      let total = 0;
      for (let i = 0; i < 5; i++) {
        const distance = 1.2 * z - BUCKETS[i]!;
        const mass = roughExp((-distance * distance) / spread);
        vector[i] = mass;
        total += mass;
      }
      for (let i = 0; i < 5; i++) vector[i] = inside(vector[i]! / total);
      for (let i = 0; i < 12; i++) vector[5 + i] = inside(roughSigmoid(0.5 * wide + 0.3 * z + LEVELS[i]!));
    },
  };
}

const inside = (p: number) => (p < 1e-6 ? 1e-6 : p > 1 - 1e-6 ? 1 - 1e-6 : p);

/** Breakouts of every asset: probabilities to run on and to turn back. */
export function breakoutForecasts(stage: Stage, paths: Paths): Forecasts {
  const n = paths.assets;
  const signals = new Signals(stage.random, stage.miners, n, stage.skill, 0.9);
  const target = new Target(paths.logs, paths.rows, n, each(n), 240);
  return {
    width: 2 * n,
    move: (t) => signals.move(target, t),
    write(j, vector) {
      for (let i = 0; i < n; i++) {
        const p = roughSigmoid(signals.values[j * n + i]!);
        vector[2 * i] = p;
        vector[2 * i + 1] = 1 - p;
      }
    },
  };
}

/** Who does better than the others, prices or funding rates: a score in [-1, 1] per asset. */
export function relativeForecasts(stage: Stage, path: Float64Array, assets: number, ahead: number): Forecasts {
  const signals = new Signals(stage.random, stage.miners, assets, stage.skill);
  const target = new Target(path, path.length / assets, assets, each(assets), ahead, true);
  return {
    width: assets,
    move: (t) => signals.move(target, t),
    write(j, vector) {
      for (let i = 0; i < assets; i++) vector[i] = clip(signals.values[j * assets + i]! / 3);
    },
  };
}

/**
 * Positions held for an hour. Costs eat small edges, so skill counts for more here; and since a gap in the ledger shifts
 * the scorer's hours against ours, the forecast reaches twice as far as the scorer looks.
 */
export function positionForecasts(stage: Stage, paths: Paths, assets: readonly number[], ahead: number): Forecasts {
  const n = assets.length;
  const signals = new Signals(stage.random, stage.miners, n, 5 * stage.skill, 0.75);
  const target = new Target(paths.logs, paths.rows, paths.assets, assets, 2 * ahead);
  return {
    width: n,
    move(t) {
      if (t % 60 === 0) signals.move(target, t);
    },
    write(j, vector) {
      for (let i = 0; i < n; i++) vector[i] = clip(signals.values[j * n + i]! / 2);
    },
  };
}

const clip = (x: number) => (x < -1 ? -1 : x > 1 ? 1 : x);
