/** Relative-value books: how alike they are, and whether they move (53 §5 and §6). */
import type { Kernel } from "../../kernel/kernel.js";
import type { TradeMixV2Constants } from "../../profiles/profile.js";
import { type Book, EPS } from "./factors.js";

/** Cosines of the relative-value books of the last `window` rows. */
export function bookSimilarity(kernel: Kernel, books: readonly Book[], assets: number, window: number): Float64Array {
  const similarity = kernel.dotProducts(books.map(({ relative }) => relative.slice(-window * assets)));
  const norms = books.map((_, j) => Math.sqrt(similarity[j * books.length + j]) + EPS);
  return similarity.map((dot, i) => dot / (norms[Math.floor(i / norms.length)] * norms[i % norms.length]));
}

/** Whether the relative-value part moves at all after the warm-up. */
export function isActive(
  { relative }: Book,
  assets: number,
  { warmup_hours, activity_min_std }: TradeMixV2Constants,
): boolean {
  const values = relative.subarray(warmup_hours * assets);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) * (values[i] - mean);
  return Math.sqrt(squares / values.length) >= activity_min_std;
}
