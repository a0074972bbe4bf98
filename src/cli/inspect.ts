/** `inspect LEDGER`: what a ledger holds and what is wrong with it. */
import { Command } from "commander";

interface InspectArguments {
  readonly profile?: string;
  readonly json?: string;
}

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("what a ledger holds: challenges, rows, time span, hotkeys, gaps, damage")
    .argument("<ledger>", "the validator's SQLite file; it is only read")
    .option("--profile <name>", "whose challenges to look for (default: 2026-05)")
    .option("--json <file>", "write the findings as JSON (-: to stdout, instead of the table)")
    .action(run);
}

async function run(ledger: string, options: InspectArguments): Promise<void> {
  const [{ openLedger, inspectLedger }, { getProfile }, { inspectTable }, { print, toJson, writeOutput }] =
    await Promise.all([
      import("../ledger/node.js"),
      import("../profiles/index.js"),
      import("./inspectTable.js"),
      import("./output.js"),
    ]);
  const profile = getProfile(options.profile);
  const source = openLedger(ledger);
  try {
    const report = inspectLedger(source, profile);
    if (options.json) await writeOutput(options.json, toJson({ schema: 1, ...report }));
    if (options.json !== "-") await print(inspectTable(report));
  } finally {
    source.close();
  }
}
