/** Generator Q of 20-binary §9 and the binary challenge drawn from it. Its features are multiples of 1/1024: exact in binary16. */
import type { BinaryData } from "../../src/trainingData.js";
import { halfCode } from "./half.js";

/** s ← 48271 s mod 2147483647 before each draw; values are multiples of 1/128 in [−1, 1). */
export function minimalStandard(seed: number): () => number {
  let state = seed;
  return () => {
    state = Number((48271n * BigInt(state)) % 2147483647n);
    return Math.floor((state / 2147483647) * 256) / 128 - 1;
  };
}

const SKILL = [0.5, 0.25, 0, 0.125];

/** Miners hkA to hkD: hkD is silent on the first 100 rows, hkC on every fifth. */
export function generateBinary(rows: number): BinaryData {
  const draw = minimalStandard(12345);
  const returns = new Float32Array(rows);
  const columns = SKILL.map(() => new Uint16Array(rows * 2));
  for (let t = 0; t < rows; t++) {
    const e = draw();
    returns[t] = e;
    for (const [j, c] of SKILL.entries()) {
      const a = draw();
      const b = draw();
      if ((j === 3 && t < 100) || (j === 2 && t % 5 === 0)) continue;
      columns[j].set([halfCode(c * e + (1 - c) * a), halfCode(b)], 2 * t);
    }
  }
  const hotkeys = ["hkA", "hkB", "hkC", "hkD"];
  return { kind: "binary", embeddings: { hotkeys, columns, width: 2, rows }, returns };
}
