/** How far two results lie apart (the L1 distance of 00-product, "Parity"). */

import { UsageError } from "../errors.js";
import { compareCodePoints } from "../ledger/hotkeys.js";

type Shares = Readonly<Record<string, number>>;

/** The part of a result that is compared; the reference's own JSON has these keys too. */
export interface Comparable {
  readonly salience: Shares;
  readonly breakdown: Readonly<Record<string, Shares>>;
}

export interface Distance {
  /** Sum over hotkeys of |a − b|; a hotkey that one side lacks counts 0 there. 0 to 2. */
  readonly distance: number;
  /** Hotkeys that only one side has, ascending. */
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
}

export interface Comparison {
  readonly overall: Distance;
  /** Challenges of either side: A's order, then those that only B has. One side's absence is an empty set of shares. */
  readonly challenges: Readonly<Record<string, Distance>>;
  readonly challengesOnlyInA: readonly string[];
  readonly challengesOnlyInB: readonly string[];
  /** The largest distance of all, overall included. */
  readonly largest: number;
}

export function compareResults(a: Comparable, b: Comparable): Comparison {
  const overall = distance(a.salience, b.salience);
  const challenges = new Map<string, Distance>();
  for (const ticker of [...Object.keys(a.breakdown), ...Object.keys(b.breakdown)]) {
    if (!challenges.has(ticker))
      challenges.set(ticker, distance(own(a.breakdown, ticker) ?? {}, own(b.breakdown, ticker) ?? {}));
  }
  let largest = overall.distance;
  for (const { distance } of challenges.values()) {
    if (!(largest >= distance) && !Number.isNaN(largest)) largest = distance; // NaN must not pass as small
  }
  return {
    overall,
    challenges: Object.fromEntries(challenges),
    ...only("challengesOnlyInA", "challengesOnlyInB", a.breakdown, b.breakdown),
    largest,
  };
}

/** Reads a result from JSON text; `name` is the file's, for the UsageError when it is something else. */
export function parseComparable(text: string, name: string): Comparable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${name}: not JSON`, { cause });
  }
  const { salience, breakdown } = (value ?? {}) as Record<string, unknown>;
  if (!isShares(salience)) throw new UsageError(`${name}: not a result: "salience" must map hotkeys to numbers`);
  if (!isObject(breakdown)) throw new UsageError(`${name}: not a result: "breakdown" must map tickers to shares`);
  for (const [ticker, shares] of Object.entries(breakdown)) {
    if (!isShares(shares)) throw new UsageError(`${name}: "breakdown" of ${ticker} must map hotkeys to numbers`);
  }
  return { salience, breakdown: breakdown as Record<string, Shares> };
}

function distance(a: Shares, b: Shares): Distance {
  const hotkeys = new Set([...Object.keys(a), ...Object.keys(b)]);
  let sum = 0;
  for (const hotkey of [...hotkeys].sort(compareCodePoints))
    sum += Math.abs((own(a, hotkey) ?? 0) - (own(b, hotkey) ?? 0));
  return { distance: sum, ...only("onlyInA", "onlyInB", a, b) };
}

/** A hotkey may be called "constructor". */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function only<A extends string, B extends string>(nameA: A, nameB: B, a: object, b: object) {
  const left = Object.keys(a).filter((key) => !Object.hasOwn(b, key));
  const right = Object.keys(b).filter((key) => !Object.hasOwn(a, key));
  return { [nameA]: left.sort(compareCodePoints), [nameB]: right.sort(compareCodePoints) } as Record<A | B, string[]>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isShares(value: unknown): value is Shares {
  return isObject(value) && Object.values(value).every((share) => typeof share === "number");
}
