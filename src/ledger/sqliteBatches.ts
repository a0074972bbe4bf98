/** Rows of `challenge_data` through better-sqlite3, column by column: one array per column and batch, few calls per row. */
import type Database from "better-sqlite3";
import { batchesOf } from "./rows.js";
import type { Cell, RowBatch } from "./source.js";

/** Most rows of a batch, and the bytes of embeddings that its next one is to hold. */
const ROWS = 128;
const BYTES = 1 << 16;
const EMPTY = new Uint8Array(0);
const IS_BLOB = "typeof(embeddings) = 'blob'";
/** better-sqlite3 binds them as the integers they are. */
type Bound = bigint | number;
type Fetch = (ticker: string, after: Bound, to: Bound) => Cell[];

/** Rows `from` to `to`. `expressions`: SQL of each column; the text of the database is UTF-8 if `joinsBlobs`. */
export function* sqliteBatches(
  database: Database.Database,
  ticker: string,
  expressions: readonly string[],
  from: number,
  to: number,
  joinsBlobs: boolean,
): Iterable<RowBatch> {
  const end = BigInt(to);
  const next = database.prepare(`SELECT sidx ${RANGE} LIMIT ?`).pluck();
  const joined = joinsBlobs ? joinedBlobs(database) : undefined;
  const fetches = expressions.map((expression): Fetch | undefined => {
    if (expression === "sidx") return undefined;
    return expression === "embeddings" && joined ? joined.fetch : column(database, expression);
  });
  let last: Bound = BigInt(from) - 1n;
  for (;;) {
    const rows = joined && expressions.includes("embeddings") ? joined.rows() : ROWS;
    // One more than needed shows whether rows share the last sidx.
    const sidx = next.all(ticker, last, end, rows + 1) as Cell[];
    if (sidx.length === 0) return;
    if (!ascend(sidx, last)) {
      yield* batchesOf(plainRows(database, ticker, expressions, BigInt(last) + 1n, end), expressions.length);
      return;
    }
    if (sidx.length > rows) sidx.pop();
    const until = sidx.at(-1) as number;
    yield fetches.map((fetch) => fetch?.(ticker, last, until) ?? sidx);
    last = until;
  }
}

const RANGE = "FROM challenge_data WHERE ticker = ? AND sidx > ? AND sidx <= ? ORDER BY sidx";

/** Whether each is a number greater than the one before, so that rows can be asked for by it. */
function ascend(sidx: readonly Cell[], last: Bound): boolean {
  let before = last;
  for (const next of sidx) {
    if (typeof next !== "number" || !(next > before)) return false;
    before = next;
  }
  return true;
}

function plainRows(
  database: Database.Database,
  ticker: string,
  expressions: readonly string[],
  from: bigint,
  to: bigint,
): Iterable<Cell[]> {
  const sql = `SELECT ${expressions.join(", ")} FROM challenge_data WHERE ticker = ? AND sidx BETWEEN ? AND ? ORDER BY sidx`;
  return database.prepare(sql).raw().iterate(ticker, from, to) as Iterable<Cell[]>;
}

function column(database: Database.Database, expression: string): Fetch {
  const statement = database.prepare(`SELECT ${expression} ${RANGE}`).pluck();
  return (ticker, after, to) => statement.all(ticker, after, to) as Cell[];
}

/**
 * Embeddings of several rows as one blob: with few miners, half of the time of a plain pass goes into making a Buffer per
 * row. `group_concat` appends bytes as they are where the database's text is UTF-8, whatever they mean; the lengths come as
 * one text from the same pass.
 */
function joinedBlobs(database: Database.Database): { readonly fetch: Fetch; rows(): number } {
  const others = column(database, `iif(${IS_BLOB}, NULL, embeddings)`);
  const cells = `SELECT iif(${IS_BLOB}, embeddings, NULL) AS blob, iif(${IS_BLOB}, length(embeddings), -1) AS length ${RANGE}`;
  const joining = database
    .prepare(`SELECT CAST(group_concat(blob, '') AS BLOB), group_concat(length) FROM (${cells})`)
    .raw();
  let rows = 16;
  const fetch: Fetch = (ticker, after, to) => {
    const [joined, lengths] = joining.get(ticker, after, to) as [Uint8Array | null, string];
    const found: Cell[] = [];
    let odd: Cell[] | undefined;
    let offset = joined?.byteOffset ?? 0;
    for (const text of lengths.split(",")) {
      const length = Number(text);
      if (length < 0) {
        odd ??= others(ticker, after, to);
        found.push(odd[found.length]!);
      } else found.push(joined && length > 0 ? new Uint8Array(joined.buffer, offset, length) : EMPTY);
      if (length > 0) offset += length;
    }
    const bytes = (joined?.length ?? 0) / found.length;
    rows = Math.max(1, Math.min(ROWS, Math.floor(BYTES / bytes)));
    return found;
  };
  return { fetch, rows: () => rows };
}
