/** The samples to choose from. */
import type { Sample } from "./messages.js";

export interface SampleSize {
  readonly name: string;
  readonly about: string;
  readonly sample: Sample;
}

/** As the command line's default, so that it makes the same ledger. */
export const HOTKEY_PREFIX = "5Hk";

export const SAMPLE_SIZES: readonly SampleSize[] = [
  { name: "Small", about: "8 miners, 3 days", sample: { rows: 4500, miners: 8, seed: 11, skill: 0.3 } },
  { name: "Medium", about: "12 miners, 12 days", sample: { rows: 17_000, miners: 12, seed: 11, skill: 0.3 } },
  {
    name: "Large",
    about: "12 miners, 31 days, all challenges",
    sample: { rows: 45_000, miners: 12, seed: 11, skill: 0.3 },
  },
];

/** The command that makes the same ledger. */
export function commandOf({ rows, miners, seed, skill }: Sample): string {
  return `mantis-scorer simulate sample.db --rows ${rows} --miners ${miners} --seed ${seed} --skill ${skill}`;
}
