// The loss of GroupedLogistic over a window whose rows all hold the same vector, added up row by row as liblinear does. Balanced
// classes then leave no gradient but rounding noise, on which it depends whether the fit stays at 0, and with it an AUC over
// rows that two such fits score (50-profile-2026-07 §3.1): the noise must be liblinear's own.

import { alloc } from "../arena";
import { exp } from "../numeric/exp";
import { log } from "../numeric/log";
import { WeightedGroups } from "./weightedGroups";

@unmanaged
export class UniformLogistic {
  window: WeightedGroups;
  /** Of the last evaluate(). */
  value: f64;

  private costs: usize; // float64 per weighted row: those of class 0, then those of class 1
  private count0: i32;
  private count1: i32;
  private z: f64; // margin at the last evaluate()

  static over(window: WeightedGroups): UniformLogistic {
    const self = changetype<UniformLogistic>(alloc(offsetof<UniformLogistic>()));
    self.window = window;
    self.costs = alloc((<usize>window.present.count) << 3);
    return self;
  }

  /** Class weights of the window as it now stands, times C. */
  balance(C: f64): void {
    const window = this.window;
    const total = window.total0 + window.total1;
    this.count0 = window.costs(0, C * (total / (2 * window.total0)), this.costs);
    this.count1 = window.costs(1, C * (total / (2 * window.total1)), this.ones());
  }

  evaluate(v: usize, gradient: usize): void {
    let squares: f64 = 0;
    for (let j: usize = 0; j <= <usize>this.window.present.width; j++) {
      const vj = load<f64>(v + (j << 3));
      squares += vj * vj;
    }
    const z = this.product(v);
    this.z = z;
    let value = squares / 2;
    value = UniformLogistic.addScaled(this.costs, this.count0, UniformLogistic.loss(-z), value);
    this.value = UniformLogistic.addScaled(this.ones(), this.count1, UniformLogistic.loss(z), value);
    this.regularise(v, -(UniformLogistic.sigmoid(-z) - 1), UniformLogistic.sigmoid(z) - 1, 1, gradient);
  }

  /** out ← H d with the Hessian where evaluate() was last. */
  multiply(d: usize, out: usize): void {
    const s0 = UniformLogistic.sigmoid(-this.z);
    const s1 = UniformLogistic.sigmoid(this.z);
    this.regularise(d, s0 * (1 - s0), s1 * (1 - s1), this.product(d), out);
  }

  /** out ← v + Σ_i x cost_i slope_i factor, with one slope per class. */
  private regularise(v: usize, slope0: f64, slope1: f64, factor: f64, out: usize): void {
    const group = this.window.only;
    let x = this.window.present.x + ((<usize>group) << 3);
    for (let j: usize = 0; j <= <usize>this.window.present.width; j++, x += this.window.present.stride) {
      const xj = load<f64>(x);
      let sum = UniformLogistic.addProducts(this.costs, this.count0, slope0, factor, xj, 0);
      sum = UniformLogistic.addProducts(this.ones(), this.count1, slope1, factor, xj, sum);
      store<f64>(out + (j << 3), load<f64>(v + (j << 3)) + sum);
    }
  }

  @inline
  private ones(): usize {
    return this.costs + ((<usize>this.count0) << 3);
  }

  private product(v: usize): f64 {
    let x = this.window.present.x + ((<usize>this.window.only) << 3);
    let sum: f64 = 0;
    for (let j: usize = 0; j <= <usize>this.window.present.width; j++, x += this.window.present.stride) {
      sum += load<f64>(v + (j << 3)) * load<f64>(x);
    }
    return sum;
  }

  private static loss(margin: f64): f64 {
    return margin >= 0 ? log(1 + exp(-margin)) : -margin + log(1 + exp(margin));
  }

  private static sigmoid(margin: f64): f64 {
    return 1 / (1 + exp(-margin));
  }

  private static addScaled(costs: usize, count: i32, factor: f64, sum: f64): f64 {
    for (const end = costs + ((<usize>count) << 3); costs < end; costs += 8) sum += load<f64>(costs) * factor;
    return sum;
  }

  private static addProducts(costs: usize, count: i32, slope: f64, factor: f64, x: f64, sum: f64): f64 {
    for (const end = costs + ((<usize>count) << 3); costs < end; costs += 8) {
      sum += x * (load<f64>(costs) * slope * factor);
    }
    return sum;
  }
}
