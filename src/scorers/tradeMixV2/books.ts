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
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return Math.sqrt(squares / values.length) >= activity_min_std;
}
