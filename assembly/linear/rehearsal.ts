// How much a fit's path amplifies rounding, from its second-order model: the path is run twice, the second time with noise in
// the gradient, at no cost to speak of. Collinear columns with long paths reach ten digits; most fits four.

import { mark, release } from "../arena";
import { Lbfgsb } from "../optimize/lbfgsb";
import { SecondOrder } from "./secondOrder";

const NOISE: f64 = 1e-12;

/** Largest change of a coefficient, relative to the largest coefficient and to the noise; NaN where the model has no end. */
export function rehearse(second: SecondOrder, r: i32, maxIter: i32, tol: f64): f64 {
  const level = mark();
  const size = second.size;
  const calm = run(second, r, Lbfgsb.create(size, maxIter, tol), 0);
  const noisy = run(second, r, Lbfgsb.create(size, maxIter, tol), NOISE);
  let largest: f64 = 0;
  let change: f64 = 0;
  for (let i: usize = 0, bytes = (<usize>size) << 3; i < bytes; i += 8) {
    largest = max<f64>(largest, abs<f64>(load<f64>(calm.x + i)));
    change = max<f64>(change, abs<f64>(load<f64>(calm.x + i) - load<f64>(noisy.x + i)));
  }
  release(level);
  return change / (largest * NOISE);
}

function run(second: SecondOrder, r: i32, fit: Lbfgsb, noise: f64): Lbfgsb {
  let state: u32 = 1;
  do {
    fit.f = second.mean(r, second.evaluate(r, fit.x, fit.g), fit.x);
    second.normalise(r, fit.x, fit.g);
    for (let i: usize = 0, bytes = (<usize>second.size) << 3; i < bytes; i += 8) {
      state = state * 1664525 + 1013904223; // Numerical Recipes' generator: any noise will do
      store<f64>(fit.g + i, load<f64>(fit.g + i) + (noise * <f64>(<i32>state)) / 2147483648.0);
    }
  } while (fit.advance());
  return fit;
}
