/** From salience to a validator's weights (30-aggregate §4.2, 50-profile §5), in float32 where the reference's tensors are. */
import { UsageError } from "../errors.js";
import { sum32 } from "../numeric/sums.js";
import type { ValidatorRules } from "../profiles/profile.js";
import type { Shares } from "./aggregate.js";

/** Who is registered; `hotkeys[i]` holds UID `uids[i]`. */
export interface Metagraph {
  readonly block: number;
  readonly uids: readonly number[];
  readonly hotkeys: readonly string[];
}

/** The outcome of one block: memory of the moving average, and what is set on chain. */
export interface SavedWeights {
  readonly block: number;
  readonly uids: readonly number[];
  /** Parallel to `uids`; old states lack it. */
  readonly hotkeys?: readonly string[];
  /** Parallel to `uids`: float32 values. */
  readonly weights: Float32Array;
}

export interface WeightInput {
  readonly salience: Shares;
  readonly metagraph: Metagraph;
  /** Hotkey → first block that the ledger names it in. */
  readonly firstBlocks: ReadonlyMap<string, number>;
  readonly rules: ValidatorRules;
  /** Outcome of the block before. */
  readonly previous?: SavedWeights | undefined;
}

/** New weights, or why the previous ones stay in force. */
export type WeightResult =
  | { readonly saved: Required<SavedWeights>; readonly youngUids: readonly number[] }
  | { readonly unchanged: string };

/** Standard deviation over mean below which weights count as uniform. */
const LEAST_SPREAD = Math.fround(0.001);
/** UID that the burnt share goes to. */
const BURN_UID = 0;

/** Throws UsageError when UIDs or hotkeys occur twice or differ in number. */
export function validatorWeights({ salience, metagraph, firstBlocks, rules, previous }: WeightInput): WeightResult {
  checkMetagraph(metagraph);
  const { block, uids, hotkeys } = metagraph;
  const uidOf = new Map(hotkeys.map((hotkey, i) => [hotkey, uids[i]!]));
  if (rules.BURN_KEY !== undefined) uidOf.set(rules.BURN_KEY, BURN_UID);

  const scores = new Map<number, number>();
  for (const [hotkey, share] of salience) {
    const uid = uidOf.get(hotkey);
    if (uid !== undefined) scores.set(uid, (scores.get(uid) ?? 0) + share);
  }
  if (scores.size === 0) return { unchanged: "nobody in the metagraph has salience" };

  const young = youngUids(metagraph, uidOf, firstBlocks, rules);
  const shares = normal(matureAndYoung(scores, young, new Set(uids), rules));
  if (!shares) return { unchanged: "no UID of the metagraph gets a share" };
  burn(shares, rules.BURN_PCT);

  const fresh = Float32Array.from(uids, (uid) => shares.get(uid) ?? 0);
  const uniform = uniformity(fresh);
  if (uniform) return { unchanged: uniform };
  const current = divided(fresh);
  if (!current) return { unchanged: "the weights sum to nothing" };
  const weights = previous ? averaged(current, metagraph, previous, rules.EMA_ALPHA) : current;
  return { saved: { block, uids, hotkeys, weights }, youngUids: [...young].sort((a, b) => a - b) };
}

/** Throws UsageError. The chain never gives two UIDs to a hotkey. */
export function checkMetagraph({ uids, hotkeys }: Pick<Metagraph, "uids" | "hotkeys">): void {
  if (uids.length !== hotkeys.length) {
    throw new UsageError(`metagraph: ${uids.length} uids but ${hotkeys.length} hotkeys`);
  }
  const uid = repeated(uids);
  if (uid !== undefined) throw new UsageError(`metagraph: uid ${uid} occurs twice`);
  const hotkey = repeated(hotkeys);
  if (hotkey !== undefined) throw new UsageError(`metagraph: hotkey ${hotkey} occurs twice`);
}

function repeated<T>(items: readonly T[]): T | undefined {
  const seen = new Set<T>();
  return items.find((item) => seen.size === seen.add(item).size);
}

