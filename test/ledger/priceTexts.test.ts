import fc from "fast-check";
import { expect, test } from "vitest";
import { AssetParser } from "../../src/ledger/assetValues.js";
import { decimal } from "../../src/ledger/decimal.js";
import { parsePythonJson } from "../../src/ledger/pythonJson.js";
import { lcg } from "../helpers/lcg.js";

test("decimals are the nearest doubles, or left to others", () => {
  const random = lcg(3);
  let left = 0;
  for (let run = 0; run < 200_000; run++) {
    const digits = Array.from({ length: 1 + Math.floor(random() * 18) }, () => Math.floor(random() * 10)).join("");
    const scale = Math.floor(random() * 23);
    const value = decimal(Number(digits.slice(0, 9)), Number(digits.slice(9)), Math.max(digits.length - 9, 0), scale);
    if (Number.isNaN(value)) left++;
    else if (!Object.is(value, Number(`${digits}e-${scale}`))) expect.fail(`${digits}e-${scale} became ${value}`);
  }
  expect(left).toBeLessThan(2000);
  // Half-way between two doubles.
  expect(decimal(900719925, 4740993, 7, 0)).toBeNaN();
});

const assets = ["BTC", "ETH", "XRP"];

function values(texts: readonly string[]): (number[] | string)[] {
  const parser = new AssetParser("T", assets, -7);
  return texts.map((text) => {
    const out = new Float64Array(assets.length);
    try {
      parser.parse(text, out, 0, 5);
    } catch (error) {
      return (error as Error).message;
    }
    return [...out];
  });
}

test("texts of one style read as each on its own", () => {
  const token = fc.oneof(
    fc.double({ min: 1e-5, max: 1e9 }).map(String),
    fc.double().map(String),
    fc.constantFrom("0", "-0", "-0.0", "007", "1.", ".5", "-", "", "1e5", "1E-5", "12345678901234567890123.5", "NaN"),
    fc.constantFrom(
      "0.000000000000000000000001",
      "9007199254740993.0",
      "1.0000000000000001",
      "null",
      '"3"',
      "+1",
      "2 ",
    ),
  );
  const keys = fc.oneof(fc.constant(["BTC", "ETH", "XRP"]), fc.subarray(["XRP", "7", "BTC", "q'", "é", "ETH"]));
  const text = fc.tuple(keys, fc.array(token, { minLength: 6, maxLength: 6 })).map(([names, tokens]) => {
    return `{${names.map((name, i) => `"${name}": ${tokens[i]}`).join(", ")}}`;
  });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), fc.constantFrom("", " ", "}", ","), (texts, tail) => {
      const all = texts.flatMap((one) => [one, one, one + tail]);
      expect(values(all)).toEqual(all.map((one) => values([one])[0]));
    }),
    { numRuns: 1000 },
  );
});

test("numbers are those of the parser", () => {
  const random = lcg(4);
  const texts = Array.from({ length: 5000 }, () => {
    const numbers = assets.map(() => String((random() - 0.1) * 10 ** Math.floor(random() * 9 - 4)));
    return `{${assets.map((asset, i) => `"${asset}": ${numbers[i]}`).join(", ")}}`;
  });
  const expected = texts.map((text) => Object.values(parsePythonJson(text) as Record<string, number>));
  expect(values(texts)).toEqual(expected);
});
