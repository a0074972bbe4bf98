/** The quantile path alone: 22-lbfgs-buckets check 7 in parts, and its edges. */
import { describe, expect, it } from "vitest";
import { inlineExecutor } from "../../src/kernel/executor.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { profile } from "../../src/profiles/2026-05.js";
import type { BucketConstants } from "../../src/profiles/profile.js";
import { openHistory } from "../../src/scorers/buckets/history.js";
import { scoreQuantiles } from "../../src/scorers/qpath.js";
import type { Json } from "../../src/scorers/scorer.js";
import type { PriceData } from "../../src/trainingData.js";
import { backends } from "../helpers/backends.js";
import { float32Kernel, generate, priceData } from "../helpers/bucketData.js";
import { halfCode } from "../helpers/half.js";

const constants = { ...profile.general, ...profile.kinds.lbfgs?.constants } as BucketConstants;
const small = { ...constants, MIN_REQUIRED_SAMPLES: 1200, RECENT_SAMPLES: 700 };

function score(kernel: Kernel, data: PriceData, own: BucketConstants) {
  const history = openHistory(kernel, data, 300, own);
  if (typeof history === "string") throw new Error(history);
  return scoreQuantiles(history, own, inlineExecutor(kernel));
}

const toHalf = (values: Float32Array) => Uint16Array.from(values, halfCode);

describe.each(backends)("the quantile path, $backend", ({ kernel }) => {
  it("fits bucket 0 at half a sigma (check 7)", async () => {
    const sample = generate(28500, 15000);
    const behind = new Map<Uint16Array, Float32Array>();
    const data = priceData(sample, (values) => {
      const standIn = new Uint16Array(values.length);
      behind.set(standIn, values);
      return standIn;
    });
    const { diagnostics } = await score(float32Kernel(kernel, behind), data, constants);
    const [first] = diagnostics.fits as Record<string, Json>[];
    const sizes = [
      0.25495900717234354, 0.13654000881426753, 0.13654000881426753, 0.44939342899688994, 0.7017006856090893,
    ];
    const sum = sizes.reduce((a, b) => a + b);
    const weights = first.weights as Record<string, number>;
    expect(Object.keys(weights)).toEqual(["hk0", "hk1", "hk2", "hk3", "hk4"]); // hk5 never sent anything
    sizes.forEach((size, j) => {
      expect(weights[`hk${j}`]).toBeCloseTo(size / sum, 12);
    });
  });

  it("does not depend on the order or the silence of others", async () => {
    const data = priceData(generate(4000, 1500), toHalf);
    const { shares } = await score(kernel, data, small);
    const { columns, hotkeys } = data.embeddings;
    const fewer = { ...data.embeddings, columns: columns.slice(0, 5), hotkeys: hotkeys.slice(0, 5) };
    expect(await score(kernel, { ...data, embeddings: fewer }, small)).toMatchObject({ shares });
    expect([...shares.keys()]).toEqual(["hk0", "hk1", "hk2", "hk3", "hk4"]);
    expect(shares.get("hk1")).toBe(shares.get("hk2")); // clones share alike
  });

  it("keeps the 25 largest of more", async () => {
    const data = priceData(generate(4000, 1500), toHalf);
    const { columns } = data.embeddings;
    const many = Array.from({ length: 28 }, (_, j) => columns[j % 5 === 3 ? 3 : j % 2 === 0 ? 0 : 1]);
    const hotkeys = many.map((_, j) => `hk${String(j).padStart(2, "0")}`);
    const { shares } = await score(
      kernel,
      { ...data, embeddings: { ...data.embeddings, columns: many, hotkeys } },
      small,
    );
    expect(shares.size).toBe(25);
    expect([...shares.values()].reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });

  it("says so when nothing could be fitted", async () => {
    const data = priceData(generate(4000, 1500), (values) => new Uint16Array(values.length));
    const { shares, skipped } = await score(kernel, data, small);
    expect(shares.size).toBe(0);
    expect(skipped).toBe("no bucket and threshold could be fitted");
  });
});
