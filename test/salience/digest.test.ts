import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonicalText, digest } from "../../src/salience/digest.js";

const input = {
  profile: "2026-05",
  ledger: { rows: 3, firstBlock: 5, lastBlock: 15, hotkeys: 2 },
  salience: { "5B": 0.1 + 0.2, "5A": 1e-7 },
  breakdown: { ETH: { "5A": 1 }, CADUSD: {} },
};

describe("digest", () => {
  it("hashes sorted keys and shortest floats", () => {
    const text =
      '{"breakdown":{"CADUSD":{},"ETH":{"5A":1}},"ledger":{"firstBlock":5,"hotkeys":2,"lastBlock":15,"rows":3},' +
      '"profile":"2026-05","salience":{"5A":1e-7,"5B":0.30000000000000004}}';
    expect(canonicalText(input)).toBe(text);
    expect(digest(input)).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("ignores key order and whatever else a result holds", () => {
    const shuffled = {
      ...input,
      backend: "js",
      salience: { "5A": 1e-7, "5B": 0.1 + 0.2 },
      breakdown: { CADUSD: {}, ETH: { "5A": 1 } },
    };
    expect(digest(shuffled)).toBe(digest(input));
  });

  it("changes with the last bit of a share", () => {
    expect(digest({ ...input, salience: { ...input.salience, "5B": 0.3 } })).not.toBe(digest(input));
  });

  it("orders keys by code point, not by UTF-16 unit", () => {
    const { breakdown: _, ...rest } = input;
    const text = canonicalText({ ...rest, breakdown: { ETH: { "\u{1F600}": 1, "\uFFFD": 1, a: Number.NaN } } });
    expect(text).toContain('{"ETH":{"a":NaN,"\uFFFD":1,"\u{1F600}":1}}');
  });
});
