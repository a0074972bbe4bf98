/** `price_data` texts as numbers: prices or funding rates, one column per asset (40-ledger §6.4 to §6.6). */
import { LedgerError } from "../errors.js";
import { fresh } from "./memory.js";
import { PriceTexts } from "./priceTexts.js";
import { pythonFloat } from "./pythonFloat.js";
import { parsePythonJson } from "./pythonJson.js";
import type { Cell, LedgerSource } from "./source.js";
import type { Steps } from "./steps.js";
import { sidxOf } from "./window.js";

/** Failures beyond its successes after which a style of text is left as it is. */
const PATIENCE = 8;

/** Reads one ticker's texts into one number per asset. */
export class AssetParser {
  private readonly texts: PriceTexts;
  /** Texts read in the style learnt, less those that were not. */
  private balance = PATIENCE;

  /** Assets that a text lacks get `missing`. */
  constructor(
    private readonly ticker: string,
    private readonly assets: readonly string[],
    private readonly missing: number,
  ) {
    this.texts = new PriceTexts(assets, missing);
  }

  /** Writes a text's values into `out` from `at` on. Throws LedgerError. */
  parse(text: string, out: Float64Array, at: number, sidx: number): void {
    if (this.texts.read(text, out, at)) {
      this.balance++;
      return;
    }
    const values = this.parseObject(text, sidx);
    this.assets.forEach((asset, i) => {
      const value = values[asset];
      const number = value === undefined ? this.missing : pythonFloat(value);
      if (number === undefined) throw this.error(sidx, `has no number for ${asset}`);
      out[at + i] = number;
    });
    if (this.balance-- > 0) this.texts.learn(Object.keys(values));
  }

  private parseObject(text: string, sidx: number): Readonly<Record<string, unknown>> {
    let parsed: unknown;
    try {
      parsed = parsePythonJson(text);
    } catch (error) {
      throw this.error(sidx, `is not JSON (${(error as Error).message})`);
    }
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
    throw this.error(sidx, "is not an object");
  }

  private error(sidx: number, why: string): LedgerError {
    return new LedgerError(`${this.ticker} sidx ${sidx}: price_data ${why}`);
  }
}

/** A `price_data` cell: text, or undefined when NULL. */
export function priceText(cell: Cell, ticker: string, sidx: number): string | undefined {
  if (cell === null) return undefined;
  if (typeof cell === "string") return cell;
  throw new LedgerError(`${ticker} sidx ${sidx}: price_data is not text`);
}

/** All rows of a ticker that have `price_data`, inside the window. */
export interface AssetTable {
  readonly rows: number;
  readonly sidx: Int32Array;
  /** rows × assets, missing 0; a row of empty text is all missing. */
  readonly values: Float64Array;
  /** sidx of the first row with an empty text: the breakout reader of the reference stops there with an error. */
  readonly emptyText: number | undefined;
}

interface Remembered {
  readonly key: string;
  readonly table: AssetTable;
}

/** MULTIXSEC's prices serve two challenges; parsing them is the costly part, so the last table of a source is kept. */
const remembered = new WeakMap<LedgerSource, Remembered>();

/** Prices of a ticker by row, parsed once per source, window and asset list. */
export function* assetTable(
  source: LedgerSource,
  ticker: string,
  assets: readonly string[],
  lastSidx: number | undefined,
): Steps<AssetTable> {
  const key = `${ticker} ${lastSidx} ${assets.join(" ")}`;
  const known = remembered.get(source);
  if (known?.key === key) return known.table;
  const capacity = source.span(ticker)?.rows ?? 0;
  const sidx = fresh.int32(capacity);
  const values = fresh.float64(capacity * assets.length);
  const parser = new AssetParser(ticker, assets, 0);
  let rows = 0;
  let emptyText: number | undefined;
  const range = lastSidx === undefined ? {} : { to: lastSidx };
  for (const [sidxs, texts] of source.batches(ticker, ["sidx", "price_data"], range)) {
    for (let i = 0; i < sidxs.length; i++) {
      const at = sidxOf(sidxs[i]!, ticker);
      const text = priceText(texts[i]!, ticker, at);
      if (text === undefined) continue;
      if (text === "") emptyText ??= at;
      else parser.parse(text, values, rows * assets.length, at);
      sidx[rows++] = at;
    }
    yield;
  }
  const table = { rows, sidx, values, emptyText };
  remembered.set(source, { key, table });
  return table;
}

/** Lets go of the table kept for a source. */
export function forgetAssetTable(source: LedgerSource): void {
  remembered.delete(source);
}
