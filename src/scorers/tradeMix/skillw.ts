/** The default desk: representatives weighted by their training correlation (26 §6.3), one task per asset. */
import type { Executor, Task } from "../../kernel/executor.js";
import type { DeskInput, DeskOutcome } from "../../kernel/ops/tradeMix.js";
import type { TradeMixConstants } from "../../profiles/profile.js";
import { type Desk, type DeskRun, emptyRun, foldBounds, MIN_ROWS } from "./desk.js";

export const skillwTask: Task<DeskInput, DeskOutcome> = {
  name: "tradeMix.skillw",
  run: (kernel, input) => kernel.deskLeaveOneOut(input),
};

/** Runs every asset; the outcomes are added in the order of the assets. */
export async function runSkillw(desk: Desk, constants: TradeMixConstants, executor: Executor): Promise<DeskRun> {
  const { columns, assets, blank, returns, usable, folds } = desk;
  const outcomes = await executor.map(
    skillwTask,
    returns.map((assetReturns, asset) => ({
      columns,
      assets,
      asset,
      blank,
      returns: assetReturns,
      usable,
      folds: foldBounds(folds),
      horizon: constants.horizon_bars,
      period: constants.rebal_period,
      fee: constants.fee_bps / 1e4,
      minRows: MIN_ROWS,
    })),
  );
  const run = emptyRun(desk, constants);
  for (const { profits, points } of outcomes) {
    for (let i = 0; i < profits.length; i++) run.profits[i] = run.profits[i] + profits[i];
    let from = 0;
    for (const foldPoints of run.points) {
      for (let i = 0; i < foldPoints.length; i++) foldPoints[i] = foldPoints[i] + points[from + i];
      from += foldPoints.length;
    }
  }
  return { ...run, edges: outcomes.map(({ edges }) => edges) };
}
