/** The whole of `bench`: makes a ledger if need be, runs the contenders and the loading, prints. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerError, UsageError } from "../../errors.js";
import { getProfile } from "../../profiles/index.js";
import { version } from "../../version.js";
import type { BenchArguments } from "../bench.js";
import { mainPath, runChild } from "../child.js";
import { print, toJson, writeOutput } from "../output.js";
import { openBar } from "../progress.js";
import { benchTable, loadingLine } from "./benchTable.js";
import { reference, scorer } from "./contender.js";
import { type Comparison, type Entry, measure } from "./measure.js";
import { type LoadingComparison, measureLoading } from "./measureLoading.js";

export async function runBench(given: string | undefined, options: BenchArguments): Promise<void> {
  const entries = entriesOf(options);
  getProfile(options.profile); // throws at once, not in a child
  if (given !== undefined && !existsSync(given)) throw new LedgerError(`${given}: no such file`);
  const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-bench-"));
  const bar = openBar(!options.quiet);
  try {
    const ledger = given ?? join(folder, "ledger.db");
    if (given === undefined) {
      bar.update(0, "simulating a ledger");
      await simulate(ledger, options);
    }
    const { profile, only, meta, set: constants = {} } = options;
    const subject = { ledger, profile, only, meta, constants };
    const comparison = await measure(entries, subject, folder, (done, total, name) => {
      bar.update(done / total, `run ${done + 1} of ${total}: ${name}`);
    });
    bar.update(1, "loading");
    const loading = options.loading ? await measureLoading(ledger, profile, options.runs) : undefined;
    bar.stop();
    await report(given, options, comparison, loading);
  } finally {
    bar.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function entriesOf(options: BenchArguments): Entry[] {
  const { backends, workers, runs, referenceRuns = runs } = options;
  const entries: Entry[] = backends.flatMap((backend) =>
    workers.map((count) => ({ contender: scorer(backend, count), runs })),
  );
  if (options.reference !== undefined) {
    entries.push({ contender: reference(options.reference, options.python ?? "python3"), runs: referenceRuns });
  } else if (options.python !== undefined || options.referenceRuns !== undefined) {
    throw new UsageError("--python and --reference-runs go with --reference");
  }
  const named = entries.map(({ contender }) => contender.name);
  const twice = named.find((name, i) => named.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`${twice} is to run twice: name each of --backends and --workers once`);
  return entries;
}

/** In a process of its own: a grown heap here would be counted as memory of the processes that follow. */
async function simulate(ledger: string, { rows, miners }: BenchArguments): Promise<void> {
  const words = ["simulate", ledger, "--rows", String(rows), "--miners", String(miners), "--seed", "11", "--odd"];
  await runChild("simulate", process.execPath, [mainPath, ...words, "--quiet"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function report(
  given: string | undefined,
  { json, tolerance, rows, miners }: BenchArguments,
  comparison: Comparison,
  loading: LoadingComparison | undefined,
): Promise<void> {
  if (json) {
    const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism(), node: process.version };
    const ledger = given ?? { simulated: { rows, miners, seed: 11, odd: true } };
    await writeOutput(json, toJson({ version, machine, ledger, ...comparison, ...(loading ? { loading } : {}) }));
  }
  if (json === "-") return;
  await print(benchTable(comparison, tolerance) + (loading ? loadingLine(loading) : ""));
}
