/** 25-funding-xsec §7 checks 1 and 3 to 5: pairing, and whole challenges on both backends. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { Challenge, FundingConstants } from "../../src/profiles/profile.js";
import { matchForward, scoreFundingXsec } from "../../src/scorers/fundingXsec.js";
import type { AssetData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { fundingData } from "./pooledData.js";

const challenge: Challenge = {
  ...(profile.challenges.find(({ ticker }) => ticker === "FUNDINGXSEC") as Challenge),
  blocksAhead: 350,
};
const constants = {
  ...profile.general,
  ...profile.kinds.funding_xsec?.constants,
  CHUNK_SIZE: 150,
  TOP_K: 4,
} as FundingConstants;

describe("pairing rows by sidx (check 1)", () => {
  it.each([
    [[0, 1, 2, 3, 5, 8, 9, 10], 3, [3, 3, 4, 4, 5, 7, -1, -1]],
    [[0, 10, 19, 21, 22, 30, 33, 41, 60], 20, [2, 5, 7, 7, 7, -1, -1, 8, -1]],
    [[0, 17, 18, 23, 24, 43], 20, [2, -1, -1, 5, 5, -1]],
    [[100, 580, 581, 650, 652, 1060, 1131, 1132], 480, [1, 5, 5, 6, 7, -1, -1, -1]],
  ])("%j, %i ahead", (sidx, ahead, forward) => {
    expect([...matchForward(sidx, sidx.length, ahead)]).toEqual(forward);
  });

  it("matches the rows of check 3", () => {
    const { sidx } = fundingData();
    const forward = matchForward(sidx, sidx.length, 70);
    expect(sidx[639]).toBe(1678);
    const rows = [0, 26, 27, 28, 96, 97, 330, 331, 339, 340, 341, 400, 401, 540, 549, 550, 560, 570, 580, 639];
    expect(rows.map((t) => forward[t])).toEqual([
      70, 96, 96, 96, 162, 167, 396, 397, 400, 400, 400, 455, 471, 606, 615, 616, 626, 636, 639, -1,
    ]);
    expect(forward.filter((row) => row >= 0)).toHaveLength(582);
  });
});

describe.each(backends)("FUNDING-XSEC on $backend", ({ kernel }) => {
  const expectShares = async (
    data: AssetData,
    shares: Record<string, number>,
    overrides: Partial<FundingConstants> = {},
  ) => {
    const result = await scoreFundingXsec(data, {
      challenge,
      constants: { ...constants, ...overrides },
      executor: inlineExecutor(kernel),
      meta: "cd",
    });
    expect([...result.shares.keys()]).toEqual(Object.keys(shares));
    for (const [hotkey, share] of Object.entries(shares)) expect(result.shares.get(hotkey)).toBeCloseTo(share, 12);
    return result;
  };

  it("scores check 3", async () => {
    const { diagnostics } = await expectShares(fundingData(), {
      hkA: 0.4116038863213696,
      hkB: 0.2685165045059551,
      hkC: 0.10701695860159313,
      hkD: 0.010684548481384854,
      hkE: 0.2021781020896973,
    });
    const [second, third] = diagnostics.segments as unknown as {
      selected: { hotkey: string }[];
      selectionAuc: Record<string, number>;
      validationAuc: number;
    }[];
    expect(second.selected.map(({ hotkey }) => hotkey)).toEqual(["hkA", "hkB", "hkE", "hkD"]);
    expect(second.selectionAuc.hkC).toBe(Math.fround(0.49686865836121974));
    expect(second.validationAuc).toBeCloseTo(0.8842175066312997, 13);
    expect(third.selected.map(({ hotkey }) => hotkey)).toEqual(["hkA", "hkB", "hkE", "hkC"]);
  });

  it("pairs by row distance without sidx (check 4)", async () => {
    await expectShares(
      { ...fundingData(), sidx: new Int32Array(0) },
      { hkA: 0.3577204999874389, hkB: 0.2505062573921257, hkC: 0.20317718726896267, hkE: 0.18859605535147272 },
    );
  });

  it("takes the larger of LAG and horizon as embargo (check 5)", async () => {
    await expectShares(
      fundingData(),
      {
        hkA: 0.4197597677899128,
        hkB: 0.27537603268838123,
        hkC: 0.09304954162550413,
        hkD: 0.012754836292700368,
        hkE: 0.19905982160350136,
      },
      { LAG: 100 },
    );
  });
});
