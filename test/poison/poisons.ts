/** Broken ledgers: what each poison does to a good one. Named for the report of a failure. */
import type Database from "better-sqlite3";

export interface Poison {
  readonly name: string;
  /** Changes the ledger in place. `sidx` is a row in its middle that all tickers have. */
  readonly apply: (database: Database.Database, sidx: number) => void;
}

const TICKERS = ["ETH", "ETHHITFIRST", "ETHLBFGS", "MULTIBREAKOUT", "MULTIXSEC", "FUNDINGXSEC", "TRADEMIX"];
const WIDTHS: Readonly<Record<string, number>> = {
  ETH: 2,
  ETHHITFIRST: 3,
  ETHLBFGS: 17,
  MULTIBREAKOUT: 66,
  MULTIXSEC: 33,
  FUNDINGXSEC: 20,
  TRADEMIX: 4,
};

const set = (ticker: string, column: string, value: unknown): Poison["apply"] => {
  return (database, sidx) => {
    database.prepare(`UPDATE challenge_data SET ${column} = ? WHERE ticker = ? AND sidx = ?`).run(value, ticker, sidx);
  };
};
const sql = (text: string): Poison["apply"] => {
  return (database) => {
    database.exec(text);
  };
};
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

/** A blob with a header of its own and one repeated half per value. */
const blob = (header: string | Buffer, rows: number, width: number, code = 0x3800) =>
  Buffer.concat([
    Buffer.from(header),
    Buffer.of(0),
    Buffer.alloc(2 * rows * width, Uint8Array.of(code & 0xff, code >> 8)),
  ]);

const blobs = (width: number): Record<string, unknown> => ({
  "torn blob": blob('["a"]', 1, width).subarray(0, -1),
  "long blob": blob('["a"]', 2, width),
  "blob of a wrong width": blob('["a"]', 1, width + 1),
  "blob without a zero byte": Buffer.from('["a"]'),
  "blob of a zero byte": Buffer.of(0),
  "header that is no JSON": blob('["a"', 1, width),
  "header that is not UTF-8": blob(Buffer.of(0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d), 1, width),
  "header that is an object": blob('{"a": 1}', 1, width),
  "header that is text": blob('"ab"', 2, width),
  "header that is a number": blob("7", 1, width),
  "header with numbers": blob("[1, 2]", 2, width),
  "header of lists": blob('[["a"]]', 1, width),
  "header nested 100,000 deep": blob(nested(100_000), 1, width),
  "header with a hotkey twice": blob('["a", "a"]', 2, width),
  "header with __proto__": blob('["__proto__", "constructor"]', 2, width),
  "embeddings that are text": "embeddings",
  "embeddings that are a number": 7,
  "NaN embeddings": blob('["a"]', 1, width, 0x7e00),
  "infinite embeddings": blob('["a"]', 1, width, 0x7c00),
  "largest embeddings": blob('["a"]', 1, width, 0x7bff),
  "subnormal embeddings": blob('["a"]', 1, width, 0x0001),
});

const hotkeyCells: Record<string, unknown> = {
  "empty text": "",
  null: "null",
  NULL: null,
  number: "5",
  object: '{"a": 1}',
  string: '"abc"',
  "list of numbers": "[1]",
  "list of null": "[null]",
  "list of lists": '[["a"]]',
  "half a list": '["a"',
  "nested 100,000 deep": nested(100_000),
  blob: Buffer.from('["a"]'),
  "list with a space": "[ ]",
  quotes: JSON.stringify(['"; DROP TABLE challenge_data; --', "'", "\\"]),
  "control characters": JSON.stringify(["\u0000\u0007\u001b[2J\n", "\u202e"]),
  "half a surrogate pair": '["\\ud800"]',
  "one of a megabyte": JSON.stringify(["x".repeat(2 ** 20)]),
  "not text, of a megabyte": `[["${"x".repeat(2 ** 20)}"]]`,
  "names of object members": '["__proto__", "constructor", "toString", "hasOwnProperty"]',
  "numbers as names": '["10", "9", "1"]',
};

