#!/usr/bin/env node
/** The command line. Each command declares its options here and loads the rest only when it runs, so that --help is instant. */
import { setFlagsFromString } from "node:v8";
import { Command, CommanderError } from "commander";
import { version } from "../version.js";
import { benchCommand } from "./bench.js";
import { compareCommand } from "./compare.js";
import { demoCommand } from "./demo.js";
import { exportCommand } from "./export.js";
import { explainError } from "./failure.js";
import { inspectCommand } from "./inspect.js";
import { scoreCommand } from "./score.js";
import { scoreStreamCommand } from "./scoreStream.js";
import { simulateCommand } from "./simulate.js";
import { tryCommand } from "./try.js";
import { weightsCommand } from "./weights.js";

// Reading makes short-lived objects by the million; V8 would give them a nursery of 32 MB, for no gain in speed.
setFlagsFromString("--semi-space-growth-factor=1");

// The reader of a pipe may leave early (`| head`); that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const program = new Command("mantis-scorer")
  .description("Scores the ledgers of MANTIS, a subnet where miners forecast markets: who is worth listening to?")
  .version(version)
  .option("--debug", "print stack traces of errors")
  .showSuggestionAfterError();
const commands = [
  scoreCommand(),
  weightsCommand(),
  scoreStreamCommand(),
  exportCommand(),
  simulateCommand(),
  inspectCommand(),
  compareCommand(),
  benchCommand(),
  demoCommand(),
  tryCommand(),
];
for (const command of commands) {
  program.addCommand(command);
}
for (const command of [program, ...program.commands]) {
  command.configureHelp({ showGlobalOptions: true });
  command.exitOverride().configureOutput({ writeErr: () => {} }); // failures are printed below, as one line
}

try {
  await program.parseAsync();
} catch (error) {
  const wantsHelp = error instanceof CommanderError && error.exitCode === 0;
  if (!wantsHelp) {
    const { message, exitCode } = explainError(error, process.argv.includes("--debug"));
    process.stderr.write(`mantis-scorer: ${message}\n`);
    process.exitCode = exitCode;
  }
}
