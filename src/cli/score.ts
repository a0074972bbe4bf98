/** `score LEDGER`: salience of every hotkey, as a table or JSON. */
import { Command } from "commander";
import type { LedgerScores } from "../node.js";
import { names, readHotkeys, wholeNumber } from "./options.js";
import { addScoringOptions, type ScoringArguments } from "./scoringOptions.js";

interface ScoreArguments extends ScoringArguments {
  readonly only?: string[];
  readonly maxBlock?: number;
  readonly activeHotkeys?: string;
  readonly json?: string;
  readonly explain?: string;
  readonly strict?: boolean;
  readonly quiet?: boolean;
}

export function scoreCommand(): Command {
  const command = new Command("score")
    .description("score a ledger: salience of every hotkey, for each challenge and overall")
    .argument("<ledger>", "the validator's SQLite file; it is only read");
  return addScoringOptions(command)
    .option("--only <tickers>", "score these challenges only, parted by commas", names("--only"))
    .option("--max-block <n>", "leave out later blocks (0: none)", wholeNumber("--max-block", 0, 2 ** 40))
    .option("--active-hotkeys <file>", "score these hotkeys only: one per line, or a JSON array")
    .option("--json <file>", "write the result as JSON (-: to stdout, instead of the table)")
    .option("--explain <file>", "write what every challenge's scorer found as JSON (-: to stdout)")
    .option("--strict", "fail on a NaN or infinite embedding instead of leaving it out")
    .option("--quiet", "no progress, and no table when a file is written")
    .action(run);
}

async function run(ledger: string, options: ScoreArguments): Promise<void> {
  const [
    { scoreLedger, getProfile, UsageError },
    { openBar, overall },
    { scoreTable },
    { print, toJson, writeOutput },
  ] = await Promise.all([
    import("../node.js"),
    import("./progress.js"),
    import("./scoreTable.js"),
    import("./output.js"),
  ]);
  if (options.json === "-" && options.explain === "-") {
    throw new UsageError("--json - and --explain - would mix on stdout: name a file for one of them");
  }
  const challenges = options.only?.length ?? getProfile(options.profile).challenges.length;
  const bar = openBar(!options.quiet);
  let scores: LedgerScores;
  try {
    scores = await scoreLedger(ledger, {
      backend: options.backend,
      meta: options.meta,
      workers: options.workers,
      strict: options.strict ?? false,
      onProgress: overall(challenges, (done, label) => bar.update(done, label)),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.only === undefined ? {} : { only: options.only }),
      ...(options.maxBlock === undefined ? {} : { maxBlock: options.maxBlock }),
      ...(options.activeHotkeys === undefined ? {} : { activeHotkeys: readHotkeys(options.activeHotkeys) }),
      ...(options.set === undefined ? {} : { constants: options.set }),
    });
  } finally {
    bar.stop();
  }

  const { diagnostics, digest, ...rest } = scores;
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  if (options.explain)
    await writeOutput(options.explain, toJson({ schema: 1, profile: scores.profile, challenges: diagnostics }));
  if (options.json) await writeOutput(options.json, toJson({ ...rest, peakRssMb, digest }));
  const onStdout = options.json === "-" || options.explain === "-";
  const onlyFiles = options.quiet && (options.json || options.explain);
  if (!onStdout && !onlyFiles) await print(scoreTable({ ...scores, peakRssMb }));
}
