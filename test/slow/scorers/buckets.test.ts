/** The plain backend on what test/scorers/buckets.test.ts scores with WebAssembly: 42,000 rows of six miners. */
import { expect, it } from "vitest";
import { inlineExecutor } from "../../../src/kernel/executor.js";
import { profile } from "../../../src/profiles/2026-05.js";
import type { BucketConstants, Challenge } from "../../../src/profiles/profile.js";
import { scoreBuckets } from "../../../src/scorers/buckets.js";
import { backends } from "../../helpers/backends.js";
import { generate, priceData } from "../../helpers/bucketData.js";
import { halfCode } from "../../helpers/half.js";

const challenge = profile.challenges.find(({ ticker }) => ticker === "ETHLBFGS") as Challenge;
const constants = { ...profile.general, ...profile.kinds.lbfgs?.constants } as BucketConstants;

it("scores two segments alike on both backends", async () => {
  const data = priceData(generate(42000, 15000), (values) => Uint16Array.from(values, halfCode));
  const scores = backends.map(({ kernel }) =>
    scoreBuckets(data, { challenge, constants, executor: inlineExecutor(kernel), meta: "cd" }),
  );
  const [compiled, plain] = (await Promise.all(scores)).map(({ shares }) => shares);
  expect([...plain.keys()]).toEqual([...compiled.keys()]);
  for (const [hotkey, share] of compiled) expect(plain.get(hotkey)).toBeCloseTo(share, 11);
});
