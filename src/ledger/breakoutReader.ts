/** MULTIBREAKOUT: persisted samples from before the first stored price, then the replay (40-ledger §6.6, 23 §6). */
import { LedgerError } from "../errors.js";
import type { BreakoutData, BreakoutSample } from "../trainingData.js";
import { assetTable } from "./assetValues.js";
import { unpackEmbeddings } from "./codec.js";
import { fromHalf, toHalf } from "./half.js";
import { pythonFloat } from "./pythonFloat.js";
import { parsePythonJson } from "./pythonJson.js";
import { type BreakoutRules, RangeWindow, replayBreakouts } from "./replay.js";
import { rowsOf } from "./rows.js";
import type { Steps } from "./steps.js";
import { type Reading, sidxOf } from "./window.js";

/** The ticker whose prices the replay runs on. */
const PRICES = "MULTIXSEC";

type Pairs = Map<string, readonly [number, number]>;

export function* readBreakouts(reading: Reading): Steps<BreakoutData | { readonly reason: string }> {
  const first = firstPrice(reading);
  // A first price at sidx 0 counts as none: the reference tests it for truth.
  if (!first) return { reason: `no ${PRICES} prices to find breakouts in` };
  const samples = [...persistedSamples(reading, first), ...(yield* replayedSamples(reading))];
  if (samples.length === 0) return { reason: "no breakout has resolved" };
  return { kind: "range_breakout_multi", samples };
}

/** sidx of the first row with prices, also beyond the window. */
function firstPrice({ source }: Reading): number | undefined {
  for (const [sidx, prices] of rowsOf(source, PRICES, ["sidx", "price_data"])) {
    if (prices !== null) return sidxOf(sidx!, PRICES);
  }
  return undefined;
}

function* replayedSamples(reading: Reading): Steps<BreakoutSample[]> {
  const { source, challenge, sampleEvery, lastSidx } = reading;
  const assets = challenge.assets!;
  const table = yield* assetTable(source, PRICES, assets, lastSidx);
  if (table.emptyText !== undefined) {
    throw new LedgerError(`${PRICES} sidx ${table.emptyText}: price_data is empty text, not JSON`);
  }
  const rules: BreakoutRules = {
    sampleEvery,
    lookback: Math.floor(reading.constant("range_lookback_blocks") / sampleEvery),
    barrier: reading.constant("barrier_pct") / 100,
    minRange: reading.constant("min_range_pct") / 100,
    maxPending: reading.constant("MAX_PENDING_BLOCKS"),
  };
  const window = new RangeWindow(table.sidx, table.rows, rules.lookback);
  const vectors = triggerVectors(reading);
  const samples: BreakoutSample[] = [];
  for (let asset = 0; asset < assets.length; asset++) {
    for (const event of replayBreakouts(table.sidx, table.values, assets.length, asset, rules, window)) {
      samples.push({ asset, ...event, embeddings: pairsOf(vectors(event.triggerSidx), asset) });
    }
    yield;
  }
  return samples;
}

/** Vectors of everybody who submitted at a trigger row, decoded once per row: assets often break out together. */
function triggerVectors(reading: Reading): (sidx: number) => ReadonlyMap<string, Float64Array> {
  const { source, challenge, options } = reading;
  const { ticker } = challenge;
  const width = challenge.dim * challenge.assets!.length;
  const known = new Map<number, Map<string, Float64Array>>();
  return (sidx) => {
    let vectors = known.get(sidx);
    if (vectors) return vectors;
    try {
      vectors = unpackEmbeddings(source.cell(ticker, sidx, "embeddings"), width);
    } catch (error) {
      throw error instanceof LedgerError
        ? error
        : new LedgerError(`${ticker} sidx ${sidx}: ${(error as Error).message}`);
    }
    for (const [hotkey, vector] of vectors) {
      if (options.activeHotkeys && !options.activeHotkeys.has(hotkey)) vectors.delete(hotkey);
      else if (!vector.every(Number.isFinite)) {
        reject(reading, hotkey, sidx);
        vectors.delete(hotkey);
      }
    }
    known.set(sidx, vectors);
    return vectors;
  };
}

