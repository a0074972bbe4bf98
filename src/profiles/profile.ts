/** The shape of a profile: a dated table of challenges and the constants of each kind. Data only. */
import type { ChallengeKind } from "../trainingData.js";

export interface GeneralConstants {
  /** Blocks per sample. */
  readonly SAMPLE_EVERY: number;
  readonly LAG: number;
  readonly SEED: number;
  readonly MAX_DAYS: number;
  readonly MAX_UNCHANGED_TIMESTEPS: number;
  readonly INDICES_PER_DAY: number;
  readonly BLOCKS_PER_DAY: number;
  /** Rows (not blocks) that every kind but binary and breakout is trimmed to. */
  readonly MAX_BLOCK_HISTORY: number;
  readonly EPS: number;
}

/** Of every binary strategy. */
export interface BinaryCoreConstants extends GeneralConstants {
  readonly MAX_INDEX_HISTORY: number;
  readonly HALFLIFE_DAYS: number;
  readonly CHUNK_SIZE: number;
  readonly TOP_K: number;
  readonly RET_EPS: number;
  readonly MIN_ROWS: number;
  readonly MIN_BASE_TRAIN: number;
  readonly META_L1_RATIO: number;
  readonly META_C: number;
  readonly META_MAX_ITER: number;
  readonly META_CLASS_WEIGHT: string;
  readonly MIN_META_TRAIN_ROWS: number;
}

/** Selection on a hold-out half. */
export interface BinaryConstants extends BinaryCoreConstants {
  readonly MIN_EVAL_ROWS: number;
}

/** Miners who count as one, or share equally (51-clusters §1, §2, §5). */
export interface CloneConstants {
  /** Latest rows that are compared. */
  readonly CLUSTER_SCAN_MAX_ROWS: number;
  readonly MATCH_EPS: number;
  readonly MIN_MATCH_FRACTION: number;
  readonly MIN_SUBMISSIONS: number;
  readonly MIN_JOINT: number;
  /** Means farther apart are not compared row by row; a large number compares all. */
  readonly MEAN_PREFILTER_EPS: number;
  readonly COHORT_TAU: number;
  readonly COHORT_MIN_SUBMISSIONS: number;
}

/** Selection by daily AUCs, bootstrapped meta fit. */
export interface BinaryDailyConstants extends BinaryCoreConstants, CloneConstants {
  readonly SEL_WINDOW_ROWS: number;
  readonly SEL_REFIT_DAYS: number;
  readonly SEL_FIT_WINDOW_DAYS: number;
  readonly SEL_HALFLIFE_DAYS: number;
  readonly SEL_MIN_WINDOW_ROWS: number;
  readonly SEL_MIN_VALID_WINDOWS: number;
  readonly SEL_AUC_MARGIN: number;
  readonly SEL_BAND_MAX_EXTRA: number;
  readonly META_BOOTSTRAP_N: number;
  /** Rows; 0: twice LAG, at least 120. */
  readonly META_BOOTSTRAP_BLOCK: number;
  readonly META_BOOTSTRAP_MAX_ITER: number;
}

export interface HitFirstConstants extends GeneralConstants {
  readonly MIN_REQUIRED_SAMPLES: number;
  readonly min_days: number;
}

/** One fit per block of rows left out. */
export interface HitFirstBlocksConstants extends HitFirstConstants, CloneConstants {
  readonly HITFIRST_LBO_BLOCKS: number;
}

export interface BucketConstants extends GeneralConstants {
  readonly MIN_REQUIRED_SAMPLES: number;
  readonly RECENT_SAMPLES: number;
  readonly RECENT_MASS: number;
  readonly _WF_CHUNK: number;
  readonly _MAX_TRAIN: number;
  readonly _META_K: number;
  readonly TOP_K: number;
  readonly _RECENCY_GAMMA: number;
  readonly _BOOTSTRAP_N: number;
  readonly _BOOTSTRAP_BLOCK: number;
}

/** One column per cohort of miners (51-clusters §3). */
export interface BucketCohortConstants extends BucketConstants {
  readonly LBFGS_TAU: number;
  readonly LBFGS_MIN_JOINT: number;
  readonly LBFGS_MIN_SUBMISSIONS: number;
  readonly LBFGS_BUCKET_DIMS: number;
  readonly LBFGS_MEAN_PREFILTER: number;
}

/** The bucket challenge as first released; spellings are the reference's. */
export interface StackedBucketConstants extends GeneralConstants {
  readonly MIN_REQUIRED_SAMPLES: number;
  /** Half-life of the classifier's weights, and days of returns in the deviation. */
  readonly min_days: number;
  /** Half-life of the quantile path's weights. */
  readonly half_life_days: number;
  /** Penalty on the classifier's two slopes. */
  readonly l2: number;
  /** Most iterations of the classifier's fit. */
  readonly max_iter: number;
  /** Most steps of a stacking fit. */
  readonly q_max_steps: number;
}

