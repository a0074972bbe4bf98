/**
 * Synthetic ledgers whose miners have known skill (browser-safe). Prices follow a factor model; a miner's forecast is a
 * noisy look at the future, scaled by its skill, so that every scorer has something to find. All arithmetic is exact, so
 * equal options give equal rows on every machine.
 */
import { UsageError } from "../../errors.js";
import { BREAKOUT_ASSETS, FUNDING_ASSETS, TRADE_MIX_ASSETS } from "../../profiles/assets.js";
import { formatPythonFloat } from "../pythonJson.js";
import { RowEncoder } from "./encoder.js";
import {
  binaryForecasts,
  breakoutForecasts,
  bucketForecasts,
  type Forecasts,
  hitFirstForecasts,
  positionForecasts,
  relativeForecasts,
  type Stage,
} from "./forecasts.js";
import { fundingRates, type Paths, pricePaths } from "./market.js";
import { type Miner, makeMiners, makePresence } from "./miners.js";
import { Oddities } from "./oddities.js";
import { Random } from "./random.js";

export interface SimulateOptions {
  /** Samples, one a minute; 5 blocks each. TRADEMIX scores from 43,200 on. */
  readonly rows: number;
  readonly miners: number;
  /** Whole number in [0, 2^32): equal options give equal rows on every machine. */
  readonly seed?: number;
  /** Adds what real ledgers hold: gaps in sidx, missing, zero and frozen prices, torn blobs, absent assets. */
  readonly odd?: boolean;
  /** Largest correlation of a forecast with its target, in [0, 1]. */
  readonly skill?: number;
  /** First part of every hotkey. */
  readonly hotkeyPrefix?: string;
  /** Tickers to write; default: all. Their rows are those of the whole ledger, unless it is odd. */
  readonly only?: readonly string[];
}

/** A row of `challenge_data`. */
export interface SimulatedRow {
  readonly ticker: string;
  readonly sidx: number;
  readonly price: number | null;
  readonly priceData: string | null;
  readonly hotkeys: string;
  readonly embeddings: Uint8Array;
}

export interface SimulatedLedger {
  /** The samples that the ledger has, ascending; an odd ledger leaves some out. */
  readonly sidx: Int32Array;
  /** Who submits; names tell the kind. */
  readonly miners: readonly Miner[];
  readonly tickers: readonly SimulatedTicker[];
  /** Rows of `challenge_data`, ticker by ticker, ascending in sidx. */
  rows(): Generator<SimulatedRow>;
}

export interface SimulatedTicker {
  readonly ticker: string;
  readonly dim: number;
  readonly blocksAhead: number;
}

const FIRST_SIDX = 1_200_000;
const FOREX = ["CADUSD", "NZDUSD", "CHFUSD", "XAGUSD"];

const TICKERS: readonly SimulatedTicker[] = [
  { ticker: "ETH", dim: 2, blocksAhead: 300 },
  { ticker: "ETHHITFIRST", dim: 3, blocksAhead: 500 },
  { ticker: "ETHLBFGS", dim: 17, blocksAhead: 300 },
  { ticker: "BTCLBFGS", dim: 17, blocksAhead: 1800 },
  ...FOREX.map((ticker) => ({ ticker, dim: 2, blocksAhead: 300 })),
  { ticker: "MULTIBREAKOUT", dim: 2, blocksAhead: 0 },
  { ticker: "MULTIXSEC", dim: 1, blocksAhead: 1200 },
  { ticker: "FUNDINGXSEC", dim: 1, blocksAhead: 2400 },
  { ticker: "TRADEMIX", dim: 1, blocksAhead: 300 },
];

/** A synthetic ledger; rows are made as they are asked for. Throws UsageError for options that make no sense. */
export function simulateLedger(options: SimulateOptions): SimulatedLedger {
  const { rows, miners: count, seed = 1, odd = false, skill = 0.15, hotkeyPrefix = "5Sim" } = options;
  check("rows", rows, 1, 1e6);
  check("miners", count, 1, 4096);
  check("seed", seed, 0, 2 ** 32 - 1);
  if (!(skill >= 0 && skill <= 1)) throw new UsageError(`skill must lie in [0, 1], not ${skill}`);
  const tickers = TICKERS.filter(({ ticker }) => options.only?.includes(ticker) ?? true);
  const unknown = options.only?.find((name) => !TICKERS.some(({ ticker }) => ticker === name));
  if (unknown !== undefined) {
    const known = TICKERS.map(({ ticker }) => ticker).join(", ");
    throw new UsageError(`no ticker "${unknown}" can be simulated: choose from ${known}`);
  }
  const miners = makeMiners(count, hotkeyPrefix);
  const oddities = new Oddities(new Random(seed, 1), rows, odd);
  const sidx = new Int32Array(rows - oddities.missingRows);
  for (let t = 0, kept = 0; t < rows; t++) if (!oddities.isMissing(t)) sidx[kept++] = FIRST_SIDX + t;
  return {
    sidx,
    miners,
    tickers,
    *rows() {
      const world: World = {
        seed,
        skill,
        miners,
        rows,
        oddities: new Oddities(new Random(seed, 1), rows, odd),
        presence: makePresence(new Random(seed, 2), miners, rows),
        crypto: pricePaths(new Random(seed, 3), rows, BREAKOUT_ASSETS.length, 0.0009),
        forex: pricePaths(new Random(seed, 4), rows, FOREX.length, 0.0002),
        funding: fundingRates(new Random(seed, 5), rows, FUNDING_ASSETS.length),
      };
      for (const chosen of tickers) yield* tickerRows(world, chosen, 16 + TICKERS.indexOf(chosen));
    },
  };
}

