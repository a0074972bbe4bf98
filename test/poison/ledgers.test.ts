/** Broken ledgers by the hundred: a result or one line that says what is wrong; in bounded time, and never a write. */
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MantisError } from "../../src/errors.js";
import { type Executor, inlineExecutor } from "../../src/kernel/executor.js";
import { openKernel } from "../../src/kernel/load.js";
import { firstBlocks } from "../../src/ledger/firstBlocks.js";
import { inspectLedger } from "../../src/ledger/inspect.js";
import { openLedger, writeLedger } from "../../src/ledger/node.js";
import { getProfile } from "../../src/profiles/index.js";
import { scoreLedger } from "../../src/score.js";
import { lcg } from "../helpers/lcg.js";
import { poisons } from "./poisons.js";

/** Far above what any of them needs, even on a busy machine. */
const LONGEST_MS = 20_000;
let folder: string;
let good: string;
let executor: Executor;
const CONSTANTS = { CHUNK_SIZE: 250 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mantis-poison-"));
  good = join(folder, "good.db");
  writeLedger(good, { rows: 620, miners: 3, seed: 5, odd: false, skill: 0.5, hotkeyPrefix: "5Hk" });
  const database = new Database(good);
  database.pragma("journal_mode = DELETE"); // one file, so that a copy is whole and a write would show
  database.close();
  executor = inlineExecutor(await openKernel());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sum = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** The message of what went wrong, undefined for a result; anything but a MantisError is passed on. */
async function attempt(action: () => unknown): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (!(error instanceof MantisError)) throw error;
    expect(error.message).not.toContain("\n");
    expect(error.message.length).toBeLessThan(600);
    return error.message;
  }
}

/** Everything that reads a ledger, on one file. */
async function readAll(path: string): Promise<(string | undefined)[]> {
  const before = sum(path);
  const started = performance.now();
  const outcomes = [await attempt(() => openLedger(path).close())];
  if (outcomes[0] === undefined) {
    const source = openLedger(path);
    try {
      outcomes.push(await attempt(() => scoreLedger(source, { executor, constants: CONSTANTS })));
      outcomes.push(await attempt(() => firstBlocks(source)));
      outcomes.push(await attempt(() => inspectLedger(source, getProfile())));
    } finally {
      source.close();
    }
  }
  expect(performance.now() - started).toBeLessThan(LONGEST_MS);
  expect(sum(path)).toBe(before);
  return outcomes;
}

describe("broken ledgers", () => {
  it("leave a good one alone", async () => {
    expect(await readAll(good)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each(poisons)("$name", async ({ apply }) => {
    const path = join(folder, "bad.db");
    copyFileSync(good, path);
    const database = new Database(path);
    const sidx = database
      .prepare("SELECT sidx FROM challenge_data WHERE ticker = 'ETH' ORDER BY sidx LIMIT 1 OFFSET 300")
      .pluck()
      .get() as number;
    apply(database, sidx);
    database.close();
    await readAll(path);
  });

  it.each([0, 1, 100, 4096, 5000, 20_000, 100_000])("a file cut after %i bytes", async (bytes) => {
    const path = join(folder, "cut.db");
    writeFileSync(path, readFileSync(good).subarray(0, bytes));
    await readAll(path);
  });

  it("30 files with random bytes changed", async () => {
    const path = join(folder, "flipped.db");
    const original = readFileSync(good);
    const draw = lcg(31);
    for (let i = 0; i < 30; i++) {
      const bytes = Buffer.from(original);
      const early = i % 3 === 0; // the pages that hold the schema and the tops of the trees
      for (let flip = 0; flip < 40; flip++) {
        bytes[Math.floor(draw() * (early ? 40_000 : bytes.length))] = Math.floor(draw() * 256);
      }
      writeFileSync(path, bytes);
      await readAll(path);
    }
  });
});