/** XSEC-RANK; FUNDING-XSEC adds two. */
export interface PooledConstants extends GeneralConstants {
  readonly CHUNK_SIZE: number;
  readonly TOP_K: number;
  readonly WINDOWS_HALF_LIFE: number;
  readonly MIN_TRAIN_ROWS: number;
  readonly _BOOTSTRAP_N: number;
  readonly _BOOTSTRAP_BLOCK: number;
}

export interface FundingConstants extends PooledConstants {
  readonly MIN_TEMPORAL_STD: number;
  readonly MIN_UNIQUE_VALS: number;
}

export interface BreakoutConstants extends GeneralConstants {
  readonly range_lookback_blocks: number;
  readonly barrier_pct: number;
  readonly min_range_pct: number;
  readonly MAX_PENDING_BLOCKS: number;
  readonly MIN_SAMPLES: number;
  readonly MIN_EPISODES: number;
  readonly EPISODE_GAP: number;
  readonly MIN_STD: number;
  readonly MIN_AUC: number;
  readonly C: number;
  readonly MAX_ITER: number;
  readonly TOL: number;
  readonly MIN_SHARE: number;
}

export interface TradeMixConstants extends GeneralConstants {
  readonly horizon_bars: number;
  readonly rebal_period: number;
  readonly fee_bps: number;
  readonly min_skill_prob: number;
  readonly loo_folds: number;
  readonly dedup_cosine: number;
  readonly max_oos_bars: number;
  readonly min_history_bars: number;
  readonly luck_filter: string;
  readonly meta_model: string;
  readonly prior_sharpe_std: number;
  readonly bars_per_day: number;
  readonly top_k: number;
  readonly seed: number;
  readonly boot_samples: number;
  readonly boot_block_len: number;
  readonly moe_regimes: number;
  readonly moe_ridge_alpha: number;
  readonly gbdt_trees: number;
  readonly gbdt_depth: number;
  readonly gbdt_lr: number;
  readonly gbdt_min_leaf: number;
  readonly gbdt_subsample: number;
}

/** TRADE-MIX of profile 2026-07; hours are rows of the hourly panel. */
export interface TradeMixV2Constants extends GeneralConstants {
  readonly horizons_hours: readonly number[];
  readonly blend_weights: readonly number[];
  readonly beta_horizon_hours: number;
  readonly vol_window_hours: number;
  readonly beta_window_hours: number;
  readonly beta_shrink: number;
  readonly refresh_hours: number;
  readonly warmup_hours: number;
  readonly min_shift_hours: number;
  readonly fdr_q: number;
  readonly probation_hours: number;
  readonly probation_coverage: number;
  readonly activity_min_std: number;
  readonly seniority_cosine: number;
  readonly dedup_cosine: number;
  readonly dedup_window_hours: number;
  /** Per side. */
  readonly fee_bps: number;
  readonly softplus_shift: number;
  /** Share of the relative-value channel; the market channel gets the rest. */
  readonly channel_split_rv: number;
  readonly miner_cap: number;
  readonly coverage_window_hours: number;
  readonly attr_window_hours: number;
}

/** One row of the challenge table (30 §1). */
export interface Challenge {
  readonly ticker: string;
  readonly name: string;
  readonly kind: ChallengeKind;
  /** Values per asset. */
  readonly dim: number;
  readonly blocksAhead: number;
  readonly weight: number;
  /** Order is the column order; absent for single-price challenges. */
  readonly assets?: readonly string[];
}

export type Constants = Readonly<Record<string, number | string | readonly number[]>>;

/** How a kind is scored: the name of a scorer (src/scorers/index.ts) and its constants. */
export interface KindRules {
  readonly scorer: string;
  readonly constants: Constants;
}

/** How a validator turns salience into weights (30 §4.2, 50 §5). */
export interface ValidatorRules {
  /** A validator at block B scores rows up to B minus this. */
  readonly TASK_INTERVAL: number;
  /** A hotkey first seen fewer blocks ago is young. */
  readonly YOUNG_BLOCKS: number;
  /** What each young UID gets, whatever its score. */
  readonly YOUNG_WEIGHT: number;
  /** Share of the whole that goes to UID 0. */
  readonly BURN_PCT: number;
  /** Part of the new weights in the moving average. */
  readonly EMA_ALPHA: number;
  /** A salience key whose share belongs to UID 0. */
  readonly BURN_KEY?: string;
}

export interface Profile {
  readonly name: string;
  /** The public reference commit that the numbers come from. */
  readonly reference: string;
  /** In processing order. */
  readonly challenges: readonly Challenge[];
  readonly general: GeneralConstants;
  readonly validator: ValidatorRules;
  readonly kinds: Readonly<Partial<Record<ChallengeKind, KindRules>>>;
}

/** Values stored per hotkey and sample. */
export function storageDim(challenge: Challenge): number {
  return challenge.dim * (challenge.assets?.length ?? 1);
}
