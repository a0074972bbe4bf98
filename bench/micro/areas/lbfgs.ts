/** L-BFGS on dense designs: margins and gradients, nothing shared between fits (hit-first, breakouts). */
import type { Area } from "../case.js";
import { fitCase } from "../fits.js";
import { problem, randomOf, scaled } from "../inputs.js";

export const lbfgs: Area = (kernels, scale) => {
  const options = { solver: "lbfgs", C: 1, tol: 1e-4, maxIter: 500, balanced: true } as const;
  const rows = scaled(8000, scale);
  return [
    fitCase("lbfgs fit", kernels, problem(randomOf(4), rows, 50), options, 1e-8),
    fitCase("lbfgs fit", kernels, problem(randomOf(5), 4 * rows, 8), options, 1e-8),
  ];
};
