/** `simulate OUT.db`: a synthetic ledger with miners of known skill. */
import { Command } from "commander";
import { names, numberWithin, wholeNumber } from "./options.js";

interface SimulateArguments {
  readonly rows: number;
  readonly miners: number;
  readonly seed: number;
  readonly odd?: boolean;
  readonly skill: number;
  readonly hotkeyPrefix: string;
  readonly only?: string[];
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
}

export function simulateCommand(): Command {
  return new Command("simulate")
    .description("write a synthetic ledger with miners of known skill; equal options give equal rows")
    .argument("<out>", "the SQLite file to write")
    .option("--rows <n>", "samples, about one a minute", wholeNumber("--rows", 1, 1_000_000), 48_000)
    .option("--miners <n>", "how many miners", wholeNumber("--miners", 1, 1024), 16)
    .option("--seed <n>", "seed of the random numbers", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .option("--odd", "add gaps, missing and frozen prices, torn blobs, late, sparse and copying miners")
    .option("--skill <r>", "largest correlation of a forecast with its target", numberWithin("--skill", 0, 1), 0.15)
    .option("--hotkey-prefix <text>", "first part of every hotkey", "5Hk")
    .option("--only <tickers>", "write these challenges only, parted by commas", names("--only"))
    .option("--overwrite", "replace a file that is there already")
    .option("--quiet", "no progress")
    .action(run);
}

async function run(path: string, { quiet, odd, overwrite, ...options }: SimulateArguments): Promise<void> {
  const [{ writeLedger }, { openBar }] = await Promise.all([import("../ledger/node.js"), import("./progress.js")]);
  const bar = openBar(!quiet);
  try {
    writeLedger(path, { ...options, odd: odd ?? false, overwrite: overwrite ?? false }, (done, total) =>
      bar.update(done / total, path),
    );
  } finally {
    bar.stop();
  }
}
