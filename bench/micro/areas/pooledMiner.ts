/** All base fits and selection AUCs of one miner of a cross-section challenge, from histograms of its codes. */
import { type Area, bothBackends, joined } from "../case.js";
import { forecasts, labels, randomOf, scaled } from "../inputs.js";

export const pooledMiner: Area = (kernels, scale) => {
  const assets = 33;
  const rows = scaled(10_000, scale);
  const random = randomOf(11);
  const y = labels(random, rows * assets);
  const codes = forecasts(random, y, 0.1);
  const at = (share: number) => Math.floor(rows * share);
  const selections = Int32Array.of(
    ...[at(0.25), at(0.25), at(0.5)],
    ...[at(0.5), at(0.5), at(0.75)],
    ...[at(0.75), at(0.75), rows],
  );
  const fits = Int32Array.of(at(0.5), at(0.75), rows);
  const options = { minFit: 50, minEval: 50, minDistinct: 0, C: 0.5, tol: 1e-4, maxIter: 200 };
  return [
    {
      name: `pooledMiner, ${rows} rows × ${assets} assets`,
      tolerance: 1e-8,
      ways: bothBackends(kernels, (kernel) => {
        const found = kernel.pooledMiner(codes, y, assets, null, { selections, fits, ...options });
        const { selections: selected, fits: fitted } = found;
        return { values: joined(found.auc, selected.weight, selected.intercept, fitted.weight, fitted.intercept) };
      }),
      python: {
        task: "pooled_miner",
        columns: { codes, y, selections, fits },
        options: { assets, C: options.C, tol: options.tol, maxIter: options.maxIter },
      },
    },
  ];
};
