// Loss, gradient and removal losses of logistic stacking with shares in common (42-profile-2025-10 §6). Planes of rows, padded with
// rows of weight 0 to whole groups of eight; vectors hold two rows. Every element is computed as written in the specification, and
// every sum has its order: miner by miner, NumPy's over rows × 3, row by row.

import { alloc, allocZeroed } from "../arena";
import { Exp } from "../numeric/exp";
import { Log } from "../numeric/log";
import { sum } from "../numeric/sum";

const EVENTS: usize = 3;
/** Rows between two looks at the bound. */
const BLOCK: usize = 64 << 3;
/** More than rounding can add to a sum of losses. */
const ROUNDING: f64 = 1.000001;
/** Tangents of ln(1 + e^u) lie below it: slopes 1/2, and two that stand for their mirror images too, with their values at u = 0. */
const MIDDLE: f64 = 0.693147;
const SLOPE_1: f64 = 0.7858;
const VALUE_1: f64 = 0.519468;
const SLOPE_2: f64 = 0.9526;
const VALUE_2: f64 = 0.190787;
const LEAST_SHARE: f64 = 1e-12;

@unmanaged
class Stack {
  miners: i32;
  rows: i32;
  stride: usize; // bytes of a plane
  eps: f64;
  logits: usize; // miners × 3 planes
  outcomes: usize; // 3 planes of 0 and 1
  factors: usize; // 3 planes: the hit weight where the event came true, else 1
  weights: usize; // 1 plane
  masses: usize; // 3 planes: factor · weight
  chances: usize; // 3 planes: probabilities of the last evaluation
  residuals: usize; // 3 planes
  terms: usize; // rows × 3 losses
  active: usize; // per miner with a share: byte offset into logits, share

  /** Miners with a share, as pairs at `active`; returns the end. */
  select(shares: usize): usize {
    let end = this.active;
    for (let h: usize = 0; h < <usize>this.miners; h++) {
      const share = load<f64>(shares + (h << 3));
      if (share == 0) continue;
      store<usize>(end, h * EVENTS * this.stride);
      store<f64>(end, share, 8);
      end += 16;
    }
    return end;
  }
}

class Lane {
  @inline
  static sigmoid(x: v128): v128 {
    const one = f64x2.splat(1);
    return f64x2.div(one, f64x2.add(one, Exp.pair(f64x2.neg(x))));
  }

  /** −ln q, q held within [low, high], NaN kept. */
  @inline
  static surprise(q: v128, low: v128, high: v128): v128 {
    return f64x2.sub(f64x2.sub(q, q), Log.pair(f64x2.min(f64x2.max(q, low), high)));
  }

  @inline
  static storeApart(at: usize, pair: v128): void {
    store<f64>(at, f64x2.extract_lane(pair, 0));
    store<f64>(at, f64x2.extract_lane(pair, 1), 24);
  }
}

/** A problem to be filled in: logits by plane, then stackOutcomes. */
export function stackCreate(miners: i32, rows: i32, eps: f64): usize {
  const stack = changetype<Stack>(alloc(offsetof<Stack>()));
  stack.miners = miners;
  stack.rows = rows;
  stack.eps = eps;
  const stride = (<usize>((rows + 7) & ~7)) << 3;
  stack.stride = stride;
  stack.logits = allocZeroed(stride * EVENTS * <usize>miners);
  stack.outcomes = allocZeroed(stride * EVENTS);
  stack.factors = allocZeroed(stride * EVENTS);
  stack.weights = allocZeroed(stride);
  stack.masses = alloc(stride * EVENTS);
  stack.chances = alloc(stride * EVENTS);
  stack.residuals = alloc(stride * EVENTS);
  stack.terms = alloc(stride * EVENTS);
  stack.active = alloc((<usize>miners) << 4);
  return changetype<usize>(stack);
}

/** Where the plane of a miner and event goes. */
export function stackPlane(problem: usize, miner: i32, event: i32): usize {
  const stack = changetype<Stack>(problem);
  return stack.logits + (<usize>miner * EVENTS + <usize>event) * stack.stride;
}

