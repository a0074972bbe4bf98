/** 51-clusters check 8. */
import { describe, expect, it } from "vitest";
import {
  collapseShares,
  connectedGroups,
  equalizeShares,
  representatives,
} from "../../../src/scorers/clusters/groups.js";

const table = (entries: Record<string, number>) => new Map(Object.entries(entries));
const names = (entries: Record<string, string>) => new Map(Object.entries(entries));

describe("groups", () => {
  it("links in chains", () => {
    const links: [number, number][] = [
      [4, 2],
      [0, 5],
      [2, 3],
      [5, 0],
    ];
    expect(connectedGroups(7, links)).toEqual([
      [0, 5],
      [2, 3, 4],
    ]);
  });

  it("represents a group by its smallest hotkey", () => {
    expect(representatives([["5a", "5B"], ["x"]])).toEqual(names({ "5B": "5B", "5a": "5B" }));
  });

  it("collapses shares", () => {
    const collapsed = collapseShares(table({ b: 0.2, zz: 0, c: 0.3, a9: 0.1 }), names({ a: "a", b: "a", c: "a" }));
    expect([...collapsed]).toEqual([
      ["a9", 0.1],
      ["a", 0.5],
      ["zz", 0],
    ]);
    expect(collapseShares(table({ q: 1 }), new Map())).toEqual(table({ q: 1 }));
  });

  it("spreads shares evenly", () => {
    const of = names({ k0: "k0", k1: "k0", k2: "k0", k3: "k0" });
    expect([...equalizeShares(table({ k1: 0.5, k0: 0.25, zz: 0.25 }), of)]).toEqual([
      ...["k0", "k1", "k2", "k3"].map((hotkey) => [hotkey, 0.1875]),
      ["zz", 0.25],
    ]);
    const equal = equalizeShares(table({ b: 0.2, zz: 0, c: 0.3, q: 0 }), names({ b: "a", c: "a", q: "q" }));
    expect([...equal]).toEqual([...["a", "b", "c"].map((hotkey) => [hotkey, 0.16666666666666666]), ["zz", 0]]);
  });
});
