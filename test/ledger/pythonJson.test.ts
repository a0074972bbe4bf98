import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pythonFloat } from "../../src/ledger/pythonFloat.js";
import {
  formatPythonFloat,
  formatPythonJson,
  PythonFloat,
  parsePythonJson,
  pythonObjectKeys,
} from "../../src/ledger/pythonJson.js";

describe("reading", () => {
  test("accepts the bare tokens wherever a value may stand", () => {
    expect(parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity, -1.5e3], "c": {"d": null}}')).toEqual({
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1500],
      c: { d: null },
    });
    expect(parsePythonJson(" NaN ")).toBeNaN();
  });

  test("takes the last of duplicate keys, with and without bare tokens", () => {
    expect(parsePythonJson('{"a": 1, "a": 2}')).toEqual({ a: 2 });
    expect(parsePythonJson('{"a": 1, "b": NaN, "a": 2}')).toEqual({ a: 2, b: Number.NaN });
  });

  test("keeps keys like __proto__ as plain keys", () => {
    const value = parsePythonJson('{"__proto__": 1, "x": NaN}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(["__proto__", "x"]);
  });

  test.each([
    "",
    "nan",
    "[NaN",
    "[NaN,]",
    '{"a" NaN}',
    "{a: NaN}",
    "-NaN",
    "[01, NaN]",
    "[NaN] x",
    '["\\x", NaN]',
    '["a\nb", NaN]',
  ])("refuses %j", (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });

  test("refuses nesting that Python refuses instead of running out of stack", () => {
    expect(() => parsePythonJson(`${"[".repeat(100_000)}NaN`)).toThrow(/too deeply/);
  });

  test("agrees with JSON.parse once a bare token forces the tolerant path", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const tolerant = (parsePythonJson(`[NaN, ${text}]`) as unknown[])[1];
        expect(tolerant).toEqual(JSON.parse(text));
      }),
    );
  });

  test("keeps the order of keys that look like indices", () => {
    expect(pythonObjectKeys('{"b": 1, "10": 2, "2": 3, "b": 4}')).toEqual(["b", "10", "2"]);
  });
});

describe("writing", () => {
  test.each([
    [3000, "3000.0"],
    [0.1, "0.1"],
    [1e-5, "1e-05"],
    [1.25e-7, "1.25e-07"],
    [0.0001, "0.0001"],
    [0.00012345, "0.00012345"],
    [1e16, "1e+16"],
    [9999999999999998, "9999999999999998.0"],
    [123456789012345680000, "1.2345678901234568e+20"],
    [1e100, "1e+100"],
    [-2.5e-300, "-2.5e-300"],
    [-0, "-0.0"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
  ])("prints %d as %s", (value, text) => {
    expect(formatPythonFloat(value)).toBe(text);
  });

  test("prints floats that read back", () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (x) => Object.is(parsePythonJson(formatPythonFloat(x)), x)));
  });

  test("writes Python's separators and escapes", () => {
    const value = { 'q"\\': ["\n\t\b\f\r/\u007f", "é😀\u0001"], n: [1, new PythonFloat(1), 0.5, true, null] };
    expect(formatPythonJson(value)).toBe(
      '{"q\\"\\\\": ["\\n\\t\\b\\f\\r/\u007f", "\\u00e9\\ud83d\\ude00\\u0001"], "n": [1, 1.0, 0.5, true, null]}',
    );
  });

  test("writes a row's prices as the sampler does", () => {
    const prices = {
      BTC: new PythonFloat(60000),
      ETH: 3000.5,
      XRP: new PythonFloat(1e16),
      SOL: 1e-5,
      TAO: new PythonFloat(1),
    };
    expect(formatPythonJson(prices)).toBe('{"BTC": 60000.0, "ETH": 3000.5, "XRP": 1e+16, "SOL": 1e-05, "TAO": 1.0}');
  });
});

test.each([
  ["60000.0", 60000],
  [" 1_000.5\n", 1000.5],
  ["-.5e1", -5],
  ["+7", 7],
  ["nan", Number.NaN],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  [true, 1],
  [false, 0],
  ["", undefined],
  ["0x10", undefined],
  ["1__0", undefined],
  ["12,5", undefined],
  [null, undefined],
  [[1], undefined],
])("float(%j) is %d", (value, number) => {
  expect(pythonFloat(value)).toEqual(number);
});
