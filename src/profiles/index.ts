/** Profiles by name, and a challenge's constants with overrides applied. */
import { UsageError } from "../errors.js";
import { profile as profile202510 } from "./2025-10.js";
import { profile as profile202605 } from "./2026-05.js";
import { profile as profile202607 } from "./2026-07.js";
import type { Challenge, Constants, Profile } from "./profile.js";

const profiles: ReadonlyMap<string, Profile> = new Map(
  [profile202510, profile202605, profile202607].map((profile) => [profile.name, profile]),
);

export const DEFAULT_PROFILE = "2026-05";
export const profileNames = (): string[] => [...profiles.keys()];

/** Throws UsageError for an unknown name. */
export function getProfile(name: string = DEFAULT_PROFILE): Profile {
  const found = profiles.get(name);
  if (!found) throw new UsageError(`unknown profile "${name}": choose one of ${profileNames().join(", ")}`);
  return found;
}

/** `NAME`, `TICKER.NAME` or `KIND.NAME` → value. */
export type Overrides = ReadonlyMap<string, number | string | readonly number[]>;

/** General constants, those of the kind, the overrides that apply. Throws UsageError for a value of another type. */
export function constantsOf(profile: Profile, challenge: Challenge, overrides: Overrides = new Map()): Constants {
  const constants: Record<string, number | string | readonly number[]> = {
    ...profile.general,
    ...profile.kinds[challenge.kind]?.constants,
  };
  for (const scope of ["", `${challenge.kind}.`, `${challenge.ticker}.`]) {
    for (const name of Object.keys(constants)) {
      const value = overrides.get(scope + name);
      if (value === undefined) continue;
      if (typeof value !== typeof constants[name]) {
        throw new UsageError(`constant ${scope}${name} needs a ${typeof constants[name]}, not "${value}"`);
      }
      constants[name] = value;
    }
  }
  return constants;
}

/** Throws UsageError naming the first override that no challenge of the profile knows. */
export function checkOverrides(profile: Profile, overrides: Overrides): void {
  const known = new Set<string>();
  for (const challenge of profile.challenges) {
    for (const name of Object.keys(constantsOf(profile, challenge))) {
      for (const scope of ["", `${challenge.kind}.`, `${challenge.ticker}.`]) known.add(scope + name);
    }
  }
  for (const name of overrides.keys()) {
    if (!known.has(name)) throw new UsageError(`unknown constant "${name}" in profile ${profile.name}`);
  }
}