const prices: Record<string, unknown> = {
  text: "dear",
  "numeric text": "12.5",
  "long text": "9".repeat(10_000),
  blob: Buffer.of(1, 2, 3),
  infinite: Number.POSITIVE_INFINITY,
  "minus infinity": Number.NEGATIVE_INFINITY,
  huge: 1e308,
  tiny: 5e-324,
  negative: -1,
  zero: 0,
};

const priceData: Record<string, unknown> = {
  "empty text": "",
  "half an object": '{"BTC": 1',
  null: "null",
  list: "[]",
  number: "5",
  "null price": '{"BTC": null}',
  "list as a price": '{"BTC": [1]}',
  "word as a price": '{"BTC": "dear"}',
  "NaN price": '{"BTC": NaN, "ETH": -Infinity}',
  overflow: '{"BTC": 1e999, "ETH": 1e-999}',
  "nested price": `{"BTC": ${nested(100_000)}}`,
  "nested stranger": `{"XYZ": ${nested(100_000)}, "BTC": 1}`,
  "100,000 assets": `{${Array.from({ length: 100_000 }, (_, i) => `"A${i}": 1`).join(",")}}`,
  "an asset 100,000 times": `{${'"BTC": 2,'.repeat(100_000)}"ETH": 1}`,
  __proto__: '{"__proto__": {"BTC": 5}, "BTC": 1}',
  blob: Buffer.from('{"BTC": 1}'),
  "a number of 100,000 digits": `{"BTC": ${"9".repeat(100_000)}}`,
  "10 MB of text": `{"BTC": 1, "x": "${"y".repeat(1e7)}"}`,
};

const sample = (fields: object) => ({
  trigger_sidx: 1,
  trigger_block: 5,
  resolution_block: 10,
  direction: 1,
  label: 1,
  embeddings: { a: [0.5, 0.5] },
  ...fields,
});
const states: Record<string, unknown> = {
  "no JSON": "{",
  list: "[]",
  null: "null",
  "nothing inside": "{}",
  "no list of samples": { completed: 5 },
  "samples that are null": { completed: [null] },
  "a sample without fields": { completed: [{}] },
  "a direction of 7": { completed: [sample({ direction: 7 })] },
  "text for a label": { completed: [sample({ label: "1" })] },
  "no embeddings": { completed: [sample({ embeddings: null })] },
  "scalar embeddings": { completed: [sample({ embeddings: { a: 5 } })] },
  "embeddings of text": { completed: [sample({ embeddings: { a: ["x", "y"] } })] },
  "huge embeddings": { completed: [sample({ embeddings: { a: [1e308, -1e308] } })] },
  "a long vector": { completed: [sample({ embeddings: { a: Array(100_000).fill(0.5) } })] },
  "10,000 samples": { completed: Array(10_000).fill(sample({})) },
  "nested deeply": `{"completed": ${nested(100_000)}}`,
};

