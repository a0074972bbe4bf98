/** The history cap and tail alignment that the aggregate puts before most scorers (30-aggregate §3, Trim). */
import type { AssetData, Embeddings, PriceData, TrainingData } from "../trainingData.js";

/**
 * Embeddings and prices each cut to their last `limit` rows, then both to the shorter length, aligned at the end. Undefined when
 * no row is left. Binary data and breakout samples pass as they are: their scorers have caps of their own.
 */
export function trimHistory(data: TrainingData, limit: number): TrainingData | undefined {
  if (data.kind === "binary" || data.kind === "range_breakout_multi") return data;
  const others = "prices" in data ? data.prices.length : assetRows(data);
  const rows = Math.min(data.embeddings.rows, others, limit);
  if (rows <= 0) return undefined;
  if (rows === data.embeddings.rows && rows === others) return data;
  const embeddings = tail(data.embeddings, rows);
  const sidx = data.sidx.subarray(Math.max(0, data.sidx.length - rows));
  if ("prices" in data) return { ...data, embeddings, sidx, prices: data.prices.subarray(others - rows) } as PriceData;
  const assets = data.values.length / others;
  return { ...data, embeddings, sidx, values: data.values.subarray((others - rows) * assets) } as AssetData;
}

/** sidx has one entry per row of values. */
function assetRows(data: AssetData): number {
  return data.sidx.length;
}

function tail({ hotkeys, columns, width, rows }: Embeddings, keep: number): Embeddings {
  return { hotkeys, width, rows: keep, columns: columns.map((column) => column.subarray((rows - keep) * width)) };
}
