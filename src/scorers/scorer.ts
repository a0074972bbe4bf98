import type { Executor } from "../kernel/executor.js";
import type { Challenge } from "../profiles/profile.js";

/** Values that JSON can hold; NaN and infinities are written as null. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ScoreContext<Constants> {
  readonly challenge: Challenge;
  /** General constants, those of the kind and the challenge's own options, overrides applied. */
  readonly constants: Constants;
  readonly executor: Executor;
  /** How the binary challenges' ElasticNet is solved: to the optimum, or along the reference's float32 SAGA steps. */
  readonly meta: "cd" | "saga";
}

export interface ChallengeScore {
  /** Non-negative shares as the scorer ends with them (the aggregate divides by their sum); empty: nothing was scored. */
  readonly shares: ReadonlyMap<string, number>;
  /** Why nothing was scored; present exactly when shares is empty. */
  readonly skipped?: string;
  /** Who was selected, AUCs, segment weights, coefficients: whatever `--explain` should show. */
  readonly diagnostics: { readonly [key: string]: Json };
}

export type Scorer<Data, Constants> = (data: Data, context: ScoreContext<Constants>) => Promise<ChallengeScore>;

/** A challenge that yields nothing, and why. */
export function nothing(why: string, diagnostics: ChallengeScore["diagnostics"] = {}): ChallengeScore {
  return { shares: new Map(), skipped: why, diagnostics };
}
