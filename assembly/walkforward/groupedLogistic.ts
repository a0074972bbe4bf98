// The balanced L2 logistic loss of a window of grouped rows, as liblinear states it (10-numerics §3.1): one exponential and
// one logarithm serve both classes of a group. Parameters are the coefficients and, last, the intercept, penalised alike.
//
//   f(v) = v·v/2 + Σ_g c1_g log(1 + e^-z) + c0_g log(1 + e^z),   z = x_g·v
//   g(v) = v + Σ_g (c0_g σ - c1_g (1 - σ)) x_g,   H(v) = I + Σ_g (c0_g + c1_g) σ(1-σ) x_g x_gᵀ,   σ = 1/(1 + e^-z)
//
// Groups are walked in blocks that stay in the first-level cache: margins, then the loss, then its moments.

import { alloc } from "../arena";
import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";
import { WeightedGroups } from "./weightedGroups";

const BLOCK: i32 = 256;
const LOG_2: f64 = 0.6931471805599453;

@unmanaged
export class GroupedLogistic {
  window: WeightedGroups;
  /** Number of parameters: width + 1. */
  n: i32;
  /** Of the last evaluate(). */
  value: f64;

  private cost0: f64; // C times the class weight
  private cost1: f64;
  private hessian: usize;
  private stale: bool; // hessian is not yet that of the last evaluate()
  private margin: usize; // per group of a block: z, then the slope
  private curvature: usize; // per group of the window: (c0 + c1) σ (1 - σ)

  static over(window: WeightedGroups): GroupedLogistic {
    const self = changetype<GroupedLogistic>(alloc(offsetof<GroupedLogistic>()));
    const n = window.present.width + 1;
    self.window = window;
    self.n = n;
    self.hessian = alloc((<usize>(n * n)) << 3);
    self.margin = alloc((<usize>BLOCK) << 3);
    self.curvature = alloc((<usize>window.present.groups + 2) << 3);
    return self;
  }

  /** Class weights of the window as it now stands: total / (2 total_c), times C. */
  balance(C: f64): void {
    const window = this.window;
    const total = window.total0 + window.total1;
    this.cost0 = C * (total / (2 * window.total0));
    this.cost1 = C * (total / (2 * window.total1));
  }

  /** Value and gradient at v; keeps the curvatures for multiply(). */
  evaluate(v: usize, gradient: usize): void {
    const n = this.n;
    let penalty: f64 = 0;
    let origin = true;
    for (let j: i32 = 0; j < n; j++) {
      const vj = load<f64>(v + ((<usize>j) << 3));
      store<f64>(gradient + ((<usize>j) << 3), vj);
      penalty += vj * vj;
      if (vj != 0) origin = false;
    }
    this.value = penalty * 0.5;
    this.stale = true;
    for (let from: i32 = 0; from < this.window.groups; from += BLOCK) {
      const pairs = (min<i32>(BLOCK, this.window.groups - from) + 1) >> 1;
      if (origin) this.start(from, pairs);
      else {
        this.margins(v, from, pairs);
        this.lossAndSlopes(from, pairs);
      }
      this.addGradient(from, pairs, gradient);
    }
  }

  /** out ← H d with the Hessian where evaluate() was last. */
  multiply(d: usize, out: usize): void {
    const n = this.n;
    if (this.stale) this.refreshHessian();
    for (let j: i32 = 0; j < n; j++) {
      const row = this.hessian + ((<usize>(j * n)) << 3);
      let sum: f64 = 0;
      for (let k: usize = 0; k < (<usize>n) << 3; k += 8) sum += load<f64>(row + k) * load<f64>(d + k);
      store<f64>(out + ((<usize>j) << 3), sum);
    }
  }

  /** The Hessian, n × n, from the curvatures. */
  private refreshHessian(): void {
    const n = this.n;
    this.stale = false;
    for (let j: i32 = 0; j < n * n; j++) store<f64>(this.hessian + ((<usize>j) << 3), 0);
    for (let from: i32 = 0; from < this.window.groups; from += BLOCK) {
      this.addHessian(from, (min<i32>(BLOCK, this.window.groups - from) + 1) >> 1);
    }
    for (let j: i32 = 0; j < n; j++) {
      const diagonal = this.hessian + ((<usize>(j * n + j)) << 3);
      store<f64>(diagonal, 1 + load<f64>(diagonal));
      for (let k: i32 = 0; k < j; k++) {
        store<f64>(this.hessian + ((<usize>(k * n + j)) << 3), load<f64>(this.hessian + ((<usize>(j * n + k)) << 3)));
      }
    }
  }

  private margins(v: usize, from: i32, pairs: i32): void {
    const bytes = (<usize>pairs) << 4;
    const z = this.margin;
    let x = this.window.present.x + ((<usize>from) << 3);
    let vj = v128.load64_splat(v);
    for (let i: usize = 0; i < bytes; i += 16) v128.store(z + i, f64x2.mul(vj, v128.load(x + i)));
    for (let j: usize = 1; j < <usize>this.n; j++) {
      x += this.window.present.stride;
      vj = v128.load64_splat(v + (j << 3));
      for (let i: usize = 0; i < bytes; i += 16) {
        v128.store(z + i, f64x2.add(v128.load(z + i), f64x2.mul(vj, v128.load(x + i))));
      }
    }
  }

