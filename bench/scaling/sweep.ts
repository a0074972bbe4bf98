/** Time of loading and scoring over simulated ledgers that grow in one direction. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Run, type Subject, scorer } from "../../src/cli/bench/contender.js";
import { median } from "../../src/cli/bench/statistics.js";
import { mainPath, runChild } from "../../src/cli/child.js";
import { fitPowerLaw, type PowerLaw } from "./fit.js";

export interface Size {
  readonly rows: number;
  readonly miners: number;
}

/** Medians over fresh processes with one worker. */
export interface Point extends Size {
  readonly load: number;
  readonly score: number;
  readonly peakRssMb: number;
  /** Ticker → seconds; challenges that had nothing to score are in it too. */
  readonly challenges: Readonly<Record<string, { readonly load: number; readonly score: number }>>;
}

export interface Sweep {
  readonly along: keyof Size;
  readonly points: readonly Point[];
  readonly load: PowerLaw;
  readonly score: PowerLaw;
}

export interface SweepOptions {
  readonly runs: number;
  readonly only: readonly string[] | undefined;
  readonly onPoint: (size: Size) => void;
}

export async function sweep(
  along: keyof Size,
  sizes: readonly Size[],
  folder: string,
  options: SweepOptions,
): Promise<Sweep> {
  const points: Point[] = [];
  for (const size of sizes) {
    options.onPoint(size);
    points.push(await measure(size, folder, options));
  }
  const x = points.map((point) => point[along]);
  const law = (part: "load" | "score") =>
    fitPowerLaw(
      x,
      points.map((point) => point[part]),
    );
  return { along, points, load: law("load"), score: law("score") };
}

async function measure(size: Size, folder: string, { runs, only }: SweepOptions): Promise<Point> {
  const ledger = join(folder, "ledger.db");
  const shape = ["--rows", String(size.rows), "--miners", String(size.miners), "--seed", "7"];
  await runChild("simulate", process.execPath, [mainPath, "simulate", ledger, ...shape, "--overwrite", "--quiet"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const subject: Subject = { ledger, profile: undefined, only, meta: "cd", constants: {} };
  const found: Run[] = [];
  for (let i = 0; i < runs; i++) found.push(await scorer("wasm", 1).run(subject, folder));
  rmSync(ledger);
  const part = (ticker: string, name: "load" | "score") => median(found.map(({ seconds }) => seconds[ticker]![name]));
  const challenges = Object.fromEntries(
    Object.keys(found[0]!.seconds).map((ticker) => [
      ticker,
      { load: part(ticker, "load"), score: part(ticker, "score") },
    ]),
  );
  const sum = (name: "load" | "score") => Object.values(challenges).reduce((total, each) => total + each[name], 0);
  const peakRssMb = Math.max(...found.map((run) => run.peakRssMb));
  return { ...size, load: sum("load"), score: sum("score"), peakRssMb, challenges };
}
