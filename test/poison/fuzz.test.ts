/** Random and mutated bytes, JSON columns and option values: an answer or one clear error, and both readers of a blob agree. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constant, names, numberWithin, wholeNumber } from "../../src/cli/options.js";
import { MantisError, UsageError } from "../../src/errors.js";
import { AssetParser } from "../../src/ledger/assetValues.js";
import { packEmbeddings, unpackEmbeddings } from "../../src/ledger/codec.js";
import { EmbeddingColumns } from "../../src/ledger/columns.js";
import { fromHalf, isNonFiniteHalf } from "../../src/ledger/half.js";
import { HotkeyLists } from "../../src/ledger/hotkeyLists.js";
import { parseHotkeys } from "../../src/ledger/hotkeys.js";
import { fresh } from "../../src/ledger/memory.js";
import { pythonFloat } from "../../src/ledger/pythonFloat.js";
import { parsePythonJson } from "../../src/ledger/pythonJson.js";
import { parseMetagraph, parseState } from "../../src/salience/weightFiles.js";
import { readTrainingStream } from "../../src/trainingStream.js";

const RUNS = { numRuns: 400, seed: 20 };
const WIDTH = 3;

/** The result, or undefined where a MantisError of one line was thrown. */
function tried<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof MantisError)) throw error;
    expect(error.message).not.toContain("\n");
    return undefined;
  }
}

const hotkey = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('"', "\\", "\u0000", "\u001b[2J", "__proto__", "10", "9", "5H\u{1f600}", "]"),
);
const vector = fc.array(fc.float({ noNaN: false }), { minLength: WIDTH, maxLength: WIDTH });
/** A good blob, some of its bytes changed, and sometimes its end cut off. */
const mutated = fc
  .record({
    vectors: fc.dictionary(hotkey, vector, { maxKeys: 6 }),
    changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 3 }),
    cut: fc.option(fc.nat(100)),
  })
  .map(({ vectors, changes, cut }) => {
    const blob = packEmbeddings(new Map(Object.entries(vectors)));
    for (const [at, value] of changes) if (at < blob.length) blob[at] = value;
    return cut === null ? blob : blob.subarray(0, Math.max(0, blob.length - cut));
  });
const anyBlob = fc.oneof(mutated, fc.uint8Array({ maxLength: 80 }));

describe("blobs", () => {
  it("are read alike by the two readers, row after row", () => {
    fc.assert(
      fc.property(fc.array(anyBlob, { minLength: 1, maxLength: 5 }), (blobs) => {
        const columns = new EmbeddingColumns("ETH", WIDTH, blobs.length, {}, fresh);
        const expected: Map<string, readonly number[]>[] = [];
        blobs.forEach((blob, row) => {
          let vectors: Map<string, Float64Array> | undefined;
          try {
            vectors = unpackEmbeddings(blob, WIDTH);
          } catch {
            vectors = undefined; // its callers name ticker and row
          }
          const opened = tried(() => columns.open(blob, row));
          expect(opened === undefined).toBe(vectors === undefined);
          if (opened) columns.store(row);
          const finite = [...(vectors ?? [])].filter(([, values]) => values.every(Number.isFinite));
          expected.push(new Map(finite.map(([name, values]) => [name, [...values]])));
        });
        const everybody = [...new Set(expected.flatMap((row) => [...row.keys()]))];
        columns.list(JSON.stringify(everybody), 0);
        const { hotkeys, columns: codes } = columns.finish(0, blobs.length);
        expected.forEach((vectors, row) => {
          hotkeys.forEach((name, j) => {
            const found = [...codes[j]!.subarray(row * WIDTH, (row + 1) * WIDTH)];
            expect(found.some(isNonFiniteHalf)).toBe(false);
            expect(found.map((code) => fromHalf(code))).toEqual(vectors.get(name) ?? Array(WIDTH).fill(0));
          });
        });
      }),
      RUNS,
    );
  });
});

