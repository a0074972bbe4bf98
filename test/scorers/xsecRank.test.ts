/** 24-xsec-rank §7 checks 3 to 5: whole challenges on both backends. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { Challenge, PooledConstants } from "../../src/profiles/profile.js";
import { walkSegments } from "../../src/scorers/pooled/segments.js";
import type { ChallengeScore } from "../../src/scorers/scorer.js";
import { scoreXsecRank } from "../../src/scorers/xsecRank.js";
import type { AssetData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { xsecData } from "./pooledData.js";

const challenge: Challenge = {
  ...(profile.challenges.find(({ ticker }) => ticker === "MULTIXSEC") as Challenge),
  blocksAhead: 50,
};
const constants = { ...profile.general, ...profile.kinds.xsec_rank?.constants, CHUNK_SIZE: 150 } as PooledConstants;

function expectShares(score: ChallengeScore, shares: Record<string, number>): void {
  expect([...score.shares.keys()]).toEqual(Object.keys(shares));
  for (const [hotkey, share] of Object.entries(shares)) expect(score.shares.get(hotkey)).toBeCloseTo(share, 12);
}

interface ShownSegment {
  readonly segment: number;
  readonly selected: readonly { readonly hotkey: string; readonly importance: number }[];
  readonly selectionAuc: Readonly<Record<string, number>>;
  readonly validationAuc: number;
}

/** Miners 0 and 1 with features in rows 0, 1, 60 to 66 and 360 to 449 only (check 5). */
function sparse(data: AssetData): AssetData {
  const { embeddings } = data;
  const columns = embeddings.columns.slice(0, 2).map((codes) =>
    codes.map((code, i) => {
      const t = Math.floor(i / embeddings.width);
      return t < 2 || (t >= 60 && t < 67) || (t >= 360 && t < 450) ? code : 0;
    }),
  );
  return { ...data, embeddings: { ...embeddings, hotkeys: ["a", "b"], columns } };
}

describe.each(backends)("XSEC-RANK on $backend", ({ kernel }) => {
  const score = async (data: AssetData, overrides: Partial<PooledConstants> = {}) =>
    scoreXsecRank(data, {
      challenge,
      constants: { ...constants, ...overrides },
      executor: inlineExecutor(kernel),
      meta: "cd",
    });

  it("scores check 3, segment by segment", async () => {
    const result = await score(xsecData(), { TOP_K: 3 });
    expectShares(result, {
      hkA: 0.5173628800537935,
      hkB: 0.48201360479039024,
      hkC: 0.0006235151558161584,
    });
    const [second, third] = result.diagnostics.segments as unknown as ShownSegment[];
    expect([second.segment, third.segment]).toEqual([2, 3]);
    expect(second.selected.map(({ hotkey }) => hotkey)).toEqual(["hkA", "hkB", "hkC"]);
    expect(second.selectionAuc.hkA).toBe(Math.fround(0.6902428819444445));
    expect(second.selectionAuc.hkD).toBe(0.5);
    expect(second.validationAuc).toBeCloseTo(0.7102956211419753, 14);
    [1.2376898694381615, 1.1464516427287963, 0.0032669996003142883].forEach((q, k) => {
      expect(second.selected[k].importance).toBeCloseTo(q, 12);
    });
    // selected on its AUC, but without a sub-segment fit its column was empty in training
    expect(third.selected[0]).toEqual({ hotkey: "hkD", selectionAuc: Math.fround(0.966865798611111), importance: 0 });
    expect(third.validationAuc).toBeCloseTo(0.701455078125, 14);
  });

  it("scores check 4 with 510 rows, and nothing with 509", async () => {
    expectShares(await score(xsecData(510)), {
      hkA: 0.39769765041066274,
      hkB: 0.4615662557655052,
      hkC: 0.140736093823832,
    });
    const none = await score(xsecData(509));
    expect(none.shares.size).toBe(0);
    expect(none.skipped).toContain("509 rows");
  });

  it("falls back to a single fit where the rows are too few for two blocks (check 5)", async () => {
    const result = await score(sparse(xsecData(510)));
    expectShares(result, { a: 1 });
    const shown = result.diagnostics.segments as unknown as { metaRows: number; validationAuc: number }[];
    expect(shown.map(({ metaRows }) => metaRows)).toContain(224);
    expect(shown.find(({ metaRows }) => metaRows === 224)?.validationAuc).toBeCloseTo(0.6988657407407408, 13);
  });
});

describe("segments of the walk", () => {
  it("follows check 3", () => {
    const segments = walkSegments(530, { embargo: 60, back: 0, gap: 60, chunk: 150 });
    expect(segments.map(({ validation }) => [...validation])).toEqual([
      [60, 150],
      [210, 300],
      [360, 450],
      [510, 530],
    ]);
  });
  it("drops a last chunk that the embargo swallows", () => {
    expect(walkSegments(8060, { embargo: 60, back: 0, gap: 60, chunk: 8000 })).toHaveLength(1);
    expect(walkSegments(8061, { embargo: 60, back: 0, gap: 60, chunk: 8000 })).toHaveLength(2);
  });
});
