/** The generators of 24-xsec-rank §7 and 25-funding-xsec §7. */
import { BREAKOUT_ASSETS, FUNDING_ASSETS } from "../../src/profiles/assets.js";
import type { AssetData } from "../../src/trainingData.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

const miner = (j: number) => `hk${"ABCDE"[j]}`;

function assetData(kind: AssetData["kind"], columns: Uint16Array[], values: Float64Array, assets: number): AssetData {
  const rows = values.length / assets;
  const hotkeys = columns.map((_, j) => miner(j));
  return {
    kind,
    embeddings: { hotkeys, columns, width: assets, rows },
    values,
    sidx: Int32Array.from({ length: rows }, (_, t) => t),
  };
}

/** 24 §7 check 3: four miners, prices of 33 assets, a forward price ten rows ahead. */
export function xsecData(T = 540): AssetData {
  const A = BREAKOUT_ASSETS.length;
  const ahead = 10;
  const u = lcg(777);
  const P = new Float64Array(540 * A);
  const price = Float64Array.from({ length: A }, (_, a) => 100 + a);
  for (let t = 0; t < T; t++) {
    for (let a = 0; a < A; a++) {
      price[a] *= 1.0 + 0.01 * (u() - 0.5);
      P[t * A + a] = price[a];
    }
  }
  const G = [8, 4, 0, 2];
  const N = [0.5, 0.5, 0.5, 0.02];
  const columns = G.map(() => new Uint16Array(T * A));
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < 4; j++) {
      for (let a = 0; a < A; a++) {
        const R = t < T - ahead ? P[(t + ahead) * A + a] / P[t * A + a] - 1.0 : 0;
        let v = G[j] * R + N[j] * (u() - 0.5);
        if (j === 1 && a % 3 === 0) v = 0;
        if (j === 3 && t < 170) v = 0;
        columns[j][t * A + a] = halfCode(v);
      }
    }
  }
  for (let t = 100; t < 130; t++) P[t * A + 5] = 0;
  for (let t = 0; t < T; t++) P[t * A + 7] = 0;
  return assetData("xsec_rank", columns, P.subarray(0, T * A), A);
}

/** 25 §7 check 3: five miners, funding rates of 20 assets, a forward row 70 sidx ahead, gaps in sidx. */
export function fundingData(): AssetData {
  const A = FUNDING_ASSETS.length;
  const T = 640;
  const ahead = 70;
  const u = lcg(4242);
  const F = new Float64Array(T * A);
  const rate = Float64Array.from({ length: A }, (_, a) => (0.0001 * (a - 9.5)) / 10.0);
  for (let t = 0; t < T; t++) {
    for (let a = 0; a < A; a++) {
      const d = 0.00001 * (u() - 0.5);
      if (a >= 3) rate[a] += d;
      F[t * A + a] = rate[a];
    }
  }
  const G = [20000, 10000, 0, 0, 3000];
  const columns = G.map(() => new Uint16Array(T * A));
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < 5; j++) {
      for (let a = 0; a < A; a++) {
        const R = t + ahead < T ? F[(t + ahead) * A + a] - F[t * A + a] : 0;
        let v = G[j] * R + (u() - 0.5);
        if (j === 1 && (t + a) % 4 === 0) v = 0;
        if (j === 2 && a === 4) v = 0.25;
        if (j === 3) v = v > 0 ? 0.5 : -0.5;
        columns[j][t * A + a] = halfCode(v);
      }
    }
  }
  for (let t = 100; t < 140; t++) F[t * A + 5] = Number.NaN;
  for (let t = 0; t < T; t++) F[t * A + 7] = Number.NaN;
  for (let a = 0; a < 19; a++) F[300 * A + a] = Number.NaN;
  const sidx = new Int32Array(T);
  for (let t = 0, s = 1000; t < T; t++) {
    sidx[t] = s++;
    if (t % 97 === 96) s += 4;
    if (t === 400) s += 15;
  }
  return { ...assetData("funding_xsec", columns, F, A), sidx };
}
