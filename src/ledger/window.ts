/** What every reader needs at hand, and the cells of a row checked. */
import { LedgerError } from "../errors.js";
import type { Challenge, Constants } from "../profiles/profile.js";
import type { EmbeddingColumns } from "./columns.js";
import type { Allocator } from "./memory.js";
import { pythonFloat } from "./pythonFloat.js";
import type { Cell, LedgerSource, RowBatch, RowColumn } from "./source.js";
import type { Steps } from "./steps.js";
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
export function windowRows<const Columns extends readonly RowColumn[]>(
  { source, challenge, lastSidx }: Reading,
  columns: Columns,
): Iterable<RowBatch<Columns>> {
  return source.batches(challenge.ticker, columns, lastSidx === undefined ? {} : { to: lastSidx });
}

/** Rows beyond the window: they still name hotkeys and hold future prices. */
export function laterRows<const Columns extends readonly RowColumn[]>(
  { source, challenge, lastSidx }: Reading,
  columns: Columns,
): Iterable<RowBatch<Columns>> {
  return lastSidx === undefined ? [] : source.batches(challenge.ticker, columns, { from: lastSidx + 1 });
}

/** Lets the columns know whom the rows beyond the window name. */
export function* listLater(reading: Reading, columns: EmbeddingColumns): Steps<void> {
  for (const [sidxCells, hotkeys] of laterRows(reading, ["sidx", "hotkeys"])) {
    for (let i = 0; i < sidxCells.length; i++) {
      columns.list(hotkeys[i]!, sidxOf(sidxCells[i]!, reading.challenge.ticker));
    }
    yield;
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
