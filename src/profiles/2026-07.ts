/** Profile 2026-07: what of it differs from 2026-05 (specification 50 to 53, reference bcff57b). */
import {
  binaryCore,
  breakout,
  challengeTable,
  funding,
  general,
  hitFirst as oneFit,
  buckets as separate,
  validator as validator202605,
  xsec,
} from "./2026-05.js";
import type {
  BinaryDailyConstants,
  BucketCohortConstants,
  CloneConstants,
  GeneralConstants,
  HitFirstBlocksConstants,
  Profile,
  TradeMixV2Constants,
  ValidatorRules,
} from "./profile.js";

type Own<T> = Omit<T, keyof GeneralConstants>;

const clones: CloneConstants = {
  CLUSTER_SCAN_MAX_ROWS: 100_000,
  MATCH_EPS: 1e-3,
  MIN_MATCH_FRACTION: 0.99,
  MIN_SUBMISSIONS: 200,
  MIN_JOINT: 200,
  MEAN_PREFILTER_EPS: 0.05,
  COHORT_TAU: 0.92,
  COHORT_MIN_SUBMISSIONS: 200,
};

export const binary: Own<BinaryDailyConstants> = {
  ...binaryCore,
  ...clones,
  SEL_WINDOW_ROWS: 1440,
  SEL_REFIT_DAYS: 5,
  SEL_FIT_WINDOW_DAYS: 30,
  SEL_HALFLIFE_DAYS: 15,
  SEL_MIN_WINDOW_ROWS: 80,
  SEL_MIN_VALID_WINDOWS: 5,
  SEL_AUC_MARGIN: 0.005,
  SEL_BAND_MAX_EXTRA: 15,
  META_BOOTSTRAP_N: 10,
  META_BOOTSTRAP_BLOCK: 0, // twice LAG, at least 120
  META_BOOTSTRAP_MAX_ITER: 800,
};

export const hitFirst: Own<HitFirstBlocksConstants> = { ...oneFit, ...clones, HITFIRST_LBO_BLOCKS: 4 };

export const buckets: Own<BucketCohortConstants> = {
  ...separate,
  LBFGS_TAU: 0.8,
  LBFGS_MIN_JOINT: 10_080,
  LBFGS_MIN_SUBMISSIONS: 10_080,
  LBFGS_BUCKET_DIMS: 5,
  LBFGS_MEAN_PREFILTER: 0.1,
};

export const tradeMix: Own<TradeMixV2Constants> = {
  horizons_hours: [12, 24, 48],
  blend_weights: [0.25, 0.5, 0.25],
  beta_horizon_hours: 24,
  vol_window_hours: 720,
  beta_window_hours: 1440,
  beta_shrink: 0.3,
  refresh_hours: 24,
  warmup_hours: 120,
  min_shift_hours: 96,
  fdr_q: 0.05,
  probation_hours: 504,
  probation_coverage: 0.9,
  activity_min_std: 1e-4,
  seniority_cosine: 0.2,
  dedup_cosine: 0.95,
  dedup_window_hours: 720,
  fee_bps: 10,
  softplus_shift: 2,
  channel_split_rv: 0.75,
  miner_cap: 0.2,
  coverage_window_hours: 720,
  attr_window_hours: 720,
};

/** `__burn__` is what TRADE-MIX did not hand out. */
export const validator: ValidatorRules = {
  ...validator202605,
  BURN_PCT: 0.35,
  EMA_ALPHA: 0.3,
  BURN_KEY: "__burn__",
};

export const profile: Profile = {
  name: "2026-07",
  reference: "bcff57b",
  challenges: challengeTable(1.25, 0.5, 0.1),
  general,
  validator,
  kinds: {
    binary: { scorer: "binaryDaily", constants: { ...binary } },
    hitfirst: { scorer: "hitfirstBlocks", constants: { ...hitFirst } },
    lbfgs: { scorer: "bucketCohorts", constants: { ...buckets } },
    range_breakout_multi: { scorer: "breakout", constants: { ...breakout } },
    xsec_rank: { scorer: "xsecRank", constants: { ...xsec } },
    funding_xsec: { scorer: "fundingXsec", constants: { ...funding } },
    trade_mix: { scorer: "tradeMixV2", constants: { ...tradeMix } },
  },
};
