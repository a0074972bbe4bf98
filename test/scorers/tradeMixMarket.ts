/** The synthetic market of 26 §12, checks 8 and 9: prices and six miners of known skill from one Lehmer generator. */
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { constantsOf, getProfile } from "../../src/profiles/index.js";
import type { TradeMixConstants } from "../../src/profiles/profile.js";
import type { ChallengeScore } from "../../src/scorers/scorer.js";
import { scoreTradeMix } from "../../src/scorers/tradeMix.js";
import type { AssetData } from "../../src/trainingData.js";
import { halfCode } from "../helpers/half.js";

export interface MarketOptions {
  readonly rows: number;
  readonly firstPrices: readonly number[];
  readonly horizon: number;
  /** Share of foresight per miner; miner 4 becomes a copy of miner 1. */
  readonly skill: readonly number[];
}

/** Uniform draws s/(2^31 − 1), s ← 16807 s. */
export function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (16807 * state) % 2147483647;
    return state / 2147483647;
  };
}

export function market({ rows, firstPrices, horizon, skill }: MarketOptions): AssetData {
  const draw = lehmer(12345);
  const assets = firstPrices.length;
  const values = new Float64Array(rows * assets);
  values.set(firstPrices);
  for (let i = assets; i < values.length; i++) values[i] = values[i - assets] * (1.0 + 0.002 * (draw() - 0.5));
  const columns = skill.map(() => new Uint16Array(rows * assets));
  for (let t = 0; t < rows; t++) {
    for (const [j, k] of skill.entries()) {
      for (let a = 0; a < assets; a++) {
        const noise = 2 * draw() - 1;
        const i = t * assets + a;
        const later = values[i + horizon * assets];
        const foresight = t + horizon >= rows ? 0 : later > values[i] ? 1 : -1;
        columns[j][i] = halfCode(Math.floor(1024 * (k * foresight + (1 - k) * noise) + 0.5) / 1024);
      }
    }
  }
  columns[4] = columns[1].slice();
  return {
    kind: "trade_mix",
    embeddings: { hotkeys: skill.map((_, j) => `hk${j}`), columns, width: assets, rows },
    values,
    sidx: Int32Array.from({ length: rows }, (_, t) => t),
  };
}

/** Check 8: 1,200 rows, two assets, short horizon. */
export const smallMarket = (): AssetData =>
  market({ rows: 1200, firstPrices: [100, 110], horizon: 6, skill: [0, 0.5, 0.35, 0.1, 0.5, 0.25] });

export function tradeMixConstants(changes: Partial<TradeMixConstants> = {}): TradeMixConstants {
  const profile = getProfile("2026-05");
  const challenge = profile.challenges.find(({ ticker }) => ticker === "TRADEMIX")!;
  return { ...(constantsOf(profile, challenge) as unknown as TradeMixConstants), ...changes };
}

export const smallConstants = (changes: Partial<TradeMixConstants> = {}): TradeMixConstants =>
  tradeMixConstants({
    horizon_bars: 6,
    rebal_period: 6,
    fee_bps: 1,
    min_history_bars: 600,
    max_oos_bars: 0,
    ...changes,
  });

export function score(kernel: Kernel, data: AssetData, constants: TradeMixConstants): Promise<ChallengeScore> {
  const challenge = getProfile("2026-05").challenges.find(({ ticker }) => ticker === "TRADEMIX")!;
  return scoreTradeMix(data, { challenge, constants, executor: inlineExecutor(kernel), meta: "cd" });
}

/** Sum of absolute differences; an absent hotkey counts 0. */
export function distance(shares: ReadonlyMap<string, number>, expected: Readonly<Record<string, number>>): number {
  const hotkeys = new Set([...shares.keys(), ...Object.keys(expected)]);
  return [...hotkeys].reduce((sum, hotkey) => sum + Math.abs((shares.get(hotkey) ?? 0) - (expected[hotkey] ?? 0)), 0);
}
