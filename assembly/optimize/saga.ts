// SAGA (Defazio, Bach, Lacoste-Julien 2014) for the elastic-net logistic regression on dense rows, in the very steps of
// scikit-learn 1.7.2: float32 designs run in float32 with the same roundings (T = f32), float64 designs in float64. Rows are
// sampled by a 32-bit xorshift; the step that the average gradient and the L1 penalty ask for is taken just before the next
// sample is used, as a difference of running sums whose rounding is part of the answer.
//
//   minimise (1/n) Σ s_i loss_i + (α/2)|w|² + β|w|₁,   α = (1 − l1)/(C n),  β = l1/(C n)

import { alloc, allocZeroed } from "../arena";
import { exp } from "../numeric/exp";
import { Xorshift } from "../random/xorshift";

const FEW: i32 = 1024; // samples per call, so that the engine can optimise the loop within the first epoch

@unmanaged
export class Saga<T extends number> {
  /** Coefficients, padded; read them through coefficient(). */
  private w: usize;
  intercept: T;
  epochs: i32;
  converged: bool;

  private rows: i32;
  private cols: i32;
  private stride: usize; // bytes per row, columns padded to a whole number of vectors
  private x: usize; // row-major
  private y: usize;
  private weights: usize;
  private penaliseL2: f64; // α
  private penaliseL1: f64; // β
  private free: bool; // there is an intercept
  private step: f64;
  private gradient: usize; // Σ of the stored gradients
  private interceptGradient: T;
  private memory: usize; // last slope of every row
  private seen: usize;
  private known: i32; // rows seen
  private previous: usize;
  private state: u32;
  private scale: T;
  private shrink: T;
  private moved: T; // running sum of the steps along the average gradient, and its value one sample earlier
  private movedBefore: T;
  private pulled: T; // likewise for the L1 penalty
  private pulledBefore: T;

  /**
   * `x`: rows × cols column-major of T; `y`: bytes 0 or 1; `weights`: T per row, class weights included, kept by reference;
   * `state`: the generator's first state (sagaSeed).
   */
  static create<T extends number>(
    x: usize,
    rows: i32,
    cols: i32,
    y: usize,
    weights: usize,
    C: f64,
    l1Ratio: f64,
    free: bool,
    state: u32,
  ): Saga<T> {
    const self = changetype<Saga<T>>(allocZeroed(offsetof<Saga<T>>()));
    const lanes = <i32>(16 / sizeof<T>());
    const width = ((cols + lanes - 1) / lanes) * lanes;
    self.rows = rows;
    self.cols = cols;
    self.stride = <usize>width * sizeof<T>();
    self.y = y;
    self.weights = weights;
    self.free = free;
    self.state = state;
    self.penaliseL2 = ((1.0 / C) * (1.0 - l1Ratio)) / <f64>rows;
    self.penaliseL1 = ((1.0 / C) * l1Ratio) / <f64>rows;
    self.x = alloc(max<usize>(self.stride * <usize>rows, 16));
    self.w = allocZeroed(self.stride);
    self.gradient = allocZeroed(self.stride);
    self.previous = allocZeroed(self.stride);
    self.memory = allocZeroed(<usize>rows * sizeof<T>());
    self.seen = allocZeroed(<usize>rows);
    for (let i = 0; i < rows; i++) self.packRow(x, i);
    self.step = self.stepSize();
    self.shrink = <T>(1.0 - self.step * self.penaliseL2);
    return self;
  }

  private packRow(x: usize, i: i32): void {
    const row = this.x + this.stride * <usize>i;
    memory.fill(row, 0, this.stride);
    for (let j = 0; j < this.cols; j++) {
      store<T>(row + <usize>j * sizeof<T>(), load<T>(x + (<usize>j * <usize>this.rows + <usize>i) * sizeof<T>()));
    }
  }

  /** The library's step, every operation rounded to T. */
  private stepSize(): f64 {
    let largest: T = 0;
    for (let i = 0; i < this.rows; i++) {
      const square = this.squareNorm(this.x + this.stride * <usize>i);
      if (square > largest) largest = square;
    }
    const lipschitz = <T>0.25 * (largest + (this.free ? <T>1 : <T>0)) + <T>this.penaliseL2;
    const convexity = <T>min<f64>(2.0 * <f64>this.rows * this.penaliseL2, <f64>lipschitz);
    return <f64>(<T>1 / (<T>2 * lipschitz + convexity));
  }

