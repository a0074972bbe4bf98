/**
 * TRADE-MIX, profile 2026-05 (26): each miner gives one target position in [-1, 1] per asset. A luck filter, near-identical
 * miners merged, a desk that trades a combination of those left, and for every cluster the out-of-sample profit that the
 * desk loses without it. Everything is counted in rows; gaps between rows are not seen.
 */
import { UsageError } from "../errors.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TradeMixConstants } from "../profiles/profile.js";
import type { AssetData } from "../trainingData.js";
import { type ChallengeScore, type Json, nothing, type Scorer } from "./scorer.js";
import { drawResampling } from "./tradeMix/bootstrap.js";
import { leaderClusters } from "./tradeMix/clusters.js";
import { attribute, type Desk, type DeskRun, outOfSampleSharpe, trainingRows, usableRows } from "./tradeMix/desk.js";
import { makeFolds } from "./tradeMix/folds.js";
import { gbdtModel } from "./tradeMix/gbdt.js";
import { bootstrapSkill, gridProfits, positionsOn, rebalancingRows, shrunkSharpe } from "./tradeMix/luck.js";
import { type MetaModel, runModel } from "./tradeMix/metaModel.js";
import { moeModel } from "./tradeMix/moe.js";
import { forwardReturns } from "./tradeMix/returns.js";
import { tradeMixShares } from "./tradeMix/salience.js";
import { runSkillw } from "./tradeMix/skillw.js";

const LUCK_FILTERS = ["shrunk_sharpe", "block_bootstrap"];
const META_MODELS = ["skillw", "gbdt", "moe"];

/** Throws UsageError for a luck filter, a meta model or a number of rows that makes no sense. */
function check(constants: TradeMixConstants, ticker: string): void {
  const { luck_filter, meta_model } = constants;
  if (!LUCK_FILTERS.includes(luck_filter)) {
    throw new UsageError(`${ticker}: unknown luck_filter "${luck_filter}": choose ${LUCK_FILTERS.join(" or ")}`);
  }
  if (!META_MODELS.includes(meta_model)) {
    throw new UsageError(`${ticker}: unknown meta_model "${meta_model}": choose ${META_MODELS.join(", ")}`);
  }
  for (const name of ["horizon_bars", "rebal_period", "loo_folds"] as const) {
    if (!(Number.isInteger(constants[name]) && constants[name] >= 1)) {
      throw new UsageError(`${ticker}: ${name} must be a whole number of at least 1, not ${constants[name]}`);
    }
  }
}

/** Mean over the assets of each miner's probability of skill. */
function skillOf(
  kernel: Kernel,
  columns: readonly Uint16Array[],
  returns: readonly Float64Array[],
  constants: TradeMixConstants,
): Float64Array {
  const assets = returns.length;
  const { horizon_bars, rebal_period, luck_filter, fee_bps } = constants;
  const grid = rebalancingRows(returns[0].length, horizon_bars, rebal_period);
  const gridReturns = returns.map((asset) => Float64Array.from(grid, (t) => asset[t]));
  // One set of draws serves all: the reference starts its generator anew for every asset.
  const resampling = luck_filter === "block_bootstrap" ? drawResampling(kernel, grid.length, constants) : undefined;
  return Float64Array.from(columns, (codes) => {
    const positions = positionsOn(kernel, codes, assets, grid);
    let sum = 0;
    for (let a = 0; a < assets; a++) {
      const profits = gridProfits(positions, assets, a, gridReturns[a], fee_bps / 1e4);
      sum += resampling ? bootstrapSkill(profits, resampling) : shrunkSharpe(kernel, profits, constants);
    }
    return sum / assets;
  });
}

