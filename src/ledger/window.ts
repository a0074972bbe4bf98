/** What every reader needs at hand, and the cells of a row checked. */
import { LedgerError } from "../errors.js";
import type { Challenge, Constants } from "../profiles/profile.js";
import type { EmbeddingColumns } from "./columns.js";
import type { Allocator } from "./memory.js";
import { pythonFloat } from "./pythonFloat.js";
import type { Cell, LedgerSource, RowColumn } from "./source.js";
import type { ReadOptions } from "./trainingData.js";

export interface Reading {
  /** Where the data is to lie. */
  readonly memory: Allocator;
  readonly source: LedgerSource;
  readonly challenge: Challenge;
  readonly options: ReadOptions;
  readonly sampleEvery: number;
  /** Last sidx inside the window; undefined: no limit. */
  readonly lastSidx: number | undefined;
  constant(name: string): number;
}

export function reading(
  source: LedgerSource,
  challenge: Challenge,
  constants: Constants,
  options: ReadOptions,
  memory: Allocator,
): Reading {
  const constant = (name: string): number => {
    const value = constants[name];
    if (typeof value !== "number") throw new TypeError(`${challenge.ticker}: constant ${name} is not a number`);
    return value;
  };
  const sampleEvery = constant("SAMPLE_EVERY");
  // 0 means no limit, as in the reference.
  const lastSidx = options.maxBlock ? Math.floor(options.maxBlock / sampleEvery) : undefined;
  return { source, challenge, options, sampleEvery, lastSidx, constant, memory };
}

/** Rows of the challenge's ticker inside the window. */
export function windowRows(reading: Reading, columns: readonly RowColumn[]): Iterable<readonly Cell[]> {
  const { source, challenge, lastSidx } = reading;
  return source.rows(challenge.ticker, columns, lastSidx === undefined ? {} : { to: lastSidx });
}

/** Rows beyond the window: they still name hotkeys and hold future prices. */
export function laterRows(reading: Reading, columns: readonly RowColumn[]): Iterable<readonly Cell[]> {
  const { source, challenge, lastSidx } = reading;
  return lastSidx === undefined ? [] : source.rows(challenge.ticker, columns, { from: lastSidx + 1 });
}

/** Lets the columns know whom the rows beyond the window name. */
export function listLater(reading: Reading, columns: EmbeddingColumns): void {
  for (const row of laterRows(reading, ["sidx", "hotkeys"])) {
    columns.list(row[1]!, sidxOf(row[0]!, reading.challenge.ticker));
  }
}

/** A row number as a 32-bit integer. */
export function sidxOf(cell: Cell, ticker: string): number {
  if (typeof cell === "number" && (cell | 0) === cell) return cell;
  throw new LedgerError(`${ticker}: sidx ${String(cell)} is not a row number`);
}

/** A `price` cell: null when there is none. Text that is a number counts, as in the reference. */
export function priceOf(cell: Cell, ticker: string, sidx: number): number | null {
  if (cell === null || typeof cell === "number") return cell;
  const price = pythonFloat(cell);
  if (price !== undefined) return price;
  const shown = typeof cell === "string" ? `"${cell.slice(0, 40)}"` : "a blob";
  throw new LedgerError(`${ticker} sidx ${sidx}: price is ${shown}, not a number`);
}
