/** The built command line, as users run it. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Runs a command to its end, never on a terminal; a run that hangs is ended with status null. */
export function cli(words: readonly string[], options: { cwd?: string; timeout?: number; input?: Uint8Array } = {}) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [main, ...words], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    timeout: 60_000,
    ...options,
  });
  return { status, stdout, stderr, error };
}
