/** Logistic fits as cases. */
import { Design } from "../../src/kernel/js/design.js";
import { fitWeighted } from "../../src/kernel/js/logistic.js";
import type { LogisticFit, LogisticOptions } from "../../src/kernel/ops/linear.js";
import { type Case, joined, type Kernels, type Outcome, type Way } from "./case.js";
import type { Problem } from "./inputs.js";

export const outcomeOf = ({ coef, intercept, converged }: LogisticFit): Outcome => ({
  values: joined(coef, intercept),
  converged,
});

/** Both forms of the JavaScript backend, which takes typed arrays for narrow designs and ml-matrix for wide ones. */
export const FORMS = [
  ["js, typed arrays", Number.POSITIVE_INFINITY],
  ["js, ml-matrix", 0],
] as const;

export function fitCase(
  name: string,
  { wasm }: Kernels,
  { x, y }: Problem,
  options: LogisticOptions,
  tolerance: number,
): Case {
  const forms: Way[] = FORMS.map(([form, narrow]) => ({
    name: form,
    run: () =>
      outcomeOf(fitWeighted({ design: Design.fromDense(x, narrow), y, weights: null, multiplicities: null }, options)),
  }));
  return {
    name: `${name}, ${x.rows} × ${x.cols}`,
    tolerance,
    ways: [{ name: "wasm", run: () => outcomeOf(wasm.fitLogistic(x, y, null, options)) }, ...forms],
    python: pythonFit({ x, y }, options),
  };
}

export function pythonFit({ x, y }: Problem, options: LogisticOptions) {
  return { task: "logistic", columns: { x: x.values, y }, options: { rows: x.rows, ...options } };
}
