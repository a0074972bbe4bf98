/** Walk-forward windows over an expanding history, a day each, and weights that halve with age (42-profile-2025-10 §2, §5). */

import type { Kernel } from "../../kernel/kernel.js";
import { sum64 } from "../../numeric/sums.js";

const SECONDS_PER_BLOCK = 12;
const SECONDS_PER_DAY = 86_400;

export function samplesPerDay(sampleEvery: number): number {
  return Math.floor(SECONDS_PER_DAY / (SECONDS_PER_BLOCK * Math.max(1, sampleEvery)));
}

/** Fit on rows [0, fitEnd), evaluate rows [from, to). */
export interface Window {
  readonly fitEnd: number;
  readonly from: number;
  readonly to: number;
}

/** The first window is the first whole number of steps that leaves `minTrain` rows to fit on. */
export function walkForward(rows: number, step: number, minTrain: number, embargo: number): Window[] {
  const windows: Window[] = [];
  for (let fitEnd = Math.ceil(minTrain / step) * step; fitEnd + embargo < rows; fitEnd += step) {
    const from = fitEnd + embargo;
    const to = Math.min(from + step, rows);
    windows.push({ fitEnd, from, to });
    if (to === rows) break;
  }
  return windows;
}

/** Weights of the given row numbers: halved every `halfLife` rows before the latest of them, with mean 1. */
export function halfLifeWeights(kernel: Kernel, times: Int32Array, perDay: number, days: number): Float64Array {
  const weights = decay(kernel, times, perDay, days);
  const scale = weights.length / sum64(weights);
  return weights.map((weight) => weight * scale);
}

/** The same before they are brought to mean 1: the latest has 1. */
export function decay(kernel: Kernel, times: Int32Array, perDay: number, days: number): Float64Array {
  const latest = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return kernel.expAll(Float64Array.from(times, (t) => -Math.LN2 * ((latest - t) / perDay / days)));
}

/** Row numbers from, from + 1, .., to − 1. */
export function rowNumbers(from: number, to: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
