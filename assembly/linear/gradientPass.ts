// Sums of the gradient's remainders over all rows for many coefficient vectors, each with its own multiplicities.
//
// A block of rows stays in the first-level cache while every replicate that covers it takes margins and slopes from it, two
// replicates at a time; a replicate that has none of the block's rows leaves it out. Float32 first, float64 for replicates
// that ask for it and for blocks with large margins. Sums go from float32 over a few blocks to float64 over more, and then
// to compensated ones. No replicate's arithmetic depends on the others'.

import { alloc, allocZeroed } from "../arena";
import { COLUMN, demoteMargins, gradients, margins, NARROW_COLUMN } from "./blockPasses";
import { DecodedBlock } from "./decodedBlock";
import { DrawnRows } from "./drawnRows";
import { Precision, PrecisionGroups } from "./precisionGroups";
import { narrowSlopeSeries } from "./remainderSeries";
import { RemainderSums } from "./remainderSums";
import { largestNarrow, narrowRemainders, wideLosses, wideRemainders } from "./remainders";
import { RoundedCoefficients } from "./roundedCoefficients";

/** Blocks between two reductions: of float32 sums to float64, and of those to compensated ones. */
const WIDEN_EVERY: i32 = 4;
const REDUCE_EVERY: i32 = 64;

/** The largest margins whose remainders are had in float32: as far as the series go, and less where rounding matters more. */
const NARROW_MARGIN: f32 = 3;
const MIDDLE_MARGIN: f32 = 1;

/** Bytes of a replicate's multiplicities in a block. */
const MULTIPLICITIES: usize = NARROW_COLUMN >> 2;

@unmanaged
export class GradientPass {
  private rows: DrawnRows;
  private cols: i32;
  private padded: i32;
  private count: i32;
  private groups: PrecisionGroups;
  private rounded: RoundedCoefficients;
  private coef: usize; // count × (padded + 1) f64, the intercept last
  private block: DecodedBlock;
  private margins: usize; // 2 × ROWS f64 or f32
  private slopes: usize; // likewise
  private sums: RemainderSums;
  private narrowMost: usize; // count × 4 f32: the largest z²
  private wideMost: usize; // count × 2 f64
  private waiting: i32; // blocks since the last reduction
  private values: usize; // f64 per replicate: Σ weight m q of the valued ones

  /** `block` may be shared with other passes over the same design. */
  static create(rows: DrawnRows, block: DecodedBlock): GradientPass {
    const self = changetype<GradientPass>(alloc(offsetof<GradientPass>()));
    const padded = rows.design.padded;
    const count = rows.count;
    self.rows = rows;
    self.cols = rows.design.cols;
    self.padded = padded;
    self.count = count;
    self.groups = PrecisionGroups.create(rows);
    self.rounded = RoundedCoefficients.create(padded, count);
    self.coef = allocZeroed((<usize>((padded + 1) * count)) << 3);
    self.block = block;
    self.margins = alloc(2 * COLUMN);
    self.slopes = alloc(2 * COLUMN);
    self.sums = RemainderSums.create(padded, count);
    self.narrowMost = alloc((<usize>count) << 4);
    self.wideMost = alloc((<usize>count) << 4);
    self.values = alloc((<usize>count) << 3);
    return self;
  }

  /** Where replicate r is evaluated next, and how; x has the intercept last. */
  place(r: i32, x: usize, precision: Precision): void {
    this.groups.set(r, precision);
    const row = this.coef + ((<usize>(r * (this.padded + 1))) << 3);
    for (let k = 0; k <= this.cols; k++) {
      const value = load<f64>(x + ((<usize>k) << 3));
      const place = k < this.cols ? k : this.padded;
      store<f64>(row + ((<usize>place) << 3), value);
      this.rounded.set(r, place, value);
    }
  }

  /** Leaves replicate r out. */
  omit(r: i32): void {
    this.groups.set(r, Precision.NONE);
  }

  /** Before the blocks of both classes. */
  start(): void {
    memory.fill(this.narrowMost, 0, (<usize>this.count) << 4);
    memory.fill(this.wideMost, 0, (<usize>this.count) << 4);
    memory.fill(this.values, 0, (<usize>this.count) << 3);
  }

  /** Σ weight m q(z) of a valued replicate in the last sweep. */
  @inline
  value(r: i32): f64 {
    return load<f64>(this.values + ((<usize>r) << 3));
  }

  /** The largest size of a margin of replicate r in the last run, of those that are numbers. */
  extent(r: i32): f64 {
    let most: f64 = 0;
    for (let lane: usize = 0; lane < 16; lane += 4) {
      most = max<f64>(most, <f64>load<f32>(this.narrowMost + ((<usize>r) << 4) + lane));
    }
    const wide = this.wideMost + ((<usize>r) << 4);
    return sqrt<f64>(max<f64>(most, max<f64>(load<f64>(wide), load<f64>(wide, 8))));
  }

  /** Before the blocks of a class. */
  startClass(): void {
    this.sums.clear();
    this.waiting = 0;
  }

  /** Adds a block of rows. */
  add(block: i32): void {
    this.visit(block);
    this.waiting++;
    if (this.waiting % WIDEN_EVERY == 0) this.widenSums();
    if (this.waiting == REDUCE_EVERY) {
      this.reduce();
      this.waiting = 0;
    }
  }

  /** After a class: adds Σ weight m r(z) x, the intercept's last, to the gradient at gradients[r] of each placed replicate. */
  endClass(label: i32, gradients: usize): void {
    this.widenSums();
    this.reduce();
    this.collect(label, gradients);
  }

