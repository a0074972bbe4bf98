/** `weights LEDGER`: what a validator would set on chain. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import type { WeightState } from "../salience/weightFiles.js";
import { readText } from "./options.js";
import { addScoringOptions, type ScoringArguments } from "./scoringOptions.js";

interface WeightsArguments extends ScoringArguments {
  readonly metagraph: string;
  readonly state?: string;
  readonly json?: string;
  readonly quiet?: boolean;
}

export function weightsCommand(): Command {
  const command = new Command("weights")
    .description("weights that a validator would set: salience of the registered hotkeys, young miners, burn, average")
    .argument("<ledger>", "the validator's SQLite file; it is only read")
    .requiredOption("--metagraph <file>", "JSON: {block, uids, hotkeys}, hotkeys[i] holds uids[i]")
    .option("--state <file>", "memory of the moving average; made by the first run, replaced by each");
  return addScoringOptions(command)
    .option("--json <file>", "write the result as JSON (-: to stdout, instead of the table)")
    .option("--quiet", "no progress, and no table when a file is written")
    .action(run);
}

async function run(ledger: string, options: WeightsArguments): Promise<void> {
  const [
    { getProfile, openPool, weighLedger },
    { openLedger },
    { formatState, parseMetagraph, parseState, stateBefore },
    { writeDurably },
    { openBar, overall },
    { weightsReport, weightsTable },
    { print, toJson, writeOutput },
  ] = await Promise.all([
    import("../node.js"),
    import("../ledger/node.js"),
    import("../salience/weightFiles.js"),
    import("./durable.js"),
    import("./progress.js"),
    import("./weightsTable.js"),
    import("./output.js"),
  ]);
  const { challenges } = getProfile(options.profile);
  const metagraph = parseMetagraph(readText("--metagraph", options.metagraph), `--metagraph ${options.metagraph}`);
  let state: WeightState | undefined;
  if (options.state !== undefined && existsSync(options.state)) {
    state = parseState(readText("--state", options.state), `--state ${options.state}`);
  }
  const previous = state && stateBefore(state, metagraph.block, `--state ${options.state}`);

  const source = openLedger(ledger);
  const bar = openBar(!options.quiet);
  const executor = await openPool(options.workers, options.backend);
  let weighed: Awaited<ReturnType<typeof weighLedger>>;
  try {
    weighed = await weighLedger(source, {
      metagraph,
      previous,
      executor,
      meta: options.meta,
      onProgress: overall(challenges.length, (done, label) => bar.update(done, label)),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.set === undefined ? {} : { constants: options.set }),
    });
  } finally {
    bar.stop();
    await executor.close();
    source.close();
  }

  const { result } = weighed;
  if (options.state !== undefined && "saved" in result) {
    writeDurably(options.state, formatState({ ...result.saved, previous: previous ?? null }));
  }
  const report = weightsReport(metagraph, weighed, state);
  if (options.json) await writeOutput(options.json, toJson(report));
  if (options.json !== "-" && !(options.quiet && options.json)) await print(weightsTable(report));
}
