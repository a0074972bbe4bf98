import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/errors.js";
import { compareResults, parseComparable } from "../../src/salience/compare.js";

const a = { salience: { x: 0.5, y: 0.5 }, breakdown: { ETH: { x: 0.25, y: 0.75 }, CADUSD: { x: 1 } } };
const b = { salience: { x: 0.25, z: 0.75 }, breakdown: { ETH: { x: 0.25, y: 0.75 }, NZDUSD: { z: 1 } } };

describe("compareResults", () => {
  it("finds nothing between equals", () => {
    expect(compareResults(a, a)).toEqual({
      overall: { distance: 0, onlyInA: [], onlyInB: [] },
      challenges: {
        ETH: { distance: 0, onlyInA: [], onlyInB: [] },
        CADUSD: { distance: 0, onlyInA: [], onlyInB: [] },
      },
      challengesOnlyInA: [],
      challengesOnlyInB: [],
      largest: 0,
    });
  });

  it("counts an absent hotkey or challenge as zero and names it", () => {
    const comparison = compareResults(a, b);
    expect(comparison.overall).toEqual({ distance: 1.5, onlyInA: ["y"], onlyInB: ["z"] });
    expect(comparison.challenges.ETH!.distance).toBe(0);
    expect(comparison.challenges.CADUSD).toEqual({ distance: 1, onlyInA: ["x"], onlyInB: [] });
    expect(comparison.challengesOnlyInA).toEqual(["CADUSD"]);
    expect(comparison.challengesOnlyInB).toEqual(["NZDUSD"]);
    expect(comparison.largest).toBe(1.5);
  });

  it("is symmetric", () => {
    const [forth, back] = [compareResults(a, b), compareResults(b, a)];
    expect(back.overall.distance).toBe(forth.overall.distance);
    expect(back.overall.onlyInA).toEqual(forth.overall.onlyInB);
  });

  it("does not let NaN pass as small", () => {
    const odd = { salience: { x: Number.NaN }, breakdown: {} };
    expect(compareResults(odd, { salience: { x: 1 }, breakdown: {} }).largest).toBeNaN();
    expect(compareResults(a, { ...a, breakdown: { ETH: { x: Number.NaN }, CADUSD: { x: 1 } } }).largest).toBeNaN();
  });

  it("takes hotkeys named like members of every object", () => {
    const odd = parseComparable('{"salience":{"__proto__":0.5,"constructor":0.5},"breakdown":{}}', "odd.json");
    expect(compareResults(odd, { salience: {}, breakdown: {} }).overall).toEqual({
      distance: 1,
      onlyInA: ["__proto__", "constructor"],
      onlyInB: [],
    });
  });
});

describe("parseComparable", () => {
  it.each([
    ["{", /bad\.json: not JSON/],
    ["[]", /"salience" must map/],
    ['{"salience":{"a":"1"},"breakdown":{}}', /"salience" must map/],
    ['{"salience":{},"breakdown":[]}', /"breakdown" must map/],
    ['{"salience":{},"breakdown":{"ETH":{"a":null}}}', /"breakdown" of ETH must map/],
  ])("rejects %s", (text, message) => {
    expect(() => parseComparable(text, "bad.json")).toThrow(message);
    expect(() => parseComparable(text, "bad.json")).toThrow(UsageError);
  });
});
