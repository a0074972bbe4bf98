/**
 * A full subnet of 256 UIDs over three consecutive calculations, a twentieth of the miners replaced each time. The expected
 * digests come from the same steps in NumPy 2.2.6 with float32 arrays.
 */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { validator as rules202605 } from "../../src/profiles/2026-05.js";
import { validator as rules202607 } from "../../src/profiles/2026-07.js";
import { type SavedWeights, validatorWeights } from "../../src/salience/weights.js";
import { lcg } from "../helpers/lcg.js";

it.each([
  ["2026-05", rules202605, ["61ffa9f03444c78a", "6ad4bbd28d1740e8", "eb8fabd95ef0af08"]],
  ["2026-07", rules202607, ["7d3c50985c828a4c", "1e718ff11e3f370b", "e0de51b3013ee622"]],
] as const)("has NumPy's bits for 256 UIDs under %s", (_, rules, expected) => {
  const draw = lcg(12345);
  const uids = Array.from({ length: 256 }, (_, i) => i);
  let hotkeys = uids.map((uid) => `5H${String(uid).padStart(3, "0")}`);
  const firstBlocks = new Map(hotkeys.map((hotkey) => [hotkey, Math.floor(draw() * 100_000)]));
  let previous: SavedWeights | undefined;
  const digests = [0, 1, 2].map((step) => {
    const block = 100_000 + 1000 * step;
    if (step > 0) {
      hotkeys = hotkeys.map((hotkey, uid) => {
        if (draw() >= 0.05) return hotkey;
        const newcomer = `5N${step}${String(uid).padStart(3, "0")}`;
        firstBlocks.set(newcomer, block - Math.floor(draw() * 72_000));
        return newcomer;
      });
    }
    const scores = hotkeys.map((hotkey) => {
      if (draw() >= 0.8) return [hotkey, 0] as const;
      const score = draw();
      return [hotkey, score * score * score] as const;
    });
    const ascending = scores.sort(([a], [b]) => (a < b ? -1 : 1));
    const total = ascending.reduce((sum, [, score]) => sum + score, 0);
    const salience = new Map(ascending.map(([hotkey, score]) => [hotkey, score / total]));
    const result = validatorWeights({ salience, metagraph: { block, uids, hotkeys }, firstBlocks, rules, previous });
    if ("unchanged" in result) throw new Error(result.unchanged);
    previous = result.saved;
    return createHash("sha256").update(new Uint8Array(result.saved.weights.buffer)).digest("hex").slice(0, 16);
  });
  expect(digests).toEqual(expected);
});
