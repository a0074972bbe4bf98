/** Options of every command that scores a ledger. */
import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { type ConstantValue, constant, wholeNumber } from "./options.js";

export interface ScoringArguments {
  readonly profile?: string;
  readonly backend: "wasm" | "js";
  readonly meta: "cd" | "saga";
  readonly workers: number;
  readonly set?: Record<string, ConstantValue>;
}

export function addScoringOptions(command: Command): Command {
  return command
    .option("--profile <name>", "set of rules and constants (default: 2026-05)")
    .addOption(new Option("--backend <name>", "arithmetic").choices(["wasm", "js"]).default("wasm"))
    .addOption(
      new Option("--meta <solver>", "binary challenges: the optimum, or the reference's own steps")
        .choices(["cd", "saga"])
        .default("cd"),
    )
    .addOption(
      new Option("--workers <n>", "threads; results do not depend on it")
        .argParser(wholeNumber("--workers", 1, 256))
        .default(availableParallelism(), "number of cores"),
    )
    .option("--set <name=value>", "another value for a constant of the profile; may be given often", constant);
}