function reject({ challenge, options }: Reading, hotkey: string, sidx: number): void {
  if (options.strict) {
    throw new LedgerError(`${challenge.ticker} sidx ${sidx}: embedding of ${hotkey} holds NaN or infinity`);
  }
  options.warnings?.addNonFinite(hotkey, challenge.ticker);
}

function pairsOf(vectors: ReadonlyMap<string, Float64Array>, asset: number): Pairs {
  const pairs: Pairs = new Map();
  for (const [hotkey, vector] of vectors) pairs.set(hotkey, [vector[2 * asset]!, vector[2 * asset + 1]!]);
  return pairs;
}

/** Completed samples of `breakout_state` whose trigger lies before the first price and that resolved inside the window. */
function persistedSamples(reading: Reading, first: number): BreakoutSample[] {
  const { source, challenge, options } = reading;
  const samples: BreakoutSample[] = [];
  for (const [asset, text] of source.breakoutStates()) {
    const number = challenge.assets!.indexOf(asset as string);
    if (number < 0) continue;
    const state = new State(`breakout_state of ${asset}`);
    for (const sample of state.completed(text)) {
      const triggerSidx = state.number(sample, "trigger_sidx");
      if (triggerSidx >= first) continue;
      if (options.maxBlock && state.number(sample, "resolution_block") > options.maxBlock) continue;
      samples.push({
        asset: number,
        triggerSidx,
        triggerBlock: state.number(sample, "trigger_block"),
        resolutionBlock: state.number(sample, "resolution_block"),
        direction: state.oneOf(sample, "direction", [1, -1]),
        label: state.oneOf(sample, "label", [0, 1]),
        embeddings: persistedPairs(reading, state, sample, number, triggerSidx),
      });
    }
  }
  return samples;
}

function persistedPairs(reading: Reading, state: State, sample: Fields, asset: number, sidx: number): Pairs {
  const { options } = reading;
  const pairs: Pairs = new Map();
  for (const [hotkey, values] of Object.entries(state.embeddings(sample))) {
    if (options.activeHotkeys && !options.activeHotkeys.has(hotkey)) continue;
    const vector = state.vector(values, hotkey).map((value) => fromHalf(toHalf(value)));
    // Old files hold the vector of all assets, newer ones the asset's pair.
    const at = vector.length >= 2 * asset + 2 ? 2 * asset : 0;
    if (at === 0 && vector.length !== 2 && asset > 0) continue;
    if (vector.length < 2) continue;
    if (!vector.every(Number.isFinite)) reject(reading, hotkey, sidx);
    else pairs.set(hotkey, [vector[at]!, vector[at + 1]!]);
  }
  return pairs;
}

type Fields = Readonly<Record<string, unknown>>;

/** Takes a persisted state apart; whatever is not as it should be is a LedgerError naming the asset. */
class State {
  constructor(private readonly where: string) {}

  completed(text: unknown): readonly Fields[] {
    let state: unknown;
    try {
      state = parsePythonJson(text as string);
    } catch (error) {
      throw this.error(`is not JSON (${(error as Error).message})`);
    }
    const { completed = [] } = this.fields(state);
    if (!Array.isArray(completed)) throw this.error("has no list of completed samples");
    return completed.map((sample) => this.fields(sample));
  }

  number(sample: Fields, key: string): number {
    const value = sample[key];
    if (typeof value !== "number") throw this.error(`has a sample without a number for ${key}`);
    return value;
  }

  oneOf<T extends number>(sample: Fields, key: string, choices: readonly T[]): T {
    const value = this.number(sample, key) as T;
    if (!choices.includes(value)) throw this.error(`has a sample with ${key} ${value}`);
    return value;
  }

  embeddings(sample: Fields): Fields {
    return sample.embeddings === undefined ? {} : this.fields(sample.embeddings);
  }

  vector(values: unknown, hotkey: string): number[] {
    if (!Array.isArray(values)) throw this.error(`has an embedding of ${hotkey} that is not a list`);
    return values.map((value) => {
      const number = pythonFloat(value);
      if (number === undefined) throw this.error(`has an embedding of ${hotkey} with something that is not a number`);
      return number;
    });
  }

  private fields(value: unknown): Fields {
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw this.error("lacks an object");
    return value as Fields;
  }

  private error(why: string): LedgerError {
    return new LedgerError(`${this.where} ${why}`);
  }
}
