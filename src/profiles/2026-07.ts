/** Profile 2026-07: what of it differs from 2026-05 (specification 50 to 53, reference bcff57b). */
import { challengeTable, validator as validator202605 } from "./2026-05.js";
import type { Challenge, GeneralConstants, TradeMixV2Constants, ValidatorRules } from "./profile.js";

type Own<T> = Omit<T, keyof GeneralConstants>;

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

export const challenges: readonly Challenge[] = challengeTable(1.25, 0.5, 0.1);

/** `__burn__` is what TRADE-MIX did not hand out. */
export const validator: ValidatorRules = {
  ...validator202605,
  BURN_PCT: 0.35,
  EMA_ALPHA: 0.3,
  BURN_KEY: "__burn__",
};
