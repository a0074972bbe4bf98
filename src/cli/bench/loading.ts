/**
 * Loading against one SQLite pass: an entry of its own, `node loading.js MODE LEDGER [PROFILE]`, so that each measurement has
 * a fresh process. Writes one line of JSON.
 */
import Database from "better-sqlite3";
import { openLedger, readTrainingData } from "../../ledger/node.js";
import { constantsOf, getProfile } from "../../profiles/index.js";

export interface LoadingRun {
  readonly seconds: number;
  /** Rows of the pass, or challenges with data. */
  readonly count: number;
  /** Bytes of text and blobs that the pass saw; 0 for loading. */
  readonly bytes: number;
}

export type LoadingMode = "pass" | "load";

/** Every row of the table in file order, texts and blobs made as better-sqlite3 hands them out. */
function pass(path: string): LoadingRun {
  const started = performance.now();
  const database = new Database(path, { readonly: true, fileMustExist: true });
  const rows = database.prepare("SELECT * FROM challenge_data").raw().iterate() as Iterable<unknown[]>;
  let count = 0;
  let bytes = 0;
  for (const row of rows) {
    count++;
    for (const cell of row) if (typeof cell === "string" || cell instanceof Uint8Array) bytes += cell.length;
  }
  database.close();
  return { seconds: (performance.now() - started) / 1000, count, bytes };
}

/** Training data of every challenge of the profile, one after the other, none kept. */
function load(path: string, name: string | undefined): LoadingRun {
  const profile = getProfile(name);
  const started = performance.now();
  const source = openLedger(path);
  let count = 0;
  for (const challenge of profile.challenges) {
    const read = readTrainingData(source, challenge, constantsOf(profile, challenge, new Map()));
    if ("data" in read) count++;
  }
  source.close();
  return { seconds: (performance.now() - started) / 1000, count, bytes: 0 };
}

const [mode, path, profile] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(mode === "pass" ? pass(path!) : load(path!, profile))}\n`);
