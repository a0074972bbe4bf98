/** Numbers for synthetic ledgers: the same on every engine, since only exact arithmetic is used. */

import { powersOfTwo } from "../powers.js";

/** xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32 from a seed and a stream number. */
export class Random {
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;

  constructor(seed: number, stream: number) {
    let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b);
    const split = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.s0 = split();
    this.s1 = split();
    this.s2 = split();
    this.s3 = split() | 1;
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const scrambled = Math.imul(this.s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= shifted;
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21);
    return result;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.bits() >>> 0) / 4294967296;
  }

  /** Uniform whole number in [low, high). */
  between(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low));
  }

  /** Nearly normal, mean 0, variance 1: the sum of four uniform bytes, bounded by 3.45. */
  normal(): number {
    const x = this.bits();
    return ((x & 255) + ((x >>> 8) & 255) + ((x >>> 16) & 255) + (x >>> 24) - 510) * BYTE_SUM_SCALE;
  }
}

/** 1 over the standard deviation of four bytes' sum, √(4·(256² − 1)/12). */
const BYTE_SUM_SCALE = 1 / Math.sqrt(21845);

/** e^x within 1e-8 relative for |x| ≤ 40, clamped beyond. Not for results: only synthetic data is made with it. */
export function roughExp(x: number): number {
  const clamped = x < -40 ? -40 : x > 40 ? 40 : x;
  const k = Math.floor(clamped * Math.LOG2E + 0.5);
  const r = clamped - k * Math.LN2;
  const series =
    1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040)))))));
  return series * POWERS[k + 64]!;
}

const POWERS = powersOfTwo(64);

export function roughSigmoid(x: number): number {
  return 1 / (1 + roughExp(-x));
}
