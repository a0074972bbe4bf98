/** Data set B of 50-profile-2026-07 §9: six miners, the fifth a copy of the first, the sixth nearly one of the second. */
import type { BinaryData } from "../../src/trainingData.js";
import { halfCode } from "./half.js";
import { lcg } from "./lcg.js";

const SKILL = [0.9, 0.5, 0.2, 0];

/** Vectors are multiples of 1/64: exact in binary16. 5B and 5F are silent on the first 3000 rows, 5C on every seventh. */
export function generateDaily(rows: number): BinaryData {
  const draw = lcg(12345);
  const returns = new Float32Array(rows);
  const columns = Array.from({ length: 6 }, () => new Uint16Array(rows * 2));
  for (let t = 0; t < rows; t++) {
    const up = draw() >= 0.5;
    returns[t] = up ? 2 ** -10 : -(2 ** -10);
    const k = SKILL.map((skill) => {
      const own = 16 + Math.floor(32 * draw());
      if (draw() >= skill) return own;
      return up ? own + 6 : own - 6;
    });
    const e = draw() < 0.5 ? 1 : 0;
    k.push(k[0], k[1] + e);
    for (const [j, own] of k.entries()) {
      if (((j === 1 || j === 5) && t < 3000) || (j === 2 && t % 7 === 3)) continue;
      columns[j].set([halfCode(own / 64), halfCode(1 - own / 64)], 2 * t);
    }
  }
  const hotkeys = ["5A", "5B", "5C", "5D", "5E", "5F"];
  return { kind: "binary", embeddings: { hotkeys, columns, width: 2, rows }, returns };
}