  /** Σ x² of a row in the order of numpy's einsum: blocks of four vectors, the last of them first. */
  private squareNorm(row: usize): T {
    const lanes = <i32>(16 / sizeof<T>());
    let left = this.cols;
    let sum = sizeof<T>() == 4 ? f32x4.splat(0) : f64x2.splat(0);
    for (; left >= 4 * lanes; left -= 4 * lanes, row += 64) {
      sum = Saga.squared<T>(v128.load(row, 48), sum);
      sum = Saga.squared<T>(v128.load(row, 32), sum);
      sum = Saga.squared<T>(v128.load(row, 16), sum);
      sum = Saga.squared<T>(v128.load(row), sum);
    }
    for (; left > 0; left -= lanes, row += 16) sum = Saga.squared<T>(v128.load(row), sum);
    if (sizeof<T>() == 4) {
      const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
      const high = f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
      return <T>(low + high);
    }
    return <T>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }

  @inline
  static squared<T extends number>(x: v128, sum: v128): v128 {
    if (sizeof<T>() == 4) return f32x4.add(f32x4.mul(x, x), sum);
    return f64x2.add(f64x2.mul(x, x), sum);
  }

  /** Epochs until no coefficient moves by more than `tolerance` times the largest, or the limit. */
  run(tolerance: f64, maxEpochs: i32): void {
    this.epochs = 0;
    this.converged = false;
    while (this.epochs < maxEpochs) {
      this.scale = <T>1;
      this.moved = this.movedBefore = this.pulled = this.pulledBefore = <T>0;
      for (let t = 0; t < this.rows; t += FEW) this.samples(t, min<i32>(t + FEW, this.rows));
      this.catchUp();
      this.epochs++;
      if (this.settled(tolerance)) {
        this.converged = true;
        return;
      }
    }
  }

  private samples(from: i32, to: i32): void {
    for (let t = from; t < to; t++) this.sample(t > 0);
  }

  private sample(late: bool): void {
    this.state = Xorshift.next(this.state);
    const i = <usize>(Xorshift.value(this.state) % <u32>this.rows);
    if (load<u8>(this.seen + i) == 0) {
      store<u8>(this.seen + i, 1);
      this.known++;
    }
    if (late) this.catchUp();
    const row = this.x + this.stride * i;
    const size = sizeof<T>();
    let product: T = 0;
    for (let j: usize = 0, end = <usize>this.cols * size; j < end; j += size) {
      product = product + load<T>(this.w + j) * load<T>(row + j);
    }
    const z = <f64>(this.scale * product + this.intercept);
    const y = <f64>load<u8>(this.y + i);
    let slope: f64;
    if (z > -37.0) {
      const e = exp(-z);
      slope = (1.0 - y - y * e) / (1.0 + e);
    } else slope = exp(z) - y;
    const gradient = <T>(slope * <f64>load<T>(this.weights + i * size));
    this.scale = this.scale * this.shrink;
    const change = gradient - load<T>(this.memory + i * size);
    const known = <f64>this.known;
    const correction = 1.0 - 1.0 / known;
    this.descend(row, change, correction);
    const step = this.step;
    if (this.free) {
      this.interceptGradient = this.interceptGradient + change;
      const part = <T>(<f64>change * (step * correction));
      this.intercept = <T>(<f64>this.intercept - ((step * <f64>this.interceptGradient) / known + <f64>part));
    }
    store<T>(this.memory + i * size, gradient);
    this.movedBefore = this.moved;
    this.pulledBefore = this.pulled;
    this.moved = <T>(<f64>this.moved + step / <f64>(this.scale * <T>known));
    this.pulled = <T>(<f64>this.pulled + (step * this.penaliseL1) / <f64>this.scale);
  }

