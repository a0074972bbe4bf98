import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHalf, toHalf } from "../../src/ledger/half.js";

/** Decodes by the definition, without the tables of the code under test. */
function defined(code: number): number {
  const exponent = (code >>> 10) & 31;
  const fraction = code & 1023;
  const sign = code >>> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return (sign * fraction) / 16777216;
  let value = 1 + fraction / 1024;
  for (let e = exponent; e < 15; e++) value /= 2;
  for (let e = exponent; e > 15; e--) value *= 2;
  return sign * value;
}

const codes = Array.from({ length: 65_536 }, (_, code) => code);

describe("binary16", () => {
  test("decodes all 65,536 codes", () => {
    const wrong = codes.filter((code) => !Object.is(fromHalf(code), defined(code)));
    expect(wrong).toEqual([]);
  });

  test("encodes what it decoded, every NaN as one", () => {
    const wrong = codes.filter((code) => {
      const value = fromHalf(code);
      return Number.isNaN(value) ? (toHalf(value) & 0x7fff) !== 0x7e00 : toHalf(value) !== code;
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    [0.1, 0x2e66],
    [0.3, 0x34cd],
    [1e-6, 0x0011],
    [0.999999, 0x3c00],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0000001, 0x0001],
    [0.99975, 0x3bff],
    [0.999755859375, 0x3c00],
    [2049 / 2048, 0x3c00],
    [1 / 3, 0x3555],
    [6.1e-5, 0x03ff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-65520, 0xfc00],
    [-0, 0x8000],
    [1e-320, 0x0000],
    [1e308, 0x7c00],
  ])("rounds %d to 0x%s", (value, code) => {
    expect(toHalf(value)).toBe(code);
  });

  test("rounds to the nearest code, ties to even", () => {
    const finite = fc.double({ min: -65519, max: 65519, noNaN: true });
    const tiny = fc.double({ min: -1e-4, max: 1e-4, noNaN: true });
    const halfway = fc.integer({ min: 0, max: 0x7bfe }).map((code) => (defined(code) + defined(code + 1)) / 2);
    fc.assert(
      fc.property(fc.oneof(finite, tiny, halfway), (value) => {
        const code = toHalf(value);
        const distance = Math.abs(defined(code) - value);
        for (const neighbour of [code - 1, code + 1]) {
          if ((neighbour & 0x7fff) > 0x7bff || (neighbour & 0x8000) !== (code & 0x8000)) continue;
          const other = Math.abs(defined(neighbour) - value);
          expect(distance).toBeLessThanOrEqual(other);
          if (distance === other) expect(code & 1).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
