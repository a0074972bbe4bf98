import { describe, expect, it } from "vitest";
import { trimHistory } from "../../src/salience/history.js";
import type { AssetData, PriceData } from "../../src/trainingData.js";

const embeddings = (rows: number, width: number) => ({
  hotkeys: ["a"],
  columns: [Uint16Array.from({ length: rows * width }, (_, i) => i)],
  width,
  rows,
});
const assets = (rows: number, prices: number): AssetData => ({
  kind: "xsec_rank",
  embeddings: embeddings(rows, 3),
  values: Float64Array.from({ length: prices * 2 }, (_, i) => i),
  sidx: Int32Array.from({ length: prices }, (_, i) => i),
});

describe("trimHistory", () => {
  it("aligns 12 price rows with 10 embedding rows at the end (30 §6, check 5)", () => {
    const { embeddings, values, sidx } = trimHistory(assets(10, 12), 432_000) as AssetData;
    expect(embeddings.rows).toBe(10);
    expect(embeddings.columns[0]!.length).toBe(30);
    expect([...values.subarray(0, 2)]).toEqual([4, 5]);
    expect([...sidx]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("cuts embeddings that are longer than the prices", () => {
    const { embeddings, values } = trimHistory(assets(4, 2), 432_000) as AssetData;
    expect([...embeddings.columns[0]!]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(values.length).toBe(4);
  });

  it("keeps the last rows within the cap", () => {
    const data: PriceData = {
      kind: "lbfgs",
      embeddings: embeddings(5, 1),
      prices: Float64Array.of(1, 2, 3, 4, 5),
      sidx: Int32Array.of(1, 2, 3, 4, 5),
    };
    const { embeddings: cut, prices, sidx } = trimHistory(data, 2) as PriceData;
    expect([[...cut.columns[0]!], [...prices], [...sidx]]).toEqual([
      [3, 4],
      [4, 5],
      [4, 5],
    ]);
    expect(trimHistory(data, 5)).toBe(data);
  });

  it("finds nothing in no rows", () => {
    expect(trimHistory(assets(0, 3), 10)).toBeUndefined();
    expect(trimHistory(assets(3, 0), 10)).toBeUndefined();
  });
});