const schemas: Record<string, Poison["apply"]> = {
  "no breakout_state": sql("DROP TABLE breakout_state"),
  "no price_data": sql("ALTER TABLE challenge_data DROP COLUMN price_data"),
  "a view instead of the table": sql(
    "ALTER TABLE challenge_data RENAME TO other; CREATE VIEW challenge_data AS SELECT * FROM other",
  ),
  "an endless view": sql(`DROP TABLE challenge_data; CREATE VIEW challenge_data AS WITH RECURSIVE r(sidx) AS
    (SELECT 1 UNION ALL SELECT sidx + 1 FROM r) SELECT 'ETH' ticker, sidx, 1.0 price, '[]' hotkeys, NULL embeddings FROM r`),
  "a trigger": sql("CREATE TRIGGER t AFTER INSERT ON blocks BEGIN DELETE FROM challenge_data; END"),
  "no rows": sql("DELETE FROM challenge_data"),
  "one row": sql("DELETE FROM challenge_data WHERE rowid > 1"),
  "a row number that is text": sql("INSERT INTO challenge_data VALUES ('ETH', 'abc', 1.0, NULL, '[]', NULL)"),
  "a row number of 2^62": sql("INSERT INTO challenge_data VALUES ('ETH', 4611686018427387904, 1.0, NULL, '[]', NULL)"),
  "a row number of -2^62": sql(
    "INSERT INTO challenge_data VALUES ('ETH', -4611686018427387904, 1.0, NULL, '[]', NULL)",
  ),
  "half a row number": sql("INSERT INTO challenge_data VALUES ('ETH', 1.5, 1.0, NULL, '[]', NULL)"),
  "a negative row number": sql("INSERT INTO challenge_data VALUES ('ETH', -5, 1.0, NULL, '[\"a\"]', NULL)"),
  "a ticker that is a blob": sql("INSERT INTO challenge_data VALUES (x'455448', 5, 1.0, NULL, '[\"a\"]', NULL)"),
  "a ticker that is empty": sql("INSERT INTO challenge_data VALUES ('', 5, 1.0, NULL, '[]', NULL)"),
  "a ticker with quotes": sql("INSERT INTO challenge_data VALUES ('E''TH\"', 5, 1.0, NULL, '[]', NULL)"),
  "an asset that is NULL": sql(
    "DROP TABLE breakout_state; CREATE TABLE breakout_state (asset, state_json); INSERT INTO breakout_state VALUES (NULL, NULL), (x'00', 5), ('BTC', 5)",
  ),
  "clones by the hundred": (database) => {
    const names = Array.from({ length: 300 }, (_, i) => `clone${String(i).padStart(3, "0")}`);
    const header = `[${names.map((name) => `"${name}"`).join(", ")}]`;
    const rows = database.prepare("SELECT rowid, sidx FROM challenge_data WHERE ticker = 'ETH'").raw().all();
    const update = database.prepare("UPDATE challenge_data SET hotkeys = ?, embeddings = ? WHERE rowid = ?");
    for (const [rowid, sidx] of rows as [number, number][]) {
      update.run(header, blob(header, 300, 2, 0x3400 + ((sidx * 37) % 300)), rowid);
    }
  },
  "a new hotkey in every row": (database) => {
    const rows = database.prepare("SELECT rowid, sidx FROM challenge_data WHERE ticker = 'ETH'").raw().all();
    const update = database.prepare("UPDATE challenge_data SET hotkeys = ?, embeddings = ? WHERE rowid = ?");
    for (const [rowid, sidx] of rows as [number, number][]) {
      update.run(`["new${sidx}"]`, blob(`["new${sidx}"]`, 1, 2), rowid);
    }
  },
  "hotkeys of a megabyte that submit": (database) => {
    const rows = database.prepare("SELECT rowid FROM challenge_data WHERE ticker = 'ETH' LIMIT 20").pluck().all();
    const update = database.prepare("UPDATE challenge_data SET hotkeys = ?, embeddings = ? WHERE rowid = ?");
    const header = `["${"z".repeat(2 ** 20)}"]`;
    for (const rowid of rows) update.run(header, blob(header, 1, 2), rowid);
  },
};

const each = (record: Record<string, unknown>, what: string, apply: (value: unknown) => Poison["apply"]): Poison[] =>
  Object.entries(record).map(([name, value]) => ({ name: `${what}: ${name}`, apply: apply(value) }));

export const poisons: readonly Poison[] = [
  ...TICKERS.flatMap((ticker) => each(blobs(WIDTHS[ticker]!), ticker, (value) => set(ticker, "embeddings", value))),
  ...["ETH", "MULTIXSEC"].flatMap((ticker) =>
    each(hotkeyCells, `${ticker} hotkeys`, (value) => set(ticker, "hotkeys", value)),
  ),
  ...["ETH", "ETHLBFGS"].flatMap((ticker) => each(prices, `${ticker} price`, (value) => set(ticker, "price", value))),
  ...["MULTIXSEC", "FUNDINGXSEC", "TRADEMIX"].flatMap((ticker) =>
    each(priceData, `${ticker} price_data`, (value) => set(ticker, "price_data", value)),
  ),
  ...each(states, "breakout_state", (value) => (database) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    database.prepare("INSERT OR REPLACE INTO breakout_state VALUES ('BTC', ?)").run(text);
  }),
  ...Object.entries(schemas).map(([name, apply]) => ({ name: `schema: ${name}`, apply })),
];
