// Elastic-net logistic regression by SAGA, with the weights as scikit-learn 1.7.2 prepares them: rounded to the design's type,
// class weights counted from the rounded weights in float64, the product rounded again.

import { alloc } from "../arena";
import { Saga } from "../optimize/saga";
import { sagaSeed } from "../random/mt19937";

/** One float per row: the weight times its class weight. 0 when a label is absent. */
function sampleWeights<T extends number>(rows: i32, y: usize, weights: usize, balanced: bool): usize {
  const out = alloc(<usize>rows * sizeof<T>());
  let s0: f64 = 0;
  let s1: f64 = 0;
  let positives = 0;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const w = weights == 0 ? <T>1 : <T>load<f64>(weights + (i << 3));
    store<T>(out + i * sizeof<T>(), w);
    if (load<u8>(y + i) != 0) {
      s1 += <f64>w;
      positives++;
    } else s0 += <f64>w;
  }
  if (positives == 0 || positives == rows) return 0;
  if (balanced) {
    const w0 = (s0 + s1) / (2.0 * s0);
    const w1 = (s0 + s1) / (2.0 * s1);
    for (let i: usize = 0; i < <usize>rows; i++) {
      const at = out + i * sizeof<T>();
      store<T>(at, <T>(<f64>load<T>(at) * (load<u8>(y + i) != 0 ? w1 : w0)));
    }
  }
  return out;
}

/** out ← coefficients, intercept, epochs, 1 if converged. False when a label is absent. */
export function fitStochastic<T extends number>(
  x: usize,
  rows: i32,
  cols: i32,
  y: usize,
  weights: usize,
  C: f64,
  tolerance: f64,
  maxIterations: i32,
  balanced: bool,
  intercept: bool,
  l1Ratio: f64,
  seed: u32,
  out: usize,
): bool {
  const costs = sampleWeights<T>(rows, y, weights, balanced);
  if (costs == 0) return false;
  const saga = Saga.create<T>(x, rows, cols, y, costs, C, l1Ratio, intercept, sagaSeed(seed));
  saga.run(tolerance, maxIterations);
  for (let j = 0; j < cols; j++) store<f64>(out + ((<usize>j) << 3), saga.coefficient(j));
  const end = out + ((<usize>cols) << 3);
  store<f64>(end, <f64>saga.intercept);
  store<f64>(end, <f64>saga.epochs, 8);
  store<f64>(end, <f64>saga.converged, 16);
  return true;
}