  /** The sample's own part of the step, and its part of the gradients' sum. */
  private descend(row: usize, change: T, correction: f64): void {
    if (sizeof<T>() == 4) {
      const d = f32x4.splat(<f32>change);
      const step = f64x2.splat(this.step);
      const part = f64x2.splat(correction);
      const scale = f64x2.splat(<f64>this.scale);
      for (let j: usize = 0; j < this.stride; j += 16) {
        const q = f32x4.mul(v128.load(row + j), d);
        const w = v128.load(this.w + j);
        const low = Saga.narrowStep(w, q, step, part, scale);
        const high = Saga.narrowStep(
          v128.shuffle<i32>(w, w, 2, 3, 2, 3),
          v128.shuffle<i32>(q, q, 2, 3, 2, 3),
          step,
          part,
          scale,
        );
        v128.store(this.w + j, v128.shuffle<i32>(low, high, 0, 1, 4, 5));
        v128.store(this.gradient + j, f32x4.add(v128.load(this.gradient + j), q));
      }
    } else {
      const d = f64x2.splat(<f64>change);
      const step = f64x2.splat(this.step);
      const part = f64x2.splat(correction);
      const scale = f64x2.splat(<f64>this.scale);
      for (let j: usize = 0; j < this.stride; j += 16) {
        const q = f64x2.mul(v128.load(row + j), d);
        const move = f64x2.div(f64x2.mul(f64x2.mul(q, step), part), scale);
        v128.store(this.w + j, f64x2.sub(v128.load(this.w + j), move));
        v128.store(this.gradient + j, f64x2.add(v128.load(this.gradient + j), q));
      }
    }
  }

  /** Two float32 lanes of w − ((q · step) · part) / scale, formed in float64 and rounded once. */
  @inline
  static narrowStep(w: v128, q: v128, step: v128, part: v128, scale: v128): v128 {
    const move = f64x2.div(f64x2.mul(f64x2.mul(f64x2.promote_low_f32x4(q), step), part), scale);
    return f32x4.demote_f64x2_zero(f64x2.sub(f64x2.promote_low_f32x4(w), move));
  }

  /** The step along the average gradient and towards 0 that is due since the last sample. */
  private catchUp(): void {
    const a = this.moved - this.movedBefore;
    const k = this.pulled - this.pulledBefore;
    const shrinking = this.penaliseL1 > 0;
    if (sizeof<T>() == 4) {
      const along = f32x4.splat(<f32>a);
      const pull = f32x4.splat(<f32>k);
      const zero = f32x4.splat(0);
      for (let j: usize = 0; j < this.stride; j += 16) {
        let w = f32x4.sub(v128.load(this.w + j), f32x4.mul(along, v128.load(this.gradient + j)));
        if (shrinking) {
          w = f32x4.sub(f32x4.max(f32x4.sub(w, pull), zero), f32x4.max(f32x4.sub(f32x4.neg(w), pull), zero));
        }
        v128.store(this.w + j, w);
      }
    } else {
      const along = f64x2.splat(<f64>a);
      const pull = f64x2.splat(<f64>k);
      const zero = f64x2.splat(0);
      for (let j: usize = 0; j < this.stride; j += 16) {
        let w = f64x2.sub(v128.load(this.w + j), f64x2.mul(along, v128.load(this.gradient + j)));
        if (shrinking) {
          w = f64x2.sub(f64x2.max(f64x2.sub(w, pull), zero), f64x2.max(f64x2.sub(f64x2.neg(w), pull), zero));
        }
        v128.store(this.w + j, w);
      }
    }
  }

  /** Scales the coefficients back at the end of an epoch; true when they have come to rest. */
  private settled(tolerance: f64): bool {
    let largest: T = 0;
    let change: T = 0;
    for (let j: usize = 0; j < this.stride; j += sizeof<T>()) {
      const w = load<T>(this.w + j) * this.scale;
      store<T>(this.w + j, w);
      largest = max<T>(largest, abs<T>(w));
      change = max<T>(change, abs<T>(w - load<T>(this.previous + j)));
      store<T>(this.previous + j, w);
    }
    if (largest == 0) return change == 0;
    return <f64>(change / largest) <= tolerance;
  }

  coefficient(j: i32): f64 {
    return <f64>load<T>(this.w + <usize>j * sizeof<T>());
  }
}