/** Sets outcomes from bits and copies the rows' weights. */
export function stackOutcomes(problem: usize, hits: usize, weights: usize): void {
  const stack = changetype<Stack>(problem);
  const n = <usize>stack.rows;
  memory.copy(stack.weights, weights, n << 3);
  for (let j: usize = 0; j < EVENTS; j++) {
    const plane = stack.outcomes + stack.stride * j;
    for (let i: usize = 0; i < n; i++) store<f64>(plane + (i << 3), <f64>((load<u8>(hits + i) >> <u8>j) & 1));
  }
}

/** Sets the factors from one hit weight per event; after stackOutcomes. */
export function stackHitWeights(problem: usize, hitWeights: usize): void {
  const stack = changetype<Stack>(problem);
  const one = f64x2.splat(1);
  for (let j: usize = 0; j < EVENTS; j++) {
    const at = stack.stride * j;
    const weight = v128.load64_splat(hitWeights + (j << 3));
    for (let i = at; i < at + stack.stride; i += 16) {
      const hit = f64x2.eq(v128.load(stack.outcomes + i), one);
      const factor = v128.bitselect(weight, one, hit);
      v128.store(stack.factors + i, factor);
      v128.store(stack.masses + i, f64x2.mul(factor, v128.load(stack.weights + i - at)));
    }
  }
}

/** Σ share · logit of the active miners for rows [begin, end) of a plane, to `out`; byte offsets, multiples of 64. */
function pooledLogits(active: usize, last: usize, plane: usize, begin: usize, end: usize, out: usize): void {
  for (let i = begin; i < end; i += 64) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    const row = plane + i;
    for (let entry = active; entry < last; entry += 16) {
      const z = row + load<usize>(entry);
      const share = v128.load64_splat(entry, 8);
      a = f64x2.add(a, f64x2.mul(share, v128.load(z)));
      b = f64x2.add(b, f64x2.mul(share, v128.load(z, 16)));
      c = f64x2.add(c, f64x2.mul(share, v128.load(z, 32)));
      d = f64x2.add(d, f64x2.mul(share, v128.load(z, 48)));
    }
    v128.store(out + i, a);
    v128.store(out + i, b, 16);
    v128.store(out + i, c, 32);
    v128.store(out + i, d, 48);
  }
}

