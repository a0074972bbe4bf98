/** `try`: simulate a ledger on which every challenge scores, score it, leave nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { MantisError } from "../errors.js";

/** Long enough for TRADEMIX, which wants 43,200 rows of history and an hour to look ahead. */
const SIMULATION = ["--rows", "45000", "--miners", "8", "--seed", "11", "--skill", "0.3"];

export function tryCommand(): Command {
  return new Command("try")
    .description("see it work: simulate a ledger in a temporary folder and score it")
    .action(run);
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-"));
  const ledger = join(folder, "ledger.db");
  try {
    await runCommand("simulate", ledger, ...SIMULATION);
    await runCommand("score", ledger);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In a process of its own: Ctrl-C ends that at once, busy or not, and this one lives on to clear up. */
async function runCommand(...words: string[]): Promise<void> {
  process.stderr.write(`$ mantis-scorer ${words.join(" ")}\n`);
  const main = fileURLToPath(new URL("main.js", import.meta.url));
  const child = spawn(process.execPath, [main, ...words], { stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    const [status, signal] = (await once(child, "exit")) as [number | null, string | null];
    if (signal) throw new MantisError(`stopped (${signal})`);
    if (status !== 0) throw new MantisError(`${words[0]} failed`);
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}