  /** Turns margins into slopes; adds the loss and stores curvatures. */
  private lossAndSlopes(from: i32, pairs: i32): void {
    const z = this.margin;
    const offset = (<usize>from) << 3;
    const weight0 = this.window.weight0 + offset;
    const weight1 = this.window.weight1 + offset;
    const curvature = this.curvature + offset;
    const cost0 = f64x2.splat(this.cost0);
    const cost1 = f64x2.splat(this.cost1);
    const one = f64x2.splat(1);
    const zero = f64x2.splat(0);
    let loss = zero;
    for (let i: usize = 0; i < (<usize>pairs) << 4; i += 16) {
      const m = v128.load(z + i);
      const c0 = f64x2.mul(cost0, v128.load(weight0 + i));
      const c1 = f64x2.mul(cost1, v128.load(weight1 + i));
      const c = f64x2.add(c0, c1);
      const e = Exp.pair(f64x2.neg(f64x2.abs(m)));
      const u = f64x2.add(one, e);
      // the misfitting class pays |z| on top of log(1 + e^-|z|)
      const positive = f64x2.ge(m, zero);
      const misfit = f64x2.mul(v128.bitselect(c0, c1, positive), f64x2.abs(m));
      loss = f64x2.add(loss, f64x2.add(f64x2.mul(c, Log.pair(u)), misfit));
      const larger = f64x2.div(one, u); // σ(|z|)
      const smaller = f64x2.mul(e, larger); // σ(-|z|)
      // slope = c0 σ(z) - c1 σ(-z)
      const up = v128.bitselect(larger, smaller, positive);
      const down = v128.bitselect(smaller, larger, positive);
      v128.store(z + i, f64x2.sub(f64x2.mul(c0, up), f64x2.mul(c1, down)));
      v128.store(curvature + i, f64x2.mul(c, f64x2.mul(larger, smaller)));
    }
    this.value += f64x2.extract_lane(loss, 0) + f64x2.extract_lane(loss, 1);
  }

  /** The same at v = 0, where σ = 1/2 for all. */
  private start(from: i32, pairs: i32): void {
    const z = this.margin;
    const offset = (<usize>from) << 3;
    const weight0 = this.window.weight0 + offset;
    const weight1 = this.window.weight1 + offset;
    const curvature = this.curvature + offset;
    const cost0 = f64x2.splat(this.cost0);
    const cost1 = f64x2.splat(this.cost1);
    const half = f64x2.splat(0.5);
    const quarter = f64x2.splat(0.25);
    let sum = f64x2.splat(0);
    for (let i: usize = 0; i < (<usize>pairs) << 4; i += 16) {
      const c0 = f64x2.mul(cost0, v128.load(weight0 + i));
      const c1 = f64x2.mul(cost1, v128.load(weight1 + i));
      const c = f64x2.add(c0, c1);
      sum = f64x2.add(sum, c);
      v128.store(z + i, f64x2.mul(half, f64x2.sub(c0, c1)));
      v128.store(curvature + i, f64x2.mul(quarter, c));
    }
    this.value += LOG_2 * (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }

  private addGradient(from: i32, pairs: i32, gradient: usize): void {
    const slope = this.margin;
    let x = this.window.present.x + ((<usize>from) << 3);
    for (let j: usize = 0; j < <usize>this.n; j++, x += this.window.present.stride) {
      let sum = f64x2.splat(0);
      for (let i: usize = 0; i < (<usize>pairs) << 4; i += 16) {
        sum = f64x2.add(sum, f64x2.mul(v128.load(slope + i), v128.load(x + i)));
      }
      GroupedLogistic.increase(gradient + (j << 3), sum);
    }
  }

  /** Lower triangle only. */
  private addHessian(from: i32, pairs: i32): void {
    const d = this.curvature + ((<usize>from) << 3);
    const x = this.window.present.x + ((<usize>from) << 3);
    const stride = this.window.present.stride;
    for (let j: usize = 0; j < <usize>this.n; j++) {
      const xj = x + j * stride;
      for (let k: usize = 0; k <= j; k++) {
        const xk = x + k * stride;
        let sum = f64x2.splat(0);
        for (let i: usize = 0; i < (<usize>pairs) << 4; i += 16) {
          sum = f64x2.add(sum, f64x2.mul(v128.load(d + i), f64x2.mul(v128.load(xj + i), v128.load(xk + i))));
        }
        GroupedLogistic.increase(this.hessian + ((j * <usize>this.n + k) << 3), sum);
      }
    }
  }

  @inline
  private static increase(p: usize, pair: v128): void {
    store<f64>(p, load<f64>(p) + (f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)));
  }
}
