/** Other processes: Ctrl-C ends them at once, busy or not, while this one lives on to clear up. */
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { MantisError } from "../errors.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The built command line, to run one of its commands in a process of its own. */
export const mainPath = fileURLToPath(new URL("main.js", import.meta.url));

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end; `what` names it in messages. Output is collected where `stdio` pipes it. Throws MantisError
 * when it cannot be started, fails (with the last line that it wrote to a piped stderr) or is stopped by a signal.
 */
export async function runChild(
  what: string,
  program: string,
  words: readonly string[],
  options: SpawnOptions = {},
): Promise<Ended> {
  const child = spawn(program, words, options);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    const [status, signal] = (await once(child, "close")) as [number | null, string | null];
    if (signal) throw new MantisError(`${what} was stopped (${signal})`);
    if (status !== 0) throw new MantisError([`${what} failed`, ...lastLine(output.stderr)].join(": "));
    return output;
  } catch (cause) {
    if (cause instanceof MantisError) throw cause;
    throw new MantisError(`${what} cannot be started: ${(cause as Error).message}`, { cause });
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}

function lastLine(text: string): string[] {
  return text.trim().split("\n").slice(-1).filter(Boolean);
}
