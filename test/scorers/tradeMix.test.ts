import { describe, expect, it } from "vitest";
import type { Json } from "../../src/scorers/scorer.js";
import { backends } from "../helpers/backends.js";
import { distance, market, score, smallConstants, smallMarket, tradeMixConstants } from "./tradeMixMarket.js";

const skillw = {
  hk1: 0.36658781440516003,
  hk4: 0.36658781440516003,
  hk2: 0.1883630719608748,
  hk5: 0.07846129922880511,
};

const at = (diagnostics: { readonly [key: string]: Json }, key: string): number[] => diagnostics[key] as number[];

describe.each(backends)("TRADE-MIX end to end ($backend)", ({ kernel }) => {
  it("draws the market of check 8", () => {
    const { values, embeddings } = smallMarket();
    expect([...values.subarray(2, 4)]).toEqual([99.91932330570152, 110.0734788180252]);
    expect([...values.subarray(-2)]).toEqual([99.76827666170873, 110.60406598826121]);
    const row0 = embeddings.columns.slice(0, 2).flatMap((codes) => [...kernel.decodeHalf(codes.slice(0, 2))]);
    expect(row0).toEqual([-0.3388671875, 0.751953125, 0.9189453125, -0.78515625]);
  });

  it("check 8: skill, clusters, attribution and shares", async () => {
    const { shares, diagnostics } = await score(kernel, smallMarket(), smallConstants());
    const skill = Object.values(diagnostics.skill as Record<string, number>);
    const expected = [
      0.40656738317586727, 0.9999733273238046, 0.995994570424508, 0.646405338296652, 0.9999733273238046,
      0.9798137592487166,
    ];
    for (const [j, value] of expected.entries()) expect(skill[j]).toBeCloseTo(value, 12);
    const clusters = diagnostics.clusters as unknown as { members: string[]; attribution: number }[];
    expect(clusters.map(({ members }) => members)).toEqual([["hk1", "hk4"], ["hk2"], ["hk5"]]);
    const attribution = [0.04233012863716029, 0.010918645798526416, 0.004623192164543849];
    for (const [c, value] of attribution.entries()) expect(clusters[c].attribution).toBeCloseTo(value, 13);
    expect(diagnostics.full_pnl).toBeCloseTo(0.18101484125510375, 13);
    expect(at(diagnostics, "per_fold_full_pnl")[0]).toBeCloseTo(0.03237040259906164, 14);
    expect(distance(shares, skillw)).toBeLessThan(1e-12);
    expect(Object.keys(skillw).sort()).toEqual([...shares.keys()].sort());
  });

  it.each([
    ["gbdt", { hk1: 0.49921871934218376, hk4: 0.49921871934218376, hk2: 0.0015625613156324833 }, 1e-12],
    ["moe", { hk1: 0.42261169, hk4: 0.42261169, hk2: 0.12838681, hk5: 0.02638981 }, 1e-4],
  ] as const)("check 8 with meta_model %s", async (meta_model, expected, tolerance) => {
    const { shares, diagnostics } = await score(kernel, smallMarket(), smallConstants({ meta_model }));
    expect(distance(shares, expected)).toBeLessThan(tolerance);
    expect(diagnostics.full_pnl).toBeCloseTo(meta_model === "gbdt" ? 0.20042588104295977 : 0.17569894, 5);
  });

  it("check 8 with luck_filter block_bootstrap", async () => {
    const constants = smallConstants({ luck_filter: "block_bootstrap" });
    const { shares, diagnostics } = await score(kernel, smallMarket(), constants);
    expect(Object.values(diagnostics.skill as Record<string, number>)).toEqual([0.12, 1, 1, 0.9, 1, 1]);
    const expected = {
      hk1: 0.3495970369056704,
      hk4: 0.3495970369056704,
      hk2: 0.1969290755022399,
      hk3: 0.007002230634329669,
      hk5: 0.09687462005208945,
    };
    expect(distance(shares, expected)).toBeLessThan(1e-12);
  });

  it("check 8 with a missing price", async () => {
    const data = smallMarket();
    data.values[600 * 2 + 1] = 0;
    const { shares, diagnostics } = await score(kernel, data, smallConstants());
    expect(diagnostics.max_skill_prob).toBeCloseTo(0.7499814447284461, 12);
    const expected = {
      hk1: 0.3633600609178473,
      hk4: 0.3633600609178473,
      hk2: 0.19181616883589592,
      hk5: 0.0814637093284094,
    };
    expect(distance(shares, expected)).toBeLessThan(1e-12);
  });

  it("check 8 with a NaN position pays nobody", async () => {
    const data = smallMarket();
    data.embeddings.columns[1][700 * 2] = 0x7e00;
    const { shares, skipped } = await score(kernel, data, smallConstants());
    expect(shares.size).toBe(0);
    expect(skipped).toBe("no cluster added to the desk's profit");
    for (const meta_model of ["gbdt", "moe"]) {
      await expect(score(kernel, data, smallConstants({ meta_model }))).rejects.toThrow(/NaN position/);
    }
  });

  it("waits for enough rows", async () => {
    const { shares, skipped } = await score(kernel, smallMarket(), smallConstants({ min_history_bars: 1201 }));
    expect(shares.size).toBe(0);
    expect(skipped).toBe("warm-up: 1200 rows of 1201");
  });

  it("names an option that it does not know", async () => {
    await expect(score(kernel, smallMarket(), smallConstants({ meta_model: "knn" }))).rejects.toThrow(
      /TRADEMIX: unknown meta_model "knn": choose skillw, gbdt, moe/,
    );
    await expect(score(kernel, smallMarket(), smallConstants({ luck_filter: "none" }))).rejects.toThrow(
      /unknown luck_filter "none"/,
    );
  });

  it("check 9: the configuration's own constants", async () => {
    const data = market({
      rows: 43_260,
      firstPrices: [100, 110, 120, 130],
      horizon: 60,
      skill: [0, 0.5, 0.4, 0.37, 0.5, 0.38],
    });
    expect([...data.values.subarray(-4)]).toEqual([
      99.48131648132072, 127.21057855495972, 119.90192898925173, 127.48694971090684,
    ]);
    const { shares, diagnostics } = await score(kernel, data, tradeMixConstants());
    const skill = [
      0.0, 0.9999972956301381, 0.9955099826660456, 0.8297810715952281, 0.9999972956301381, 0.9724559390412573,
    ];
    const found = Object.values(diagnostics.skill as Record<string, number>);
    for (const [j, value] of skill.entries()) expect(found[j]).toBeCloseTo(value, 12);
    const perFold = [
      0.29652012151507173, 0.456713592136016, 0.36868612592488176, 0.3834930774789176, 0.3490969347353179,
    ];
    for (const [f, value] of perFold.entries()) {
      expect(at(diagnostics, "per_fold_full_pnl")[f]).toBeCloseTo(value, 12);
    }
    const clusters = diagnostics.clusters as unknown as { members: string[]; attribution: number }[];
    expect(clusters.map(({ members }) => members)).toEqual([["hk1", "hk4"], ["hk2"], ["hk5"], ["hk3"]]);
    const attribution = [0.32259547795344257, 0.14298161068435, 0.14582873411193487, 0.11257768237087151];
    for (const [c, value] of attribution.entries()) expect(clusters[c].attribution).toBeCloseTo(value, 12);
    const expected = {
      hk1: 0.23037170813177368,
      hk4: 0.23037170813177368,
      hk2: 0.2032955356959117,
      hk3: 0.1334190563831569,
      hk5: 0.20254199165738407,
    };
    expect(distance(shares, expected)).toBeLessThan(1e-12);
  });
});
