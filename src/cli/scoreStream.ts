/** `score-stream FILE`: scores training data that another program has read (scripts/mantis_scorer.py writes it). */
import { closeSync, openSync, readSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { UsageError } from "../errors.js";
import type { FillBytes } from "../trainingStream.js";
import { wholeNumber } from "./options.js";

interface StreamArguments {
  readonly profile?: string;
  readonly workers: number;
}

export function scoreStreamCommand(): Command {
  return new Command("score-stream")
    .description("score training data that another program hands over (docs/training-stream.md); JSON to stdout")
    .argument("<file>", "the stream's file (-: stdin)")
    .option("--profile <name>", "set of rules and constants (default: 2026-05)")
    .option(
      "--workers <n>",
      "threads; results do not depend on it",
      wholeNumber("--workers", 1, 256),
      availableParallelism(),
    )
    .action(run);
}

async function run(path: string, { profile, workers }: StreamArguments): Promise<void> {
  const [{ getProfile, scoreChallenges, version }, { readTrainingStream }, { print, toJson }] = await Promise.all([
    import("../node.js"),
    import("../trainingStream.js"),
    import("./output.js"),
  ]);
  const rules = getProfile(profile);
  const file = path === "-" ? 0 : open(path);
  try {
    const pairs = readTrainingStream(reader(file, path), rules.challenges);
    const { diagnostics: _, ...scores } = await scoreChallenges(pairs, { profile: rules.name, workers });
    await print(toJson({ schema: 1, profile: rules.name, version, ...scores }));
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new UsageError(`${path}: ${(cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : cause}`);
  }
}

/** At most this much per call: the system refuses more than 2 GB. */
const CHUNK = 2 ** 28;

function reader(file: number, path: string): FillBytes {
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      let got: number;
      try {
        got = readSync(file, bytes, at, Math.min(CHUNK, bytes.length - at), null);
      } catch (cause) {
        throw new UsageError(`${path}: cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
      }
      if (got === 0) return false;
      at += got;
    }
    return true;
  };
}
