/** Files that are whole at every instant, whenever the process or the machine stops. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MantisError } from "../errors.js";

/** Writing takes milliseconds: what is older was left behind by a process that was killed. */
const ABANDONED_MS = 60_000;

/**
 * Replaces a file: the text goes to a new file in the same folder, onto the disk, and only then takes the old one's name.
 * Throws MantisError; the old file stands until then.
 */
export function writeDurably(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(unfinished, "w", 0o644);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw new MantisError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
  syncFolder(dirname(path));
  sweep(path);
}

/** Without this a power cut could undo the renaming. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows and some network file systems cannot sync a folder; the file itself is safe.
  }
}

/** Removes what killed processes left of this file. */
function sweep(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !/\.\d+\.tmp$/.test(name)) continue;
    const left = join(folder, name);
    try {
      if (Date.now() - statSync(left).mtimeMs > ABANDONED_MS) rmSync(left, { force: true });
    } catch {
      // gone meanwhile, or not ours to remove
    }
  }
}