  private visit(block: i32): void {
    const groups = this.groups;
    if (!groups.gather(block)) return;
    const taken = this.rows.takenOf(block);
    this.block.show(block);
    for (let precision = Precision.NARROW; precision <= Precision.WIDE_VALUED; precision++) {
      const size = groups.size(precision); // the narrower ones may have added to the wide group
      for (let i = 0; i < size; i += 2) {
        const r0 = groups.at(precision, i);
        const r1 = groups.at(precision, min(i + 1, size - 1));
        if (precision >= Precision.WIDE) this.addWide(taken, r0, r1, precision);
        else this.addNarrow(taken, r0, r1, precision);
      }
    }
  }

  /** Two replicates, or one twice, with slopes in float32. */
  private addNarrow(taken: usize, r0: i32, r1: i32, precision: Precision): void {
    const narrow = this.block.narrow;
    const pair = r1 != r0;
    if (precision == Precision.NARROW) {
      margins<f32>(narrow, this.padded, this.rounded.of(r0), this.rounded.of(r1), this.margins);
    } else {
      margins<f64>(this.block.widen(), this.padded, this.coefOf(r0), this.coefOf(r1), this.margins);
      if (precision == Precision.MIDDLE_VALUED) {
        this.addLosses(taken, r0, 0);
        if (pair) this.addLosses(taken, r1, COLUMN);
      }
      demoteMargins(this.margins, 2 * COLUMN);
    }
    const most = precision == Precision.MIDDLE ? MIDDLE_MARGIN : NARROW_MARGIN;
    this.narrowSlopes(taken, r0, 0, most);
    if (pair) this.narrowSlopes(taken, r1, NARROW_COLUMN, most);
    gradients<f32>(narrow, this.padded, this.slopes, this.sums.narrow(r0), this.sums.narrow(r1), pair);
  }

  /** From margins to slopes, NARROW_COLUMN bytes each; a replicate with a margin larger than `most` joins the wide group instead. */
  private narrowSlopes(taken: usize, r: i32, at: usize, most: f32): void {
    const margins = this.margins + at;
    const multiplicities = taken + <usize>r * MULTIPLICITIES;
    const slopes = this.slopes + at;
    const largest = largestNarrow(margins);
    if (v128.all_true<i32>(f32x4.le(largest, f32x4.splat(most * most)))) {
      const place = this.narrowMost + ((<usize>r) << 4);
      v128.store(place, f32x4.pmax(v128.load(place), largest));
      narrowRemainders(margins, slopes, multiplicities, this.sums.narrowSlopes(r), narrowSlopeSeries(largest));
      return;
    }
    memory.fill(slopes, 0, NARROW_COLUMN);
    this.groups.join(r, Precision.WIDE);
  }

  private addWide(taken: usize, r0: i32, r1: i32, precision: Precision): void {
    const wide = this.block.widen();
    margins<f64>(wide, this.padded, this.coefOf(r0), this.coefOf(r1), this.margins);
    const pair = r1 != r0;
    this.wideSlopes(taken, r0, 0, precision);
    if (pair) this.wideSlopes(taken, r1, COLUMN, precision);
    gradients<f64>(wide, this.padded, this.slopes, this.sums.wide(r0), this.sums.wide(r1), pair);
  }

  /** From margins to slopes, COLUMN bytes each. */
  private wideSlopes(taken: usize, r: i32, at: usize, precision: Precision): void {
    const multiplicities = taken + <usize>r * MULTIPLICITIES;
    const most = this.wideMost + ((<usize>r) << 4);
    wideRemainders(this.margins + at, this.slopes + at, multiplicities, this.sums.wideSlopes(r), most);
    if (precision == Precision.WIDE_VALUED) this.addLosses(taken, r, at);
  }

  private addLosses(taken: usize, r: i32, at: usize): void {
    wideLosses(this.margins + at, taken + <usize>r * MULTIPLICITIES, this.sums.losses(r));
  }

  @inline
  private coefOf(r: i32): usize {
    return this.coef + ((<usize>(r * (this.padded + 1))) << 3);
  }

  /** Widens sums of float32, and goes on to the next rounding of the coefficients. */
  private widenSums(): void {
    for (let r = 0; r < this.count; r++) {
      const precision = this.groups.precisionOf(r);
      if (precision == Precision.NARROW) this.rounded.next(r);
      if (precision != Precision.NONE && precision < Precision.WIDE) this.sums.widen(r);
    }
  }

  private reduce(): void {
    for (let r = 0; r < this.count; r++) {
      if (this.groups.precisionOf(r) != Precision.NONE) this.sums.reduce(r);
    }
  }

  private collect(label: i32, gradients: usize): void {
    const sums = this.sums;
    for (let r = 0; r < this.count; r++) {
      if (this.groups.precisionOf(r) == Precision.NONE) continue;
      const weight = this.rows.classWeight(r, label);
      const g = load<usize>(gradients + ((<usize>r) << 2));
      for (let k = 0; k < this.cols; k++) addTo(g, k, weight * sums.gradient(r, k));
      addTo(g, this.cols, weight * sums.slope(r));
      addTo(this.values, r, weight * sums.loss(r));
    }
  }
}

function addTo(vector: usize, k: i32, value: f64): void {
  const at = vector + ((<usize>k) << 3);
  store<f64>(at, load<f64>(at) + value);
}
