// One weighting of the rows of a design (one fit, one bootstrap replicate): its costs, the stretches of rows it uses, and its
// share of a pass over the blocks. A member's numbers depend on its own costs only, never on the other members of the pass.

import { alloc, allocZeroed } from "../arena";
import { maxAbs } from "../numeric/vector";
import { Design } from "./design";
import { HalfBinomial } from "./halfBinomial";
import { Hessian } from "./hessian";
import { Product, STRIDE } from "./product";

/** Stretches start and end at multiples of this many rows, what the products take per step. */
const STEP: i32 = 4;
/** Gaps of unused rows shorter than this are computed rather than skipped. */
const GAP: i32 = 8;

@unmanaged
export class Member {
  static readonly NOTHING: i32 = 0;
  /** Value and gradient, and the curvature that later Hessian products use. */
  static readonly VALUE: i32 = 1;
  static readonly PRODUCT: i32 = 2;
  /** The Hessian itself, at the last VALUE. */
  static readonly HESSIAN: i32 = 3;

  /** What the next pass computes. */
  wants: i32;
  /** cols coefficients and the intercept: the point, or what the Hessian is multiplied by. */
  vector: usize;
  /** Σ cost · loss, after a VALUE pass. */
  loss: f64;
  /** Two lanes per column and for the intercept: the gradient of the loss, or the product, once lanes are added. */
  sums: usize;
  /** float64 per padded row; 0 for rows left out. */
  costs: usize;
  /** float64 per padded row, after a VALUE pass: cost · p (1 − p). 0 if no Hessian is wanted. */
  curvature: usize;
  /** Null unless the Hessian is to be formed rather than multiplied pass by pass. */
  hessian: Hessian;
  /** Σ costs, rows with a cost and those of the rarer label, each as often as its multiplicity: filled by weigh(). */
  total: f64;
  rows: i32;
  smaller: i32;
  private offsets: usize; // i32 per block and one more: where its stretches begin
  private stretches: usize; // u16 pairs: first row and end row within the block
  private atOrigin: bool; // the pass is at 0, where all fits start
  private margins: usize; // of one block, then as much scratch

  /** Room for one weighting of the design; weigh() it (weighting.ts) before use. `curved`: Hessian products will be wanted. */
  static create(design: Design, curved: bool): Member {
    const self = changetype<Member>(alloc(offsetof<Member>()));
    const padded = <usize>design.padded;
    self.wants = Member.NOTHING;
    self.sums = alloc((<usize>(design.cols + 1)) << 4);
    self.costs = alloc(max<usize>(padded << 3, 16));
    self.curvature = curved ? allocZeroed(max<usize>(padded << 3, 16)) : 0;
    self.hessian = changetype<Hessian>(0);
    self.offsets = alloc((<usize>(design.blocks + 1)) << 2);
    self.stretches = alloc(max<usize>((<usize>(design.blocks * (design.block / STEP))) << 2, 16));
    self.margins = alloc(STRIDE * 2);
    return self;
  }

  /** Finds the stretches of rows with costs. */
  settle(design: Design): void {
    const block = design.block;
    let count = 0;
    for (let b = 0; b < design.blocks; b++) {
      store<i32>(this.offsets + ((<usize>b) << 2), count);
      count = this.settleBlock(this.costs + ((<usize>(b * block)) << 3), block, count);
    }
    store<i32>(this.offsets + ((<usize>design.blocks) << 2), count);
  }

  private settleBlock(costs: usize, block: i32, count: i32): i32 {
    let open = -1; // first row of the stretch being built
    let end = 0;
    for (let i = 0; i < block; i += STEP) {
      const c = costs + ((<usize>i) << 3);
      const used = v128.or(f64x2.ne(v128.load(c), f64x2.splat(0)), f64x2.ne(v128.load(c, 16), f64x2.splat(0)));
      if (!v128.any_true(used)) continue;
      if (open >= 0 && i - end >= GAP) {
        this.stretch(count++, open, end);
        open = -1;
      }
      if (open < 0) open = i;
      end = i + STEP;
    }
    if (open >= 0) this.stretch(count++, open, end);
    return count;
  }