function check(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new UsageError(`${name} must be a whole number from ${low} to ${high}, not ${value}`);
  }
}

interface World {
  readonly seed: number;
  readonly skill: number;
  readonly miners: readonly Miner[];
  readonly rows: number;
  readonly oddities: Oddities;
  readonly presence: Uint8Array;
  readonly crypto: Paths;
  readonly forex: Paths;
  readonly funding: Float64Array;
}

/** A ticker's prices of row t: a number, a JSON object, or neither. */
interface Quote {
  readonly price: number | null;
  readonly priceData: string | null;
}

function* tickerRows(world: World, { ticker, blocksAhead }: SimulatedTicker, stream: number): Generator<SimulatedRow> {
  const { seed, skill, miners, rows, presence, oddities } = world;
  const stage: Stage = { random: new Random(seed, stream), miners, skill };
  const forecasts = forecastsOf(world, stage, ticker, blocksAhead / 5);
  const encoder = new RowEncoder(miners, forecasts, presence);
  const quote = quotesOf(world, ticker);
  for (let t = 0; t < rows; t++) {
    forecasts.move(t);
    const { price, priceData } = quote(t);
    if (oddities.isMissing(t)) continue;
    const { hotkeys, embeddings } = encoder.encode(t);
    yield { ticker, sidx: FIRST_SIDX + t, price, priceData, hotkeys, embeddings: oddities.tear(embeddings) };
  }
}

function forecastsOf(world: World, stage: Stage, ticker: string, ahead: number): Forecasts {
  const { crypto, forex, funding } = world;
  const [btc, eth] = [BREAKOUT_ASSETS.indexOf("BTC"), BREAKOUT_ASSETS.indexOf("ETH")];
  switch (ticker) {
    case "ETH":
      return binaryForecasts(stage, crypto, eth, ahead);
    case "ETHHITFIRST":
      return hitFirstForecasts(stage, crypto, eth, ahead);
    case "ETHLBFGS":
      return bucketForecasts(stage, crypto, eth, ahead);
    case "BTCLBFGS":
      return bucketForecasts(stage, crypto, btc, ahead);
    case "MULTIBREAKOUT":
      return breakoutForecasts(stage, crypto);
    case "MULTIXSEC":
      return relativeForecasts(stage, crypto.logs, crypto.assets, ahead);
    case "FUNDINGXSEC":
      return relativeForecasts(stage, funding, FUNDING_ASSETS.length, ahead);
    case "TRADEMIX":
      return positionForecasts(stage, crypto, TRADE_MIX_COLUMNS, ahead);
    default:
      return binaryForecasts(stage, forex, FOREX.indexOf(ticker), ahead);
  }
}

const TRADE_MIX_COLUMNS = TRADE_MIX_ASSETS.map((asset) => BREAKOUT_ASSETS.indexOf(asset));

function quotesOf(world: World, ticker: string): (t: number) => Quote {
  const { crypto, forex, funding, oddities } = world;
  const single = (paths: Paths, asset: number, closes: boolean) => {
    const prices = oddities.priceColumn(paths, asset, closes);
    return (t: number): Quote => ({ price: prices[t]!, priceData: null });
  };
  const several = (values: Float64Array, stride: number, names: readonly string[], columns: readonly number[]) => {
    const keys = names.map((name) => `"${name}": `);
    return (t: number): Quote => {
      const absent = oddities.absentAsset(names.length);
      let text = "";
      for (let i = 0; i < columns.length; i++) {
        if (i === absent) continue;
        text += (text === "" ? "{" : ", ") + keys[i]! + formatPythonFloat(values[t * stride + columns[i]!]!);
      }
      return { price: null, priceData: `${text}}` };
    };
  };
  const all = (names: readonly string[]) => names.map((_, i) => i);
  switch (ticker) {
    case "ETH":
    case "ETHHITFIRST":
    case "ETHLBFGS":
      return single(crypto, BREAKOUT_ASSETS.indexOf("ETH"), false);
    case "BTCLBFGS":
      return single(crypto, BREAKOUT_ASSETS.indexOf("BTC"), false);
    case "MULTIBREAKOUT":
      // The price feed has no such key, so the sampler stores 0.
      return () => ({ price: 0, priceData: null });
    case "MULTIXSEC":
      return several(crypto.prices, crypto.assets, BREAKOUT_ASSETS, all(BREAKOUT_ASSETS));
    case "FUNDINGXSEC":
      return several(funding, FUNDING_ASSETS.length, FUNDING_ASSETS, all(FUNDING_ASSETS));
    case "TRADEMIX":
      return several(crypto.prices, crypto.assets, TRADE_MIX_ASSETS, TRADE_MIX_COLUMNS);
    default:
      return single(forex, FOREX.indexOf(ticker), true);
  }
}
