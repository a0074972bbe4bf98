/** Scores a ledger again and again while another process appends to it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openLedger } from "../../src/ledger/node.js";
import type { LedgerSource } from "../../src/ledger/source.js";
import { getProfile } from "../../src/profiles/index.js";
import { storageDim } from "../../src/profiles/profile.js";
import { cli } from "./cli.js";

const writerFile = fileURLToPath(new URL("../fixtures/liveWriter.mjs", import.meta.url));
const { challenges } = getProfile();

export interface LiveRun {
  /** What the writer reports when it ends. */
  readonly writer: {
    readonly steps: number;
    readonly merges: number;
    readonly errors: readonly string[];
    readonly rows: number;
    readonly integrity: string;
  };
  readonly rowsBefore: number;
  /** Per scoring: last sidx of each ticker and rows, at its beginning and its end, by the scorer's own connection. */
  readonly snapshots: readonly { readonly before: readonly number[]; readonly after: readonly number[] }[];
  /** Complaints of the scorers, in process and on the command line. */
  readonly errors: readonly string[];
}

/** `score` gets an open ledger; every third run is the command line's besides. */
export async function scoreBesideWriter(
  milliseconds: number,
  score: (source: LedgerSource) => Promise<unknown>,
): Promise<LiveRun> {
  const folder = mkdtempSync(join(tmpdir(), "mantis-live-"));
  const path = join(folder, "ledger.db");
  try {
    const made = cli(["simulate", path, "--rows", "900", "--miners", "3", "--seed", "9", "--quiet"]);
    if (made.status !== 0) throw new Error(made.stderr);
    const rowsBefore = rowsOf(path);
    const tickers = challenges.map((row) => [row.ticker, storageDim(row), PRICE_DATA.has(row.kind)]);
    const words = [writerFile, path, JSON.stringify(tickers), JSON.stringify(["5Live0", "5Live1"])];
    const writer = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    writer.stdout.on("data", (text) => {
      said += text;
    });
    const ended = once(writer, "close");
    while (!said.includes("ready")) await sleep(5);
    const snapshots: { before: number[]; after: number[] }[] = [];
    const errors: string[] = [];
    const end = Date.now() + milliseconds;
    for (let run = 0; Date.now() < end || run === 0; run++) {
      try {
        const source = openLedger(path);
        try {
          const before = extent(source);
          await score(source);
          snapshots.push({ before, after: extent(source) });
        } finally {
          source.close();
        }
      } catch (error) {
        errors.push((error as Error).message);
      }
      if (run % 3 === 0) {
        const { status, stderr } = cli(["score", path, "--only", "ETH,CADUSD", "--json", "-", "--workers", "1"]);
        if (status !== 0) errors.push(stderr);
      }
      await sleep(1);
    }
    writer.stdin.end();
    await ended;
    return { writer: JSON.parse(said.slice("ready\n".length)), rowsBefore, snapshots, errors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PRICE_DATA = new Set<string>(["xsec_rank", "funding_xsec", "trade_mix"]);

/** Rows and last sidx of each ticker, read anew: a source need not look twice for its `span`. */
function extent(source: LedgerSource): number[] {
  return source.tickers().flatMap((ticker) => {
    const sidx = [...source.batches(ticker, ["sidx"])].flatMap(([cells]) => cells as readonly number[]);
    return [sidx.length, sidx[sidx.length - 1]!];
  });
}

function rowsOf(path: string): number {
  const source = openLedger(path);
  const rows = source.tickers().reduce((sum, ticker) => sum + source.span(ticker)!.rows, 0);
  source.close();
  return rows;
}