function youngUids(
  { block, uids }: Metagraph,
  uidOf: ReadonlyMap<string, number>,
  firstBlocks: ReadonlyMap<string, number>,
  { YOUNG_BLOCKS }: ValidatorRules,
): Set<number> {
  const young = new Set<number>();
  const registered = new Set(uids);
  for (const [hotkey, uid] of uidOf) {
    const first = firstBlocks.get(hotkey);
    if (first !== undefined && block - first < YOUNG_BLOCKS && registered.has(uid)) young.add(uid);
  }
  return young;
}

/** The mature share what the young leave over, by score. A UID 0 that is not registered dilutes them but gets nothing. */
function matureAndYoung(
  scores: ReadonlyMap<number, number>,
  young: ReadonlySet<number>,
  registered: ReadonlySet<number>,
  { YOUNG_WEIGHT }: ValidatorRules,
): Map<number, number> {
  const mature = [...scores].filter(([uid]) => !young.has(uid));
  const total = mature.reduce((sum, [, score]) => sum + score, 0);
  const rest = Math.max(0, 1 - young.size * YOUNG_WEIGHT);
  const shares = new Map<number, number>();
  if (total > 0 && rest > 0) {
    for (const [uid, score] of mature) if (registered.has(uid)) shares.set(uid, (score / total) * rest);
  }
  for (const uid of young) shares.set(uid, YOUNG_WEIGHT);
  return shares;
}

function normal(shares: ReadonlyMap<number, number>): Map<number, number> | undefined {
  let total = 0;
  for (const share of shares.values()) total += share;
  if (shares.size === 0 || total <= 0) return undefined;
  return new Map([...shares].map(([uid, share]) => [uid, share / total]));
}

function burn(shares: Map<number, number>, part: number): void {
  if (!(part > 0)) return;
  for (const [uid, share] of shares) shares.set(uid, share * (1 - part));
  shares.set(BURN_UID, (shares.get(BURN_UID) ?? 0) + part);
}

/** Why the positive weights tell nobody apart; undefined when they do. They include the burnt share. */
function uniformity(weights: Float32Array): string | undefined {
  const positive = weights.filter((weight) => weight > 0);
  const n = positive.length;
  if (n === 0) return undefined;
  if (positive.every((weight) => weight === positive[0])) return "all weights are equal";
  const mean = Math.fround(sum32(positive) / n);
  const squares = positive.map((weight) => Math.fround(weight - mean) ** 2);
  const deviation = Math.fround(Math.sqrt(Math.fround(sum32(squares) / (n - 1))));
  if (mean > 0 && Math.fround(deviation / mean) < LEAST_SPREAD) return "the weights are nearly equal";
  return undefined;
}

function divided(weights: Float32Array): Float32Array | undefined {
  const sum = sum32(weights);
  return sum > 0 ? weights.map((weight) => weight / sum) : undefined;
}

/** Exponential moving average by hotkey, or by UID when the old state names no hotkeys. */
function averaged(
  weights: Float32Array,
  { uids, hotkeys }: Metagraph,
  previous: SavedWeights,
  alpha: number,
): Float32Array {
  const keys: readonly unknown[] = previous.hotkeys ? hotkeys : uids;
  const old = new Map<unknown, number>(
    (previous.hotkeys ?? previous.uids).map((key, i) => [key, previous.weights[i]!]),
  );
  const mixed = weights.map((weight, i) => alpha * weight + (1 - alpha) * (old.get(keys[i]) ?? 0));
  return divided(mixed) ?? weights;
}

/** Largest value of the chain's 16-bit weights. */
const CHAIN_MAX = 65_535;

/**
 * The whole numbers that the chain client (bittensor 10.2.0) submits: weight / largest · 65535, ties to even. It leaves out
 * the zeros.
 */
export function chainWeights(weights: ArrayLike<number>): number[] {
  const list = Array.from(weights);
  const largest = list.reduce((a, b) => Math.max(a, b), 0);
  return list.map((weight) => (largest > 0 ? halfToEven((weight / largest) * CHAIN_MAX) : 0));
}

/** For 0 ≤ x < 2^51. */
function halfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