/** Probabilities and losses of one event for rows [begin, end); returns the sum of the losses, in no particular order. */
function lossesOfBlock(stack: Stack, event: usize, intercept: f64, begin: usize, end: usize): f64 {
  const one = f64x2.splat(1);
  const low = f64x2.splat(stack.eps);
  const shift = f64x2.splat(intercept);
  const plane = stack.stride * event;
  const chances = stack.chances + plane;
  const outcomes = stack.outcomes + plane;
  const factors = stack.factors + plane;
  let at = stack.terms + begin * EVENTS + (event << 3);
  let total = f64x2.splat(0);
  for (let i = begin; i < end; i += 16, at += 48) {
    const p = Lane.sigmoid(f64x2.add(v128.load(chances + i), shift));
    v128.store(chances + i, p);
    const q = f64x2.abs(f64x2.sub(f64x2.sub(one, v128.load(outcomes + i)), p)); // p or 1 − p, exactly
    const weighed = f64x2.mul(v128.load(factors + i), Lane.surprise(q, low, one));
    const term = f64x2.mul(weighed, v128.load(stack.weights + i));
    Lane.storeApart(at, term);
    total = f64x2.add(total, term);
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

class Floor {
  /** The larger of a tangent of ln(1 + e^u) and its mirror image. */
  @inline
  static tangents(u: v128, slope: f64, value: f64): v128 {
    const steep = f64x2.mul(f64x2.splat(slope), u);
    return f64x2.add(f64x2.pmax(steep, f64x2.sub(u, steep)), f64x2.splat(value));
  }
}

/** Less than the losses of one event for rows [begin, end), without exponentials: −ln q = ln(1 + e^u) is above its tangents. */
function floorOfBlock(stack: Stack, event: usize, intercept: f64, most: f64, begin: usize, end: usize): f64 {
  const plane = stack.stride * event;
  const one = f64x2.splat(1);
  const two = f64x2.splat(2);
  const shift = f64x2.splat(intercept);
  const clipped = f64x2.splat(most);
  let total = f64x2.splat(0);
  for (let i = plane + begin; i < plane + end; i += 16) {
    const against = f64x2.sub(one, f64x2.mul(two, v128.load(stack.outcomes + i)));
    const u = f64x2.mul(against, f64x2.add(v128.load(stack.chances + i), shift));
    let least = f64x2.pmax(f64x2.splat(0), u);
    least = f64x2.pmax(least, f64x2.add(f64x2.mul(f64x2.splat(0.5), u), f64x2.splat(MIDDLE)));
    least = f64x2.pmax(least, Floor.tangents(u, SLOPE_1, VALUE_1));
    least = f64x2.pmax(least, Floor.tangents(u, SLOPE_2, VALUE_2));
    total = f64x2.add(total, f64x2.mul(v128.load(stack.masses + i), f64x2.pmin(least, clipped)));
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** The loss, or Infinity once it is sure to exceed the bound. */
export function stackLoss(problem: usize, shares: usize, intercepts: usize, bound: f64): f64 {
  const stack = changetype<Stack>(problem);
  const last = stack.select(shares);
  const limit = bound * ROUNDING;
  const most = -Log.core(stack.eps);
  let least: f64 = 0;
  for (let begin: usize = 0; begin < stack.stride; begin += BLOCK) {
    const end = min<usize>(begin + BLOCK, stack.stride);
    for (let j: usize = 0; j < EVENTS; j++) {
      const plane = stack.stride * j;
      pooledLogits(stack.active, last, stack.logits + plane, begin, end, stack.chances + plane);
      least += floorOfBlock(stack, j, load<f64>(intercepts + (j << 3)), most, begin, end);
    }
    if (least > limit) return Infinity;
  }
  let partial: f64 = 0;
  for (let begin: usize = 0; begin < stack.stride; begin += BLOCK) {
    const end = min<usize>(begin + BLOCK, stack.stride);
    for (let j: usize = 0; j < EVENTS; j++) {
      partial += lossesOfBlock(stack, j, load<f64>(intercepts + (j << 3)), begin, end);
    }
    if (partial > limit) return Infinity;
  }
  return sum(stack.terms, 3 * stack.rows);
}

/** residual = ((p − outcome) · factor) · weight; returns their sum over the rows in order. */
function residualsOfEvent(stack: Stack, event: usize): f64 {
  let total: f64 = 0;
  const plane = stack.stride * event;
  for (let i: usize = 0; i < stack.stride; i += 16) {
    const at = plane + i;
    const gap = f64x2.sub(v128.load(stack.chances + at), v128.load(stack.outcomes + at));
    const residual = f64x2.mul(f64x2.mul(gap, v128.load(stack.factors + at)), v128.load(stack.weights + i));
    v128.store(stack.residuals + at, residual);
    total += f64x2.extract_lane(residual, 0);
    total += f64x2.extract_lane(residual, 1);
  }
  return total;
}

class Products {
  /** Two rows of (D0 z0 + D2 z2) + D1 z1. */
  @inline
  static pair(z: usize, stride: usize, d0: v128, d1: v128, d2: v128): v128 {
    const outer = f64x2.add(f64x2.mul(v128.load(z), d0), f64x2.mul(v128.load(z + stride * 2), d2));
    return f64x2.add(outer, f64x2.mul(v128.load(z + stride), d1));
  }
}

/** Gradients of two miners (one in each lane of a vector), row by row. */
function gradientPair(first: usize, second: usize, residuals: usize, stride: usize): v128 {
  let total = f64x2.splat(0);
  for (let i: usize = 0; i < stride; i += 16) {
    const d0 = v128.load(residuals + i);
    const d1 = v128.load(residuals + stride + i);
    const d2 = v128.load(residuals + stride * 2 + i);
    const a = Products.pair(first + i, stride, d0, d1, d2);
    const b = Products.pair(second + i, stride, d0, d1, d2);
    total = f64x2.add(total, v128.shuffle<f64>(a, b, 0, 2));
    total = f64x2.add(total, v128.shuffle<f64>(a, b, 1, 3));
  }
  return total;
}

/** Gradient at the last evaluation: one value per miner, one per intercept. */
export function stackGradient(problem: usize, shares: usize, intercepts: usize): void {
  const stack = changetype<Stack>(problem);
  for (let j: usize = 0; j < EVENTS; j++) store<f64>(intercepts + (j << 3), residualsOfEvent(stack, j));
  const size = stack.stride * EVENTS;
  for (let h = 0; h < stack.miners; h += 2) {
    const first = stack.logits + size * <usize>h;
    const second = h + 1 < stack.miners ? first + size : first;
    const pair = gradientPair(first, second, stack.residuals, stack.stride);
    store<f64>(shares + ((<usize>h) << 3), f64x2.extract_lane(pair, 0));
    if (h + 1 < stack.miners) store<f64>(shares + ((<usize>h) << 3), f64x2.extract_lane(pair, 1), 8);
  }
}

/** Losses of one event with the part `share · logits` taken away; `pooled` and `logits` are planes. */
function crossEntropy(stack: Stack, event: usize, pooled: usize, logits: usize, share: f64, intercept: f64): void {
  const one = f64x2.splat(1);
  const low = f64x2.splat(stack.eps);
  const high = f64x2.splat(1 - stack.eps);
  const part = f64x2.splat(share);
  const rest = f64x2.splat(1 - share);
  const shift = f64x2.splat(intercept);
  const outcomes = stack.outcomes + stack.stride * event;
  let at = stack.terms + (event << 3);
  for (let i: usize = 0; i < stack.stride; i += 16, at += 48) {
    const without = f64x2.div(f64x2.sub(v128.load(pooled + i), f64x2.mul(part, v128.load(logits + i))), rest);
    const p = f64x2.min(f64x2.max(Lane.sigmoid(f64x2.add(without, shift)), low), high);
    const q = f64x2.abs(f64x2.sub(f64x2.sub(one, v128.load(outcomes + i)), p));
    Lane.storeApart(at, f64x2.mul(v128.load(stack.weights + i), Lane.surprise(q, low, one)));
  }
}

/** Loss added by the removal of each miner. */
export function stackRemovals(problem: usize, shares: usize, intercepts: usize, out: usize): void {
  const stack = changetype<Stack>(problem);
  const last = stack.select(shares);
  const stride = stack.stride;
  for (let j: usize = 0; j < EVENTS; j++) {
    const plane = stride * j;
    pooledLogits(stack.active, last, stack.logits + plane, 0, stride, stack.chances + plane);
    crossEntropy(stack, j, stack.chances + plane, stack.logits + plane, 0, load<f64>(intercepts + (j << 3)));
  }
  const whole = sum(stack.terms, 3 * stack.rows);
  for (let h = 0; h < stack.miners; h++) {
    const share = load<f64>(shares + ((<usize>h) << 3));
    let loss: f64 = 0;
    if (share > LEAST_SHARE && share < 1 - LEAST_SHARE) {
      for (let j: usize = 0; j < EVENTS; j++) {
        const intercept = load<f64>(intercepts + (j << 3));
        crossEntropy(stack, j, stack.chances + stride * j, stackPlane(problem, h, <i32>j), share, intercept);
      }
      loss = max<f64>(0, sum(stack.terms, 3 * stack.rows) - whole);
    }
    store<f64>(out + ((<usize>h) << 3), loss);
  }
}
