/** TRON: a base model of the binary challenges (two columns) and a bucket classifier (many). */
import type { Area } from "../case.js";
import { fitCase } from "../fits.js";
import { problem, randomOf, scaled } from "../inputs.js";

export const tron: Area = (kernels, scale) => {
  const options = { solver: "liblinear", balanced: true, maxIter: 100 } as const;
  return [
    fitCase(
      "liblinear fit",
      kernels,
      problem(randomOf(6), scaled(40_000, scale), 2),
      { ...options, C: 0.5, tol: 1e-3 },
      1e-8,
    ),
    fitCase(
      "liblinear fit",
      kernels,
      problem(randomOf(7), scaled(20_000, scale), 50),
      { ...options, C: 0.1, tol: 1e-4 },
      1e-8,
    ),
  ];
};
