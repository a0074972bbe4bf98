/** `export LEDGER OUT`: a ledger as a compact file, for the browser page and for sending around. */
import { Command } from "commander";

interface ExportArguments {
  readonly full?: boolean;
  readonly quiet?: boolean;
}

export function exportCommand(): Command {
  return new Command("export")
    .description("write all that scoring needs of a ledger to a small file; scoring it gives the same digest")
    .argument("<ledger>", "the validator's SQLite file; it is only read")
    .argument("<out>", "the file to write; replaced when it is there")
    .option("--full", "keep MULTIBREAKOUT's embeddings of all rows, not only those at breakouts")
    .option("--quiet", "no progress and no summary")
    .action(run);
}

async function run(ledger: string, out: string, { full, quiet }: ExportArguments): Promise<void> {
  const [{ openLedger, writeCompactFile }, { openBar }, { print }, { statSync }, { resolve }, { UsageError }] =
    await Promise.all([
      import("../ledger/node.js"),
      import("./progress.js"),
      import("./output.js"),
      import("node:fs"),
      import("node:path"),
      import("../errors.js"),
    ]);
  if (resolve(ledger) === resolve(out)) throw new UsageError(`${out} is the ledger itself: choose another name`);
  const source = openLedger(ledger);
  const bar = openBar(!quiet);
  try {
    writeCompactFile(source, out, { full: full ?? false, onProgress: (done, total) => bar.update(done / total, out) });
  } finally {
    bar.stop();
    source.close();
  }
  if (quiet) return;
  const [before, after] = [statSync(ledger).size, statSync(out).size];
  await print(`${out}: ${megabytes(after)} (${((100 * after) / before).toFixed(1)} % of ${megabytes(before)})\n`);
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