export const scoreTradeMix: Scorer<AssetData, TradeMixConstants> = async (data, context) => {
  const { constants, executor, challenge } = context;
  const { kernel } = executor;
  const { hotkeys, width: assets } = data.embeddings;
  check(constants, challenge.ticker);
  if (hotkeys.length === 0) return nothing("no hotkeys");

  const given = Math.min(data.embeddings.rows, data.values.length / assets, constants.MAX_BLOCK_HISTORY);
  const { min_history_bars, max_oos_bars, horizon_bars } = constants;
  const needed = Math.max(min_history_bars, 4 * horizon_bars);
  if (given < needed) {
    return nothing(`warm-up: ${given} rows of ${needed}`, { reason: "warmup", T: given, min_history_bars });
  }
  const rows = max_oos_bars > 0 ? Math.min(given, max_oos_bars) : given;
  const columns = data.embeddings.columns.map((codes) => codes.subarray(codes.length - rows * assets));
  const prices = data.values.subarray(data.values.length - rows * assets);
  const returns = forwardReturns(kernel, prices, assets, horizon_bars);

  const skill = skillOf(kernel, columns, returns, constants);
  const skills = Object.fromEntries(hotkeys.map((hotkey, j) => [hotkey, skill[j]]));
  const kept = [...skill.keys()].filter((j) => skill[j] >= constants.min_skill_prob);
  if (kept.length === 0) {
    const maxSkill = skill.reduce((best, x) => Math.max(best, x), 0);
    return nothing(`no miner passed the luck filter (best ${maxSkill}, needed ${constants.min_skill_prob})`, {
      reason: "no_miners_passed_luck_filter",
      max_skill: maxSkill,
      skill: skills,
    });
  }

  const similarity = kernel.cosineSimilarities(kept.map((j) => columns[j]));
  const keptSkill = kept.map((j) => skill[j]);
  const clusters = leaderClusters(similarity, keptSkill, constants.dedup_cosine).map((cluster) => ({
    representative: kept[cluster.representative],
    members: cluster.members.map((k) => kept[k]),
  }));

  const representatives = clusters.map(({ representative }) => columns[representative]);
  const blank = kernel.rowMedians(representatives, assets);
  const desk: Desk = {
    columns: representatives,
    assets,
    rows,
    prices,
    blank,
    returns,
    usable: usableRows(blank, returns),
    folds: makeFolds(rows, horizon_bars, constants.loo_folds),
  };
  const run = await runDesk(desk, context.constants, context.executor);
  const groups = clusters.length;
  const { full, perFold, attribution } = attribute(run, groups, desk.folds.length);

  const traded = desk.folds.map((fold) => trainingRows(desk, fold) >= 100);
  const diagnostics: { [key: string]: Json } = {
    folds: desk.folds.map(({ trainEnd, testBegin, testEnd }) => [trainEnd, testBegin, testEnd]),
    full_pnl: full,
    per_fold_full_pnl: perFold,
    meta_oos_sharpe: outOfSampleSharpe(
      run.points.filter((_, f) => traded[f]),
      constants,
    ),
    luck_filter: constants.luck_filter,
    meta_model: constants.meta_model,
    n_kept: kept.length,
    n_clusters: groups,
    n_assets: assets,
    max_skill_prob: skill.reduce((best, x) => Math.max(best, x)),
    skill: skills,
    clusters: clusters.map(({ members }, c) => ({
      members: members.map((j) => hotkeys[j]),
      attribution: attribution[c],
      per_fold_pnl_without: perFold.map((_, f) => run.profits[f * (groups + 1) + c + 1]),
    })),
  };
  const shares = tradeMixShares(hotkeys.length, clusters, attribution, skill, constants.top_k);
  if (shares === null) {
    return nothing("no cluster added to the desk's profit", { reason: "no_positive_attribution", ...diagnostics });
  }
  return { shares: positive(hotkeys, shares), diagnostics };
};

async function runDesk(
  desk: Desk,
  constants: TradeMixConstants,
  executor: Parameters<typeof runSkillw>[2],
): Promise<DeskRun> {
  if (constants.meta_model === "skillw") return runSkillw(desk, constants, executor);
  const model: MetaModel = constants.meta_model === "gbdt" ? gbdtModel(constants) : moeModel(constants);
  return runModel(executor.kernel, desk, constants, model);
}

function positive(hotkeys: readonly string[], shares: Float64Array): ChallengeScore["shares"] {
  const entries = hotkeys.map((hotkey, j) => [hotkey, shares[j]] as const);
  return new Map(entries.filter(([, share]) => share > 0));
}
