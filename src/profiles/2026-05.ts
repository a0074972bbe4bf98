/** Profile 2026-05: constants and the challenge table (specification 20 to 26 and 30, reference acf4872). */
import { BREAKOUT_ASSETS, FUNDING_ASSETS, TRADE_MIX_ASSETS } from "./assets.js";
import type {
  BinaryConstants,
  BinaryCoreConstants,
  BreakoutConstants,
  BucketConstants,
  Challenge,
  FundingConstants,
  GeneralConstants,
  HitFirstConstants,
  PooledConstants,
  Profile,
  TradeMixConstants,
  ValidatorRules,
} from "./profile.js";

type Own<T> = Omit<T, keyof GeneralConstants>;

export const general: GeneralConstants = {
  SAMPLE_EVERY: 5,
  LAG: 60,
  SEED: 42,
  MAX_DAYS: 60,
  MAX_UNCHANGED_TIMESTEPS: 15,
  INDICES_PER_DAY: 1440,
  BLOCKS_PER_DAY: 7200,
  MAX_BLOCK_HISTORY: 432_000,
  EPS: 1e-12,
};

export const binaryCore: Own<BinaryCoreConstants> = {
  MAX_INDEX_HISTORY: 86_400,
  HALFLIFE_DAYS: 15,
  CHUNK_SIZE: 4000,
  TOP_K: 50,
  RET_EPS: 0,
  MIN_ROWS: 500,
  MIN_BASE_TRAIN: 50,
  META_L1_RATIO: 0.5,
  META_C: 1,
  META_MAX_ITER: 2000,
  META_CLASS_WEIGHT: "balanced",
  MIN_META_TRAIN_ROWS: 50,
};

export const binary: Own<BinaryConstants> = { ...binaryCore, MIN_EVAL_ROWS: 20 };

export const hitFirst: Own<HitFirstConstants> = { MIN_REQUIRED_SAMPLES: 7200, min_days: 5 };

export const buckets: Own<BucketConstants> = {
  MIN_REQUIRED_SAMPLES: 7200,
  RECENT_SAMPLES: 14_000,
  RECENT_MASS: 0.5,
  _WF_CHUNK: 12_000,
  _MAX_TRAIN: 36_000,
  _META_K: 100,
  TOP_K: 25,
  _RECENCY_GAMMA: 0.6803950000871885, // 0.5^((12000·60/86400)/15), computed at load in the reference
  _BOOTSTRAP_N: 20,
  _BOOTSTRAP_BLOCK: 120,
};

export const xsec: Own<PooledConstants> = {
  CHUNK_SIZE: 8000,
  TOP_K: 20,
  WINDOWS_HALF_LIFE: 3,
  MIN_TRAIN_ROWS: 200,
  _BOOTSTRAP_N: 20,
  _BOOTSTRAP_BLOCK: 120,
};

export const funding: Own<FundingConstants> = { ...xsec, MIN_TEMPORAL_STD: 1e-4, MIN_UNIQUE_VALS: 5 };

export const breakout: Own<BreakoutConstants> = {
  range_lookback_blocks: 28_800,
  barrier_pct: 25,
  min_range_pct: 1,
  MAX_PENDING_BLOCKS: 43_200,
  MIN_SAMPLES: 50,
  MIN_EPISODES: 2,
  EPISODE_GAP: 1440,
  MIN_STD: 0.03,
  MIN_AUC: 0.5,
  C: 0.01,
  MAX_ITER: 1000,
  TOL: 1e-4,
  MIN_SHARE: 1e-6,
};

export const tradeMix: Own<TradeMixConstants> = {
  horizon_bars: 60,
  rebal_period: 60,
  fee_bps: 20,
  min_skill_prob: 0.65,
  loo_folds: 5,
  dedup_cosine: 0.95,
  max_oos_bars: 43_200,
  min_history_bars: 43_200,
  luck_filter: "shrunk_sharpe",
  meta_model: "skillw",
  prior_sharpe_std: 0.4,
  bars_per_day: 1440,
  top_k: 50,
  seed: 42,
  boot_samples: 200,
  boot_block_len: 1440,
  moe_regimes: 3,
  moe_ridge_alpha: 1,
  gbdt_trees: 30,
  gbdt_depth: 2,
  gbdt_lr: 0.05,
  gbdt_min_leaf: 60,
  gbdt_subsample: 0.6,
};

