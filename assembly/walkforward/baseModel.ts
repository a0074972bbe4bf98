// The base model of a binary challenge: liblinear's balanced L2 logistic regression on a window of one miner's rows.

import { alloc } from "../arena";
import { Tron } from "../optimize/tron";
import { GroupedLogistic } from "./groupedLogistic";
import { PresentRows } from "./presentRows";
import { UniformLogistic } from "./uniformLogistic";
import { WeightedGroups } from "./weightedGroups";

@unmanaged
export class BaseModel {
  present: PresentRows;
  window: WeightedGroups;
  /** width coefficients, then the intercept. */
  v: usize;
  iterations: i32;

  private loss: GroupedLogistic;
  private uniform: UniformLogistic; // for windows of one vector only
  private tron: Tron;
  private C: f64;
  private tolerance: f64;
  private maxIterations: i32;

  static over(
    present: PresentRows,
    labels: usize,
    weights: usize,
    C: f64,
    tolerance: f64,
    maxIterations: i32,
  ): BaseModel {
    const self = changetype<BaseModel>(alloc(offsetof<BaseModel>()));
    self.present = present;
    self.window = WeightedGroups.over(present, labels, weights);
    self.loss = GroupedLogistic.over(self.window);
    self.uniform = UniformLogistic.over(self.window);
    self.tron = Tron.create(present.width + 1);
    self.v = self.tron.w;
    self.C = C;
    self.tolerance = tolerance;
    self.maxIterations = maxIterations;
    self.iterations = -1;
    return self;
  }

  /** Fits the window from scratch; it holds both classes. */
  fit(): void {
    const window = this.window;
    const smaller = max<i32>(min<i32>(window.weighted0, window.weighted1), 1);
    const tolerance = (this.tolerance * <f64>smaller) / <f64>(window.weighted0 + window.weighted1);
    this.tron.start(tolerance, this.maxIterations);
    if (window.only >= 0) this.minimiseUniform();
    else this.minimise();
    this.iterations = this.tron.iterations;
  }

  private minimise(): void {
    const loss = this.loss;
    const tron = this.tron;
    loss.balance(this.C);
    while (tron.wants != Tron.NOTHING) {
      if (tron.wants == Tron.VALUE) {
        loss.evaluate(tron.point, tron.answer);
        tron.f = loss.value;
      } else {
        loss.multiply(tron.point, tron.answer);
      }
      tron.advance();
    }
  }

  private minimiseUniform(): void {
    const loss = this.uniform;
    const tron = this.tron;
    loss.balance(this.C);
    while (tron.wants != Tron.NOTHING) {
      if (tron.wants == Tron.VALUE) {
        loss.evaluate(tron.point, tron.answer);
        tron.f = loss.value;
      } else {
        loss.multiply(tron.point, tron.answer);
      }
      tron.advance();
    }
  }

  /** x·coef + intercept of a nonzero row, features in order. */
  decision(group: i32): f64 {
    let x = this.present.x + ((<usize>group) << 3);
    let sum: f64 = 0;
    for (let j: i32 = 0; j <= this.present.width; j++, x += this.present.stride) {
      sum += load<f64>(this.v + ((<usize>j) << 3)) * load<f64>(x);
    }
    return sum;
  }
}