describe("JSON columns", () => {
  const json = fc.oneof(
    fc.json(),
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value).slice(0, -1)),
  );

  it("are read as JSON.parse reads them, or refused", () => {
    fc.assert(
      fc.property(json, (text) => {
        let strict: unknown;
        try {
          strict = JSON.parse(text);
        } catch {
          try {
            parsePythonJson(text);
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError);
          }
          return;
        }
        expect(parsePythonJson(text)).toEqual(strict);
      }),
      RUNS,
    );
  });

  it("give hotkeys or a LedgerError", () => {
    const cell = fc.oneof(
      json,
      fc.array(hotkey).map((list) => JSON.stringify(list)),
      fc.constant(null),
      fc.double(),
    );
    fc.assert(
      fc.property(cell, (value) => {
        const hotkeys = tried(() => parseHotkeys(value, "ETH", 1));
        if (hotkeys) expect(hotkeys.every((name) => typeof name === "string")).toBe(true);
      }),
      RUNS,
    );
  });

  it("list the same hotkeys however the texts follow each other", () => {
    fc.assert(
      fc.property(fc.array(fc.array(hotkey, { maxLength: 8 }), { maxLength: 12 }), (lists) => {
        const known = new HotkeyLists("ETH");
        const expected = new Set<string>();
        lists.forEach((list, row) => {
          const newcomers = known.add(JSON.stringify(list).replaceAll('","', '", "'), row);
          const fresh = new Set(parseHotkeys(JSON.stringify(list).replaceAll('","', '", "'), "ETH", row) ?? []);
          expect(new Set(newcomers)).toEqual(new Set([...fresh].filter((name) => !expected.has(name))));
          for (const name of fresh) expected.add(name);
        });
        expect(known.listed).toEqual(expected);
      }),
      RUNS,
    );
  });

  it("give numbers for the assets or a LedgerError", () => {
    const price = fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom("NaN", "-Infinity", " 1_000 ", "1e999", true));
    const object = fc.dictionary(fc.constantFrom("BTC", "ETH", "__proto__", "x"), price);
    const text = fc.oneof(
      json,
      object.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(text, (value) => {
        const out = new Float64Array(2).fill(7);
        tried(() => new AssetParser("MULTIXSEC", ["BTC", "ETH"], 0).parse(value, out, 0, 1));
      }),
      RUNS,
    );
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(["number", "undefined"]).toContain(typeof pythonFloat(value));
      }),
      RUNS,
    );
  });
});

describe("what the user hands in", () => {
  it("is an option's value or a UsageError", () => {
    const parsers = [
      wholeNumber("--n", 1, 256),
      numberWithin("--x", 0, 2),
      names("--only"),
      (text: string) => constant(text),
    ];
    const text = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.constantFrom("LAG=[1,2]", "LAG={}", "=1", "__proto__=1"),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...parsers), (value, parse) => {
        try {
          parse(value);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      RUNS,
    );
  });

  it("is a metagraph, a state or a UsageError", () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({
        schema: fc.constant(1),
        block: fc.oneof(fc.nat(), fc.double()),
        uids: fc.array(fc.nat(70_000), { maxLength: 4 }),
        hotkeys: fc.array(fc.oneof(fc.string(), fc.constant(null)), { maxLength: 4 }),
        weights: fc.array(fc.double(), { maxLength: 4 }),
        previous: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          value.map((item) => JSON.stringify(item)),
          fc.string(),
        ),
        (text) => {
          tried(() => parseMetagraph(text, "graph"));
          const state = tried(() => parseState(text, "state"));
          if (state) expect(state.weights.every((weight) => weight >= 0)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it("is a stream of training data or a UsageError", () => {
    const header = fc.record({
      ticker: fc.constantFrom("ETH", "x"),
      shape: fc.constantFrom("returns", "price", "prices_multi", "samples", "toString"),
      hotkeys: fc.array(fc.string(), { maxLength: 3 }),
      rows: fc.oneof(fc.nat(5), fc.constant(2 ** 40), fc.double()),
      width: fc.nat(3),
      values: fc.nat(5),
      assets: fc.nat(3),
      sidx: fc.boolean(),
      samples: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(header, { maxLength: 3 }), fc.uint8Array({ maxLength: 200 }), (headers, tail) => {
        const parts = headers.map((item) => {
          const text = Buffer.from(JSON.stringify(item));
          const size = Buffer.alloc(4);
          size.writeUInt32LE(text.length);
          return Buffer.concat([size, text]);
        });
        const stream = Buffer.concat([Buffer.from("MANTISTD"), ...parts, tail]);
        let at = 0;
        const fill = (bytes: Uint8Array) => {
          const whole = at + bytes.length <= stream.length;
          bytes.set(stream.subarray(at, at + bytes.length));
          at += bytes.length;
          return whole;
        };
        tried(() => [...readTrainingStream(fill, [])]);
      }),
      RUNS,
    );
  });
});