export const validator: ValidatorRules = {
  TASK_INTERVAL: 500,
  YOUNG_BLOCKS: 36_000,
  YOUNG_WEIGHT: 0.0001,
  BURN_PCT: 0.3,
  EMA_ALPHA: 0.15,
};

/** The twelve challenges in processing order; TRADEMIX takes `tradeMixShare` of the whole. */
export function challengeTable(hitFirstWeight: number, cadNzdWeight: number, tradeMixShare: number): Challenge[] {
  const rows: Challenge[] = [
    { ticker: "ETH", name: "ETH-1H-BINARY", kind: "binary", dim: 2, blocksAhead: 300, weight: 1 },
    {
      ticker: "ETHHITFIRST",
      name: "ETH-HITFIRST-100M",
      kind: "hitfirst",
      dim: 3,
      blocksAhead: 500,
      weight: hitFirstWeight,
    },
    { ticker: "ETHLBFGS", name: "ETH-LBFGS", kind: "lbfgs", dim: 17, blocksAhead: 300, weight: 3.5 },
    { ticker: "BTCLBFGS", name: "BTC-LBFGS-6H", kind: "lbfgs", dim: 17, blocksAhead: 1800, weight: 2.875 },
    { ticker: "CADUSD", name: "CADUSD-1H-BINARY", kind: "binary", dim: 2, blocksAhead: 300, weight: cadNzdWeight },
    { ticker: "NZDUSD", name: "NZDUSD-1H-BINARY", kind: "binary", dim: 2, blocksAhead: 300, weight: cadNzdWeight },
    { ticker: "CHFUSD", name: "CHFUSD-1H-BINARY", kind: "binary", dim: 2, blocksAhead: 300, weight: 1 },
    { ticker: "XAGUSD", name: "XAGUSD-1H-BINARY", kind: "binary", dim: 2, blocksAhead: 300, weight: 1 },
    {
      ticker: "MULTIBREAKOUT",
      name: "MULTI-BREAKOUT",
      kind: "range_breakout_multi",
      dim: 2,
      blocksAhead: 0,
      weight: 5,
      assets: BREAKOUT_ASSETS,
    },
    {
      ticker: "MULTIXSEC",
      name: "XSEC-RANK",
      kind: "xsec_rank",
      dim: 1,
      blocksAhead: 1200,
      weight: 3,
      assets: BREAKOUT_ASSETS,
    },
    {
      ticker: "FUNDINGXSEC",
      name: "FUNDING-XSEC",
      kind: "funding_xsec",
      dim: 1,
      blocksAhead: 2400,
      weight: 4,
      assets: FUNDING_ASSETS,
    },
  ];
  const others = rows.reduce((sum, row) => sum + row.weight, 0);
  const weight = (tradeMixShare * others) / (1 - tradeMixShare);
  rows.push({
    ticker: "TRADEMIX",
    name: "TRADE-MIX",
    kind: "trade_mix",
    dim: 1,
    blocksAhead: 300,
    weight,
    assets: TRADE_MIX_ASSETS,
  });
  return rows;
}

export const profile: Profile = {
  name: "2026-05",
  reference: "acf4872",
  challenges: challengeTable(2.5, 1, 0.15),
  general,
  validator,
  kinds: {
    binary: { scorer: "binary", constants: { ...binary } },
    hitfirst: { scorer: "hitfirst", constants: { ...hitFirst } },
    lbfgs: { scorer: "buckets", constants: { ...buckets } },
    range_breakout_multi: { scorer: "breakout", constants: { ...breakout } },
    xsec_rank: { scorer: "xsecRank", constants: { ...xsec } },
    funding_xsec: { scorer: "fundingXsec", constants: { ...funding } },
    trade_mix: { scorer: "tradeMix", constants: { ...tradeMix } },
  },
};
