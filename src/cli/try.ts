/** `try`: simulate a ledger on which every challenge scores, score it, leave nothing behind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { mainPath, runChild } from "./child.js";

/** Long enough for TRADEMIX, which wants 43,200 rows of history and an hour to look ahead. */
const SIMULATION = ["--rows", "45000", "--miners", "8", "--seed", "11", "--skill", "0.3"];

export function tryCommand(): Command {
  return new Command("try")
    .description("see it work: simulate a ledger in a temporary folder and score it")
    .action(run);
}

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

async function runCommand(...words: string[]): Promise<void> {
  process.stderr.write(`$ mantis-scorer ${words.join(" ")}\n`);
  await runChild(words[0]!, process.execPath, [mainPath, ...words], { stdio: "inherit" });
}
