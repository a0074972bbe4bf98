/** Which of MULTIBREAKOUT's rows any scoring reads: those at which a breakout begins. */
import { MantisError } from "../../errors.js";
import { constantsOf, getProfile, profileNames } from "../../profiles/index.js";
import type { LedgerSource } from "../source.js";
import { readTrainingData } from "../trainingData.js";

/**
 * sidx of the rows whose embeddings count in some profile; undefined: all of them, for any other ticker and where the prices
 * cannot be read. An earlier end of the window only takes breakouts away, so these rows serve any `maxBlock`.
 */
export function breakoutRows(source: LedgerSource, ticker: string): ReadonlySet<number> | undefined {
  const rows = new Set<number>();
  let found = false;
  for (const name of profileNames()) {
    const profile = getProfile(name);
    const challenge = profile.challenges.find((row) => row.ticker === ticker);
    if (challenge?.kind !== "range_breakout_multi") continue;
    found = true;
    try {
      const read = readTrainingData(source, challenge, constantsOf(profile, challenge));
      if ("data" in read && read.data.kind === "range_breakout_multi") {
        for (const { triggerSidx } of read.data.samples) rows.add(triggerSidx);
      }
    } catch (error) {
      if (error instanceof MantisError) return undefined;
      throw error;
    }
  }
  return found ? rows : undefined;
}
