/** `bench [LEDGER]`: how long scoring takes, wasm against js and, where it is there, the Python reference. */
import { Command, Option } from "commander";
import { UsageError } from "../errors.js";
import { type ConstantValue, constant, names, numberWithin, wholeNumber } from "./options.js";

export interface BenchArguments {
  readonly profile?: string;
  readonly only?: string[];
  readonly runs: number;
  readonly referenceRuns?: number;
  readonly workers: number[];
  readonly backends: ("wasm" | "js")[];
  readonly meta: "cd" | "saga";
  readonly set?: Record<string, ConstantValue>;
  readonly reference?: string;
  readonly python?: string;
  readonly rows: number;
  readonly miners: number;
  readonly tolerance: number;
  readonly loading: boolean;
  readonly json?: string;
  readonly quiet?: boolean;
}

export function benchCommand(): Command {
  return new Command("bench")
    .description("time whole challenges, wasm against js and the Python reference, each run in a fresh process")
    .argument("[ledger]", "the validator's SQLite file; default: one simulated in a temporary folder")
    .option("--profile <name>", "set of rules and constants (default: 2026-05)")
    .option("--only <tickers>", "score these challenges only, parted by commas", names("--only"))
    .option("--runs <n>", "runs of each, of which the median counts", wholeNumber("--runs", 1, 1000), 3)
    .option("--reference-runs <n>", "runs of the reference (default: --runs)", wholeNumber("--reference-runs", 1, 1000))
    .option("--workers <list>", "numbers of threads to try, parted by commas", workerCounts, [1])
    .option("--backends <list>", "wasm, js or both, parted by commas", backendNames, ["wasm", "js"])
    .addOption(
      new Option("--meta <solver>", "binary challenges: the optimum, or the reference's own steps")
        .choices(["cd", "saga"])
        .default("cd"),
    )
    .option("--set <name=value>", "another value for a constant of the profile; may be given often", constant)
    .option("--reference <checkout>", "also time the Python reference in this folder")
    .option("--python <path>", "interpreter that has the reference's packages (default: python3)")
    .option("--rows <n>", "rows of the simulated ledger", wholeNumber("--rows", 1, 1_000_000), 45_000)
    .option("--miners <n>", "miners of the simulated ledger", wholeNumber("--miners", 1, 1024), 12)
    .option("--tolerance <distance>", 'above it, "differs" stands for a time', numberWithin("--tolerance", 0, 2), 1e-3)
    .option("--no-loading", "leave out loading against one SQLite pass")
    .option("--json <file>", "write the measurements as JSON (-: to stdout, instead of the table)")
    .option("--quiet", "no progress")
    .action(run);
}

function workerCounts(text: string): number[] {
  return names("--workers")(text).map(wholeNumber("--workers", 1, 256));
}

function backendNames(text: string): ("wasm" | "js")[] {
  return names("--backends")(text).map((name) => oneOf("--backends", name, ["wasm", "js"]));
}

function oneOf<Name extends string>(option: string, name: string, choices: readonly Name[]): Name {
  const found = choices.find((choice) => choice === name);
  if (found === undefined) throw new UsageError(`${option}: choose from ${choices.join(", ")}, not "${name}"`);
  return found;
}

async function run(ledger: string | undefined, options: BenchArguments): Promise<void> {
  const { runBench } = await import("./bench/runBench.js");
  await runBench(ledger, options);
}
