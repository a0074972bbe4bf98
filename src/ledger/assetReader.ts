/** MULTIXSEC, FUNDINGXSEC, TRADEMIX: embeddings and one value per asset and row (40-ledger §6.4, §6.5). */
import type { AssetData, Embeddings } from "../trainingData.js";
import { AssetParser, assetTable, priceText } from "./assetValues.js";
import type { EmbeddingColumns } from "./columns.js";
import type { Steps } from "./steps.js";
import { listLater, type Reading, sidxOf, windowRows } from "./window.js";

/** MULTIXSEC: its prices come from the table that the breakout reader shares. */
export function* readSharedAssets(reading: Reading, columns: EmbeddingColumns): Steps<AssetData | undefined> {
  const { source, challenge, lastSidx } = reading;
  const { ticker } = challenge;
  const width = challenge.assets!.length;
  const table = yield* assetTable(source, ticker, challenge.assets!, lastSidx);
  const kept = reading.memory.int32(table.rows);
  let rows = 0;
  let next = 0;
  for (const [sidxs, hotkeys, embeddings] of windowRows(reading, ["sidx", "hotkeys", "embeddings"])) {
    for (let i = 0; i < sidxs.length; i++) {
      const sidx = sidxOf(sidxs[i]!, ticker);
      columns.list(hotkeys[i]!, sidx);
      if (next === table.rows || table.sidx[next] !== sidx) continue;
      const priced = next++;
      if (!anyPositive(table.values, priced * width, width)) continue;
      if (columns.open(embeddings[i]!, sidx)) columns.store(rows);
      kept[rows++] = priced;
    }
    yield;
  }
  yield* listLater(reading, columns);
  if (rows === 0) return undefined;
  const from = Math.max(0, rows - reading.constant("MAX_BLOCK_HISTORY"));
  const embeddings = columns.finish(from, rows);
  if (rows === table.rows) {
    const values = table.values.subarray(from * width, rows * width);
    return { kind: "xsec_rank", embeddings, values, sidx: table.sidx.subarray(from, rows) };
  }
  const values = reading.memory.float64(embeddings.rows * width);
  const rowSidx = reading.memory.int32(embeddings.rows);
  for (let row = 0; row < embeddings.rows; row++) {
    const k = kept[from + row]!;
    values.set(table.values.subarray(k * width, (k + 1) * width), row * width);
    rowSidx[row] = table.sidx[k]!;
  }
  return { kind: "xsec_rank", embeddings, values, sidx: rowSidx };
}

/** FUNDINGXSEC (a rate may be anything but missing in all assets) and TRADEMIX (some price must be positive). */
export function* readAssets(
  reading: Reading,
  kind: "funding_xsec" | "trade_mix",
  columns: EmbeddingColumns,
  capacity: number,
): Steps<AssetData | undefined> {
  const { ticker } = reading.challenge;
  const assets = reading.challenge.assets!;
  const width = assets.length;
  const [missing, usable] = kind === "funding_xsec" ? [Number.NaN, anyNumber] : [0, anyPositive];
  const values = reading.memory.float64(capacity * width);
  const rowSidx = reading.memory.int32(capacity);
  const parser = new AssetParser(ticker, assets, missing);
  const latest = new Float64Array(width);
  let latestText = "";
  let latestUsable = false;
  let rows = 0;
  const asked = ["sidx", "price_data", "hotkeys", "embeddings"] as const;
  for (const [sidxs, texts, hotkeys, embeddings] of windowRows(reading, asked)) {
    for (let i = 0; i < sidxs.length; i++) {
      const sidx = sidxOf(sidxs[i]!, ticker);
      columns.list(hotkeys[i]!, sidx);
      const text = priceText(texts[i]!, ticker, sidx);
      if (!text) continue;
      if (text !== latestText) {
        // Funding rates stand for hours: parse a text once.
        parser.parse(text, latest, 0, sidx);
        latestText = text;
        latestUsable = usable(latest, 0, width);
      }
      if (!latestUsable) continue;
      if (columns.open(embeddings[i]!, sidx)) columns.store(rows);
      values.set(latest, rows * width);
      rowSidx[rows++] = sidx;
    }
    yield;
  }
  yield* listLater(reading, columns);
  if (rows === 0) return undefined;
  const from = Math.max(0, rows - reading.constant("MAX_BLOCK_HISTORY"));
  const kept: Embeddings = columns.finish(from, rows);
  return {
    kind,
    embeddings: kept,
    values: values.subarray(from * width, rows * width),
    sidx: rowSidx.subarray(from, rows),
  };
}

function anyPositive(values: Float64Array, at: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (values[at + i]! > 0) return true;
  return false;
}

function anyNumber(values: Float64Array, at: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (!Number.isNaN(values[at + i]!)) return true;
  return false;
}
