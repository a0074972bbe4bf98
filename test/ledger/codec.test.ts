import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packEmbeddings, unpackEmbeddings } from "../../src/ledger/codec.js";
import { fromHalf, toHalf } from "../../src/ledger/half.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytes = (header: string, ...codes: number[]) =>
  Buffer.concat([Buffer.from(`${header}\0`), Buffer.from(Uint16Array.from(codes).buffer)]);
const plain = (cell: Uint8Array | string, width: number) =>
  Object.fromEntries([...unpackEmbeddings(cell, width)].map(([hotkey, vector]) => [hotkey, [...vector]]));

describe("embeddings blob", () => {
  test("packs hotkeys ascending", () => {
    const blob = packEmbeddings(
      new Map([
        ["5B", [0.3, -0.1]],
        ["5A", [1, -0.5]],
      ]),
    );
    expect(hex(blob)).toBe("5b223541222c20223542225d00003c00b8cd3466ae");
    expect(plain(blob, 2)).toEqual({ "5A": [1, -0.5], "5B": [0.300048828125, -0.0999755859375] });
    expect(plain(blob, 3)).toEqual({});
    const other = packEmbeddings(
      new Map([
        ["hkB", [0.5, -0.25]],
        ["hkA", [0.1, 1]],
      ]),
    );
    expect(hex(other)).toBe("5b22686b41222c2022686b42225d00662e003c003800b4");
    expect(packEmbeddings(new Map()).length).toBe(0);
  });

  test("lets the later of equal hotkeys win", () => {
    expect(plain(bytes('["a","a"]', toHalf(1), toHalf(2), toHalf(3), toHalf(4)), 2)).toEqual({ a: [3, 4] });
  });

  test("takes an empty list and an empty blob as nothing", () => {
    expect(plain(bytes("[]"), 2)).toEqual({});
    expect(plain(new Uint8Array(0), 2)).toEqual({});
    expect(plain("", 2)).toEqual({});
  });

  test("takes a torn matrix as nothing, whatever is missing", () => {
    const blob = packEmbeddings(
      new Map([
        ["a", [1, 2, 3]],
        ["b", [4, 5, 6]],
      ]),
    );
    const start = blob.indexOf(0) + 1;
    for (let end = start; end < blob.length; end++) expect(plain(blob.subarray(0, end), 3)).toEqual({});
    expect(plain(Buffer.concat([blob, Buffer.alloc(2)]), 3)).toEqual({});
    expect(Object.keys(plain(blob, 3))).toEqual(["a", "b"]);
  });

  test("iterates an object's keys and a string's characters", () => {
    expect(plain(bytes('{"b": 1, "1": 2}', toHalf(1), toHalf(2)), 1)).toEqual({ b: [1], 1: [2] });
    expect(plain(bytes('"é😀"', toHalf(1), toHalf(2)), 1)).toEqual({ é: [1], "😀": [2] });
  });

  test.each([
    ["no zero byte", Buffer.from('["5A"]')],
    ["not JSON", bytes("[5A]", 1)],
    ["not UTF-8", Buffer.from([0x22, 0xff, 0x22, 0, 1, 2])],
    ["a byte order mark", bytes('\ufeff["a"]', 1)],
    ["a number", bytes("5", 1)],
    ["null", bytes("null", 1)],
    ["a list in the list", bytes('[["a"]]', 1)],
    ["text", '["5A"]'],
  ])("refuses %s", (_, cell) => {
    expect(() => unpackEmbeddings(cell, 1)).toThrow(/embeddings/);
  });

  test("round-trips whatever binary16 holds", () => {
    const value = fc
      .integer({ min: 0, max: 0xffff })
      .map(fromHalf)
      .filter((x) => !Number.isNaN(x));
    const astral = fc
      .integer({ min: 0x10000, max: 0x10ffff })
      .map((point) => String.fromCodePoint(point, point % 0xd800));
    const name = fc.oneof(fc.string({ maxLength: 8 }), astral);
    const vectors = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.dictionary(name, fc.array(value, { minLength: width, maxLength: width }), {
        minKeys: 1,
      }),
    );
    fc.assert(
      fc.property(vectors, (map) => {
        const entries = new Map(Object.entries(map));
        const width = entries.values().next().value!.length;
        const back = unpackEmbeddings(packEmbeddings(entries), width);
        expect(back.size).toBe(entries.size);
        for (const [hotkey, vector] of entries) expect([...back.get(hotkey)!]).toEqual(vector);
      }),
    );
  });
});
