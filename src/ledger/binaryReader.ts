/** Binary challenges: embeddings and forward returns (40-ledger §6.2). */
import type { BinaryData } from "../trainingData.js";
import type { EmbeddingColumns } from "./columns.js";
import type { Cell } from "./source.js";
import type { Steps } from "./steps.js";
import { laterRows, priceOf, type Reading, sidxOf, windowRows } from "./window.js";

/** A row whose label waits for the price `ahead` samples later. */
interface Waiting {
  readonly sidx: number;
  readonly price: number;
  readonly embeddings: Cell;
}

/**
 * One pass: a row waits in a queue, at most `ahead` long, until the scan has reached its future price, and only then is
 * its blob looked at. So a damaged blob in a row without a label does no harm, as in the reference.
 */
export function* readBinary(
  reading: Reading,
  columns: EmbeddingColumns,
  capacity: number,
): Steps<BinaryData | undefined> {
  const { challenge, sampleEvery } = reading;
  const { ticker } = challenge;
  const ahead = Math.floor(challenge.blocksAhead / sampleEvery);
  const longest = reading.constant("MAX_UNCHANGED_TIMESTEPS");
  const returns = reading.memory.float32(capacity);
  let rows = 0;
  let queue: Waiting[] = [];
  let head = 0;

  /** Labels the rows that wait for this price and lets go those whose sample is missing. */
  const arrive = (sidx: number, price: number | null): void => {
    while (head < queue.length && queue[head]!.sidx + ahead <= sidx) {
      const row = queue[head++]!;
      if (row.sidx + ahead < sidx || price === null || price <= 0) continue;
      if (!columns.open(row.embeddings, row.sidx) || !columns.anyNonzero()) continue;
      columns.store(rows);
      returns[rows++] = (price - row.price) / row.price;
    }
    if (head > 1024) {
      queue = queue.slice(head);
      head = 0;
    }
  };

  let previous: number | null = null;
  let streak = 0;
  for (const [sidxs, prices, hotkeys, embeddings] of windowRows(reading, ["sidx", "price", "hotkeys", "embeddings"])) {
    for (let i = 0; i < sidxs.length; i++) {
      const sidx = sidxOf(sidxs[i]!, ticker);
      const price = priceOf(prices[i]!, ticker, sidx);
      columns.list(hotkeys[i]!, sidx);
      if (price !== null) {
        streak = price === previous ? streak + 1 : 0;
        previous = price;
      }
      if (streak <= longest && price !== null && !(price <= 0)) queue.push({ sidx, price, embeddings: embeddings[i]! });
      arrive(sidx, price);
    }
    yield;
  }
  for (const [sidxs, prices, hotkeys] of laterRows(reading, ["sidx", "price", "hotkeys"])) {
    for (let i = 0; i < sidxs.length; i++) {
      const sidx = sidxOf(sidxs[i]!, ticker);
      columns.list(hotkeys[i]!, sidx);
      arrive(sidx, priceOf(prices[i]!, ticker, sidx));
    }
    yield;
  }
  if (rows === 0) return undefined;
  const from = Math.max(0, rows - reading.constant("MAX_INDEX_HISTORY"));
  return { kind: "binary", embeddings: columns.finish(from, rows), returns: returns.subarray(from, rows) };
}
