/** Beside a validator that writes: one snapshot, no locks, nothing lost. test/slow runs the same for two minutes. */
import { expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import { openKernel } from "../../src/kernel/load.js";
import { scoreLedger } from "../../src/score.js";
import { type LiveRun, scoreBesideWriter } from "../helpers/liveWriter.js";

function expectUndisturbed({ writer, rowsBefore, snapshots, errors }: LiveRun): void {
  expect(errors).toEqual([]);
  expect(writer.errors).toEqual([]);
  expect(writer.integrity).toBe("ok");
  expect(writer.steps).toBeGreaterThan(10);
  expect(writer.rows).toBe(rowsBefore + 12 * writer.steps);
  for (const { before, after } of snapshots) expect(after).toEqual(before);
  // All tickers of a step are written at once, so a snapshot that saw half a step would tell.
  for (const { before } of snapshots) {
    expect(new Set(before.filter((_, i) => i % 2 === 1)).size).toBe(1);
  }
  // later snapshots see what was written meanwhile; a writer that was kept waiting may have added nothing between two
  const seen = snapshots.map(({ before }) => before[1]!);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBeGreaterThanOrEqual(Math.min(2, seen.length));
}

it("scores a ledger that is being written to", async () => {
  const executor = inlineExecutor(await openKernel());
  const run = await scoreBesideWriter(6000, (source) => scoreLedger(source, { executor }));
  expect(run.snapshots.length).toBeGreaterThan(0);
  expectUndisturbed(run);
});