  @inline
  private stretch(k: i32, from: i32, to: i32): void {
    store<u16>(this.stretches + ((<usize>k) << 2), <u16>from);
    store<u16>(this.stretches + ((<usize>k) << 2), <u16>to, 2);
  }

  /** Before the first block of a pass. */
  open(cols: i32): void {
    this.loss = 0;
    if (this.wants == Member.HESSIAN) this.hessian.clear();
    this.atOrigin = this.wants == Member.VALUE && maxAbs(this.vector, cols + 1) == 0;
    memory.fill(this.sums, 0, (<usize>(cols + 1)) << 4);
  }

  /** This member's share of one block; `x` is what design.read(b) gave. */
  visit(design: Design, b: i32, x: usize): void {
    const cols = design.cols;
    const rows = <usize>b * STRIDE;
    const z = this.margins;
    const v = this.vector;
    const intercept = load<f64>(v + ((<usize>cols) << 3));
    const total = this.sums + ((<usize>cols) << 4);
    const last = load<i32>(this.offsets + ((<usize>b) << 2), 4);
    for (let k = load<i32>(this.offsets + ((<usize>b) << 2)); k < last; k++) {
      const at = this.stretches + ((<usize>k) << 2);
      const begin = (<usize>load<u16>(at)) << 3;
      const end = (<usize>load<u16>(at, 2)) << 3;
      if (this.wants == Member.HESSIAN) {
        this.hessian.add(x, STRIDE, this.curvature + rows, begin, end);
        continue;
      }
      const curvature = this.curvature == 0 ? <usize>0 : this.curvature + rows;
      if (!this.atOrigin) Product.margins(x, cols, v, z, begin, end);
      if (this.atOrigin) {
        this.loss += HalfBinomial.origin(z, this.costs + rows, curvature, design.label(b), begin, end);
      } else if (this.wants == Member.VALUE) {
        this.loss += HalfBinomial.slopes(
          z,
          z + STRIDE,
          this.costs + rows,
          curvature,
          intercept,
          design.label(b),
          begin,
          end,
        );
      } else scale(z, curvature, intercept, begin, end);
      addRows(z, total, begin, end);
      Product.transposed(x, cols, z, this.sums, begin, end);
    }
  }

  /** to ← the gradient of the loss or the product, intercept last. */
  collect(to: usize, cols: i32): void {
    for (let j = 0; j <= cols; j++) {
      const sum = v128.load(this.sums + ((<usize>j) << 4));
      store<f64>(to + ((<usize>j) << 3), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
    }
  }

  /** One pass: every member that wants something visits every block. `members`: pointers. */
  static pass(design: Design, members: usize, count: i32): void {
    for (let m = 0; m < count; m++) changetype<Member>(load<usize>(members + ((<usize>m) << 2))).open(design.cols);
    for (let b = 0; b < design.blocks; b++) visitAll(design, b, members, count);
  }
}

function visitAll(design: Design, b: i32, members: usize, count: i32): void {
  const x = design.read(b);
  for (let m = 0; m < count; m++) {
    const member = changetype<Member>(load<usize>(members + ((<usize>m) << 2)));
    if (member.wants != Member.NOTHING) member.visit(design, b, x);
  }
}

/** z ← h (z + intercept). */
function scale(z: usize, h: usize, intercept: f64, begin: usize, end: usize): void {
  const b = f64x2.splat(intercept);
  for (let i = begin; i < end; i += 16) {
    v128.store(z + i, f64x2.mul(v128.load(h + i), f64x2.add(v128.load(z + i), b)));
  }
}

/** The intercept's column of ones. */
function addRows(t: usize, sum: usize, begin: usize, end: usize): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  for (let i = begin; i < end; i += 32) {
    a = f64x2.add(a, v128.load(t + i));
    b = f64x2.add(b, v128.load(t + i, 16));
  }
  v128.store(sum, f64x2.add(v128.load(sum), f64x2.add(a, b)));
}
