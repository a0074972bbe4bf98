import { describe, expect, it } from "vitest";
import { finish, finishInTurns, type Steps } from "../../src/ledger/steps.js";

/** Takes about `milliseconds` in steps of one, then gives back how many there were. */
function* busy(milliseconds: number): Steps<number> {
  let steps = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end; steps++) {
    for (const pause = performance.now() + 1; performance.now() < pause; );
    yield;
  }
  return steps;
}

// biome-ignore lint/correctness/useYield: fails before its first pause
function* failing(): Steps<never> {
  throw new RangeError("no rows");
}

describe("work in steps", () => {
  it("lets others have their turns", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const steps = await finishInTurns(busy(60));
    clearInterval(timer);
    expect(steps).toBeGreaterThan(10);
    expect(turns).toBeGreaterThan(1);
  });

  it("keeps the thread to itself if asked to", () => {
    expect(finish(busy(5))).toBeGreaterThan(0);
  });

  it("fails with the work's own error", async () => {
    expect(() => finish(failing())).toThrow(RangeError);
    await expect(finishInTurns(failing())).rejects.toThrow(RangeError);
  });
});
