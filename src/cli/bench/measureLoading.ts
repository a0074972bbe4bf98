/** Runs loading.ts and the pass it is held against, in turns. */
import { fileURLToPath } from "node:url";
import { runChild } from "../child.js";
import type { LoadingMode, LoadingRun } from "./loading.js";
import { median } from "./statistics.js";

export interface LoadingComparison {
  readonly passSeconds: number;
  readonly loadSeconds: number;
  readonly ratio: number;
  /** Rows and bytes of texts and blobs in the pass. */
  readonly rows: number;
  readonly bytes: number;
  readonly challenges: number;
}

const entry = fileURLToPath(new URL("loading.js", import.meta.url));

/** One pass first goes unmeasured, so that all find the file in the system's cache, or not, alike. */
export async function measureLoading(
  ledger: string,
  profile: string | undefined,
  runs: number,
): Promise<LoadingComparison> {
  await once("pass", ledger, profile);
  const passes: LoadingRun[] = [];
  const loads: LoadingRun[] = [];
  for (let i = 0; i < runs; i++) {
    passes.push(await once("pass", ledger, profile));
    loads.push(await once("load", ledger, profile));
  }
  const passSeconds = median(passes.map(({ seconds }) => seconds));
  const loadSeconds = median(loads.map(({ seconds }) => seconds));
  return {
    passSeconds,
    loadSeconds,
    ratio: loadSeconds / passSeconds,
    rows: passes[0]!.count,
    bytes: passes[0]!.bytes,
    challenges: loads[0]!.count,
  };
}

async function once(mode: LoadingMode, ledger: string, profile: string | undefined): Promise<LoadingRun> {
  const words = [entry, mode, ledger, ...(profile === undefined ? [] : [profile])];
  const { stdout } = await runChild(mode === "pass" ? "the SQLite pass" : "loading", process.execPath, words, {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(stdout) as LoadingRun;
}
