/** Where results go: stdout, or files that are either whole or not there. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { MantisError } from "../errors.js";

/** Indented JSON with a final newline; doubles print so that they read back bit for bit. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Writes to a file, or to stdout for "-". */
export async function writeOutput(path: string, text: string): Promise<void> {
  if (path === "-") return print(text);
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw new MantisError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Resolves when the text has left, so that a pipe gets all of it. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}
