import { FitError } from "../../errors.js";
import { Pcg64 } from "../../numeric/random.js";
import type { BootstrapFits, BootstrapOptions, Dense } from "../ops/linear.js";
import { Design } from "./design.js";
import { fitWeighted } from "./logistic.js";

/** How often each row is covered by the blocks of one replicate (22 §3.5, 24 §4.6). */
export function blockMultiplicities(rows: number, block: number, seed: number): Int32Array {
  const blocks = Math.max(1, Math.floor(rows / block));
  const counts = new Int32Array(rows);
  for (const start of new Pcg64(seed).integers(rows - block + 1, blocks)) {
    for (let i = start; i < start + block; i++) counts[i]++;
  }
  return counts;
}

/** Replicates of which none is kept. */
export function noFits(replicates: number, cols: number): BootstrapFits {
  return {
    coef: new Float64Array(replicates * cols),
    intercept: new Float64Array(replicates),
    iterations: new Int32Array(replicates),
    kept: new Uint8Array(replicates),
  };
}

/** Block-bootstrapped fits: each replicate is one weighted fit of the rows it drew, a row drawn twice weighing double. */
export function bootstrapLogistic(
  x: Dense,
  y: Uint8Array,
  weights: Float64Array | null,
  options: BootstrapOptions,
): BootstrapFits {
  return bootstrapDesign(Design.fromDense(x), y, weights, options);
}

export function bootstrapDesign(
  design: Design,
  y: Uint8Array,
  weights: Float64Array | null,
  options: BootstrapOptions,
): BootstrapFits {
  const { from, to, block, bootstrapSeed } = options;
  const { rows, cols } = design;
  if (rows < block) throw new FitError(`a bootstrap in blocks of ${block} rows needs as many rows, not ${rows}`);
  const fits = noFits(to - from, cols);
  for (let b = from; b < to; b++) {
    const counts = blockMultiplicities(rows, block, bootstrapSeed + b);
    const drawn = Int32Array.from(counts.keys()).filter((i) => counts[i] > 0);
    const labels = y.filter((_, i) => counts[i] > 0);
    if (!labels.includes(0) || !labels.includes(1)) continue;
    const multiplicities = Float64Array.from(drawn, (i) => counts[i]);
    const rowWeights = multiplicities.map((m, k) => m * (weights === null ? 1 : weights[drawn[k]]));
    const sample = { design: design.gather(drawn), y: labels, weights: rowWeights, multiplicities };
    const fit = fitWeighted(sample, options);
    fits.coef.set(fit.coef, (b - from) * cols);
    fits.intercept[b - from] = fit.intercept;
    fits.iterations[b - from] = fit.iterations;
    fits.kept[b - from] = 1;
  }
  return fits;
}
