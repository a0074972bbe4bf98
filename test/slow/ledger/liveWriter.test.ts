/** Two minutes beside a validator that writes. */
import { expect, it } from "vitest";
import { inlineExecutor } from "../../../src/kernel/executor.js";
import { openKernel } from "../../../src/kernel/load.js";
import { scoreLedger } from "../../../src/score.js";
import { scoreBesideWriter } from "../../helpers/liveWriter.js";

it("scores a ledger again and again while it is being written to", async () => {
  const executor = inlineExecutor(await openKernel());
  const run = await scoreBesideWriter(120_000, (source) => scoreLedger(source, { executor }));
  const { writer, snapshots, errors, rowsBefore } = run;
  console.log(`${writer.steps} steps and ${writer.merges} merges written, ${snapshots.length} scorings beside them`);
  expect([errors, writer.errors, writer.integrity]).toEqual([[], [], "ok"]);
  expect(writer.rows).toBe(rowsBefore + 12 * writer.steps);
  expect(snapshots.length).toBeGreaterThan(5);
  for (const { before, after } of snapshots) expect(after).toEqual(before);
});
