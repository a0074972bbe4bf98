/** What the command line says of an error, and its exit code: 1 failed while running, 2 wrong usage. */
import { CommanderError } from "commander";
import { MantisError, UsageError } from "../errors.js";

export interface Failure {
  readonly message: string;
  readonly exitCode: 1 | 2;
}

/** One line; with `debug` the stack and the chain of causes. */
export function explainError(error: unknown, debug = false): Failure {
  const exitCode = error instanceof UsageError || error instanceof CommanderError ? 2 : 1;
  return { message: debug ? trace(error) : line(error), exitCode };
}

function line(error: unknown): string {
  if (error instanceof CommanderError) {
    if (error.code === "commander.help") return "name a command; see mantis-scorer --help";
    return oneLine(error.message).replace(/^error: /, "");
  }
  if (error instanceof MantisError) return oneLine(error.message);
  const message = error instanceof Error ? error.message : String(error);
  return `unexpected failure: ${oneLine(message)} (--debug shows where)`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${trace(error.cause)}`;
}
