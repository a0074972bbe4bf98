/** ETHHITFIRST, ETHLBFGS, BTCLBFGS: embeddings and one price per row (40-ledger §6.3). */
import type { PriceData } from "../trainingData.js";
import type { EmbeddingColumns } from "./columns.js";
import type { Steps } from "./steps.js";
import { listLater, priceOf, type Reading, sidxOf, windowRows } from "./window.js";

/** Rows with a finite positive price; those without embeddings stay, as zeros. */
export function* readPrices(
  reading: Reading,
  kind: PriceData["kind"],
  columns: EmbeddingColumns,
  capacity: number,
): Steps<PriceData | undefined> {
  const { ticker } = reading.challenge;
  const prices = reading.memory.float64(capacity);
  const rowSidx = reading.memory.int32(capacity);
  let rows = 0;
  for (const [sidxs, cells, hotkeys, embeddings] of windowRows(reading, ["sidx", "price", "hotkeys", "embeddings"])) {
    for (let i = 0; i < sidxs.length; i++) {
      const sidx = sidxOf(sidxs[i]!, ticker);
      columns.list(hotkeys[i]!, sidx);
      const price = priceOf(cells[i]!, ticker, sidx);
      if (price === null || !(price > 0) || price === Number.POSITIVE_INFINITY) continue;
      if (columns.open(embeddings[i]!, sidx)) columns.store(rows);
      prices[rows] = price;
      rowSidx[rows++] = sidx;
    }
    yield;
  }
  yield* listLater(reading, columns);
  if (rows === 0) return undefined;
  const from = Math.max(0, rows - reading.constant("MAX_BLOCK_HISTORY"));
  return {
    kind,
    embeddings: columns.finish(from, rows),
    prices: prices.subarray(from, rows),
    sidx: rowSidx.subarray(from, rows),
  };
}
