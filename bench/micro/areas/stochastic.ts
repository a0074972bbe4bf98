/** Elastic nets of the binary challenges: SAGA as the reference takes its steps, coordinate descent to the optimum. */
import { type Area, bothBackends, type Case } from "../case.js";
import { outcomeOf, pythonFit } from "../fits.js";
import { problem, randomOf, scaled } from "../inputs.js";

export const stochastic: Area = (kernels, scale) => {
  const { x, y } = problem(randomOf(8), scaled(20_000, scale), 12, true);
  const elasticNet = { C: 1, l1Ratio: 0.5, maxIter: 2000, balanced: true, seed: 42 };
  const saga = { ...elasticNet, solver: "saga", tol: 1e-4 } as const;
  const cd = { ...elasticNet, solver: "cd", tol: 1e-10 } as const;
  const cases: Case[] = [saga, cd].map((options) => ({
    name: `${options.solver} fit, ${x.rows} × ${x.cols}`,
    tolerance: 1e-6,
    ways: bothBackends(kernels, (kernel) => outcomeOf(kernel.fitLogistic(x, y, null, options))),
  }));
  // scikit-learn has no coordinate descent for this problem
  return [{ ...cases[0]!, python: pythonFit({ x, y }, saga) }, cases[1]!];
};
