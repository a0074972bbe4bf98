/**
 * TRADE-MIX, profile 2026-07 (53): an hourly panel, positions split into a market and a relative-value part, each tested against
 * circular time shifts, gated by false-discovery rate and paid by evidence times costed profit. What nobody earned goes to
 * a pseudo-hotkey. No random draw, no fit.
 */
import type { Executor, Task } from "../kernel/executor.js";
import type { TradeMixV2Constants } from "../profiles/profile.js";
import type { AssetData } from "../trainingData.js";
import { type ChallengeScore, nothing, type Scorer } from "./scorer.js";
import { bookSimilarity, isActive } from "./tradeMixV2/books.js";
import { type Evidence, evidence, fitScales, labelNorms, labels } from "./tradeMixV2/evidence.js";
import { type Book, type Factors, factorStructure, splitPositions } from "./tradeMixV2/factors.js";
import { hourlyPanel, type Panel } from "./tradeMixV2/panel.js";
import { channelShares, costedProfit, falseDiscoveryGate } from "./tradeMixV2/payment.js";

/** Takes what nobody earned; sorts after every real hotkey. */
export const BURN_KEY = "__burn__";
/** Shares up to this are dust and not paid. */
const DUST = 1e-9;
/** Miners per evidence task. */
const BATCH = 16;

interface EvidenceInput {
  readonly signals: readonly Float64Array[];
  readonly labels: readonly Float64Array[];
  readonly weights: readonly number[];
  readonly columns: number;
  readonly minShift: number;
}

export const evidenceTask: Task<EvidenceInput, Evidence[]> = {
  name: "tradeMixV2.evidence",
  run(kernel, { signals, labels, weights, columns, minShift }) {
    const norms = labelNorms(labels);
    return kernel
      .shiftSums(signals, labels, columns)
      .map((sums, j) => evidence(kernel, sums, fitScales(signals[j], norms), weights, minShift));
  },
};

async function allEvidence(executor: Executor, input: EvidenceInput): Promise<Evidence[]> {
  const batches: EvidenceInput[] = [];
  for (let j = 0; j < input.signals.length; j += BATCH) {
    batches.push({ ...input, signals: input.signals.slice(j, j + BATCH) });
  }
  return (await executor.map(evidenceTask, batches)).flat();
}

const burnt = (diagnostics: ChallengeScore["diagnostics"]): ChallengeScore => ({
  shares: new Map([[BURN_KEY, 1]]),
  diagnostics,
});

const meanOf = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;

export const scoreTradeMixV2: Scorer<AssetData, TradeMixV2Constants> = async (data, { constants, executor }) => {
  const { kernel } = executor;
  const { hotkeys, rows: given, width: assets } = data.embeddings;
  if (hotkeys.length === 0) return nothing("no hotkeys");
  const panel = hourlyPanel(kernel, data, Math.min(given, constants.MAX_BLOCK_HISTORY), constants.SAMPLE_EVERY);
  if (panel === null) return burnt({ reason: "no_usable_rows" });
  const needed = 3 * constants.min_shift_hours;
  if (panel.rows < needed || panel.rows <= constants.warmup_hours) {
    return burnt({ reason: "warmup", hourly_rows: panel.rows, needed });
  }
  const factors = factorStructure(kernel, panel.prices, assets, constants);
  const books = panel.positions.map((positions) => splitPositions(positions, factors, assets));
  return scoreBooks(hotkeys, panel, factors, books, constants, executor);
};

async function scoreBooks(
  hotkeys: readonly string[],
  panel: Panel,
  factors: Factors,
  books: readonly Book[],
  constants: TradeMixV2Constants,
  executor: Executor,
): Promise<ChallengeScore> {
  const { kernel } = executor;
  const { rows, assets, submitted } = panel;
  const { probation_hours, warmup_hours, min_shift_hours, fdr_q, attr_window_hours } = constants;

  const firstSeen = submitted.map((flags) => {
    const first = flags.indexOf(1);
    return first < 0 ? rows : first;
  });
  const coverage = submitted.map((flags) => meanOf(flags.slice(-constants.coverage_window_hours)));
  const eligible = submitted.map(
    (flags, j) =>
      rows - firstSeen[j] >= probation_hours && meanOf(flags.slice(-probation_hours)) >= constants.probation_coverage,
  );

  const similarity = bookSimilarity(kernel, books, assets, constants.dedup_window_hours);
  const relative = books.map((book) => book.relative);
  // Hotkeys ascend, so the lower column is also the one that a tie goes to.
  const seniority = Int32Array.from([...hotkeys.keys()].sort((i, j) => firstSeen[i] - firstSeen[j]));
  const gateBooks = kernel.residualBooks(relative, seniority, similarity, constants.seniority_cosine);

  const tested = { minShift: min_shift_hours };
  const rv = await allEvidence(executor, {
    ...tested,
    signals: gateBooks,
    labels: constants.horizons_hours.map((hours) => labels(factors.residuals, assets, hours, warmup_hours)),
    weights: constants.blend_weights,
    columns: assets,
  });
  const market = books.map((book) => book.market);
  const beta = await allEvidence(executor, {
    ...tested,
    signals: market,
    labels: [labels(factors.market, 1, constants.beta_horizon_hours, warmup_hours)],
    weights: [1],
    columns: 1,
  });

  const fee = constants.fee_bps * 1e-4;
  const channel = (tests: Evidence[], considered: boolean[], signals: Float64Array[], returns: Float64Array) => {
    const columns = returns.length / rows;
    const gate = falseDiscoveryGate(
      tests.map(({ p }) => p),
      considered,
      fdr_q,
    );
    const profit = signals.map((signal) => costedProfit(signal, returns, columns, attr_window_hours, fee));
    const t = tests.map((test) => test.t);
    return { gate, profit, ...channelShares(kernel, { gate, t, profit, coverage, similarity }, constants) };
  };
  const active = books.map((book, j) => eligible[j] && isActive(book, assets, constants));
  const rvPay = channel(rv, active, relative, factors.residuals);
  const betaPay = channel(beta, eligible, market, factors.market);

  const split = constants.channel_split_rv;
  const burned = split * rvPay.burned + (1 - split) * betaPay.burned;
  const shares = new Map<string, number>();
  for (const [j, hotkey] of hotkeys.entries()) {
    const share = split * rvPay.shares[j] + (1 - split) * betaPay.shares[j];
    if (share > DUST) shares.set(hotkey, share);
  }
  shares.set(BURN_KEY, Math.max(0, burned));
  const count = (gate: boolean[]): number => gate.filter(Boolean).length;
  return {
    shares,
    diagnostics: {
      hourly_rows: rows,
      n_gate_rv: count(rvPay.gate),
      n_gate_beta: count(betaPay.gate),
      burned,
      miners: Object.fromEntries(
        hotkeys.map((hotkey, j) => [
          hotkey,
          {
            t_rv: rv[j].t,
            p_rv: rv[j].p,
            t_beta: beta[j].t,
            p_beta: beta[j].p,
            eligible: eligible[j],
            gate_rv: rvPay.gate[j],
            gate_beta: betaPay.gate[j],
            profit_rv: rvPay.profit[j],
            profit_beta: betaPay.profit[j],
            coverage: coverage[j],
            // The reference's t would be a ratio of rounding errors here.
            constant_exposure: beta[j].degenerate === true,
          },
        ]),
      ),
    },
  };
}
