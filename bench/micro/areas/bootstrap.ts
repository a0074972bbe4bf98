/** Twenty bootstrapped fits: lbfgs over pooled forecasts (cross-section challenges), liblinear over buckets. */
import { bootstrapDesign } from "../../../src/kernel/js/bootstrap.js";
import { Design } from "../../../src/kernel/js/design.js";
import type { BootstrapFits, BootstrapOptions } from "../../../src/kernel/ops/linear.js";
import type { PooledColumns } from "../../../src/kernel/ops/pooled.js";
import { type Area, type Case, joined, type Kernels, type Outcome } from "../case.js";
import { FORMS } from "../fits.js";
import { forecasts, labels, problem, randomOf, scaled } from "../inputs.js";

const REPLICATES = { from: 0, to: 20, block: 120, bootstrapSeed: 7961, balanced: true } as const;

export const bootstrap: Area = (kernels, scale) => [pooled(kernels, scale), buckets(kernels, scale)];

function outcome({ coef, intercept }: BootstrapFits): Outcome {
  return { values: joined(coef, intercept) };
}

function pooled({ wasm, js }: Kernels, scale: number): Case {
  const options: BootstrapOptions = { ...REPLICATES, solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 200 };
  const assets = 33;
  const miners = 20;
  const rows = scaled(2000, scale);
  const random = randomOf(9);
  const y = labels(random, rows * assets);
  const columns: PooledColumns = {
    labels: y,
    assets,
    columns: Array.from({ length: miners }, (_, k) => forecasts(random, y, 0.02 * k)),
    muted: Array.from({ length: miners }, () => null),
    ranges: Int32Array.of(0, rows),
    weight: new Float64Array(miners).fill(0.8),
    intercept: new Float64Array(miners).fill(0.01),
  };
  const { x, y: kept } = wasm.pooledDesign(columns);
  return {
    name: `pooledBootstrap, 20 of ${x.rows} × ${x.cols}`,
    tolerance: 1e-6,
    ways: [
      { name: "wasm", run: () => outcome(wasm.pooledBootstrap(columns, options).fits) },
      ...FORMS.map(([name, narrow]) => ({
        name,
        run: () => {
          const made = js.pooledDesign(columns);
          return outcome(bootstrapDesign(Design.fromDense(made.x, narrow), made.y, null, options));
        },
      })),
    ],
    python: { task: "bootstrap", columns: { x: x.values, y: kept }, options: { rows: x.rows, ...options } },
  };
}

function buckets({ wasm }: Kernels, scale: number): Case {
  const options: BootstrapOptions = { ...REPLICATES, solver: "liblinear", C: 0.1, tol: 1e-4, maxIter: 100 };
  const { x, y } = problem(randomOf(10), scaled(12_000, scale), 24);
  return {
    name: `liblinear bootstrap, 20 of ${x.rows} × ${x.cols}`,
    tolerance: 1e-6,
    ways: [
      { name: "wasm", run: () => outcome(wasm.bootstrapLogistic(x, y, null, options)) },
      ...FORMS.map(([name, narrow]) => ({
        name,
        run: () => outcome(bootstrapDesign(Design.fromDense(x, narrow), y, null, options)),
      })),
    ],
    python: { task: "bootstrap", columns: { x: x.values, y }, options: { rows: x.rows, ...options } },
  };
}
