/** Profile 2025-10: the LBFGS challenge as first released (specification 42, reference 9a19d96). */
import type { Challenge, GeneralConstants, Profile, StackedBucketConstants, ValidatorRules } from "./profile.js";

type Own<T> = Omit<T, keyof GeneralConstants>;

export const general: GeneralConstants = {
  SAMPLE_EVERY: 5,
  LAG: 60,
  SEED: 42,
  MAX_DAYS: 60,
  MAX_UNCHANGED_TIMESTEPS: 15,
  INDICES_PER_DAY: 1440,
  BLOCKS_PER_DAY: 7200,
  MAX_BLOCK_HISTORY: Number.POSITIVE_INFINITY,
  EPS: 1e-12,
};

export const buckets: Own<StackedBucketConstants> = {
  MIN_REQUIRED_SAMPLES: 7200,
  min_days: 5,
  half_life_days: 10,
  l2: 0.001,
  max_iter: 200,
  q_max_steps: 200,
};

/** Young miners got a fixed weight; nothing was burnt or averaged. */
export const validator: ValidatorRules = {
  TASK_INTERVAL: 500,
  YOUNG_BLOCKS: 36_000,
  YOUNG_WEIGHT: 0.0001,
  BURN_PCT: 0,
  EMA_ALPHA: 1,
};

const binary = (ticker: string, dim = 2): Challenge => ({
  ticker,
  name: `${ticker}-1H-BINARY`,
  kind: "binary",
  dim,
  blocksAhead: 300,
  weight: 1,
});

/** The binary challenges were scored with gradient-boosted trees, which no rules here describe: they are skipped. */
export const profile: Profile = {
  name: "2025-10",
  reference: "9a19d96",
  challenges: [
    binary("BTC", 100),
    binary("ETH"),
    { ticker: "ETHLBFGS", name: "ETH-LBFGS", kind: "lbfgs", dim: 17, blocksAhead: 300, weight: 3.5 },
    ...["EURUSD", "GBPUSD", "CADUSD", "NZDUSD", "CHFUSD", "XAUUSD", "XAGUSD"].map((ticker) => binary(ticker)),
  ],
  general,
  validator,
  kinds: { lbfgs: { scorer: "stackedBuckets", constants: { ...buckets } } },
};
