/** Rows from batches of columns, and batches of columns from rows. */
import type { Cell, LedgerSource, RowBatch, RowColumn, RowRange } from "./source.js";

/** Rows that are handed over together where nothing else sets a limit. */
const BATCH = 128;

/** Rows of a ticker one by one, cells in the order asked for. */
export function* rowsOf(
  source: LedgerSource,
  ticker: string,
  columns: readonly RowColumn[],
  range?: RowRange,
): Iterable<readonly Cell[]> {
  for (const batch of source.batches(ticker, columns, range)) {
    const rows = batch[0]?.length ?? 0;
    for (let row = 0; row < rows; row++) yield batch.map((cells) => cells[row]!);
  }
}

/** Rows of `width` cells as batches. */
export function* batchesOf(rows: Iterable<readonly Cell[]>, width: number): Iterable<RowBatch> {
  let batch = Array.from({ length: width }, (): Cell[] => []);
  for (const row of rows) {
    batch.forEach((cells, column) => {
      cells.push(row[column]!);
    });
    if (batch[0]?.length !== BATCH) continue;
    yield batch;
    batch = batch.map(() => []);
  }
  if (batch[0]?.length) yield batch;
}
