// A window over one miner's rows that widens to later ones: how much sample weight of each class lies on each distinct vector.

import { alloc, allocZeroed } from "../arena";
import { PresentRows } from "./presentRows";

const BLOCK: i32 = 1024;

@unmanaged
export class WeightedGroups {
  present: PresentRows;
  /** Nonzero rows in the window, and a prefix of the groups that holds all it touches. */
  rows: i32;
  groups: i32;
  /** float64 per group: sums of sample weights of class 0 and of class 1. */
  weight0: usize;
  weight1: usize;
  /** The same over all groups, added row by row. */
  total0: f64;
  total1: f64;
  /** Rows of each class, and of those how many carry a weight (liblinear drops the others). */
  count0: i32;
  count1: i32;
  weighted0: i32;
  weighted1: i32;

  /** The group of all rows if it is one, MIXED if they have several, NONE before the first row. */
  only: i32;

  static readonly NONE: i32 = -1;
  static readonly MIXED: i32 = -2;

  private labels: usize;
  private weights: usize;
  private first: i32; // the places in present.row taken so far
  private next: i32;

  static over(present: PresentRows, labels: usize, weights: usize): WeightedGroups {
    const self = changetype<WeightedGroups>(allocZeroed(offsetof<WeightedGroups>()));
    self.present = present;
    self.only = WeightedGroups.NONE;
    self.labels = labels;
    self.weights = weights;
    const bytes = (<usize>present.groups + 2) << 3;
    self.weight0 = allocZeroed(bytes);
    self.weight1 = allocZeroed(bytes);
    return self;
  }

  /** Widens the window to all rows before row number `end`; `end` never falls. */
  extend(end: i32): void {
    const to = this.present.before(end);
    for (let from = this.next; from < to; from += BLOCK) this.take(from, min<i32>(to, from + BLOCK));
    this.rows += max<i32>(to - this.next, 0);
    this.next = max<i32>(this.next, to);
  }

  /** Empties the window, which then begins at row number `start`. */
  restart(start: i32): void {
    const bytes = (<usize>this.present.groups) << 3;
    memory.fill(this.weight0, 0, bytes);
    memory.fill(this.weight1, 0, bytes);
    this.first = this.next = this.present.before(start);
    this.only = WeightedGroups.NONE;
    this.rows = this.groups = 0;
    this.total0 = this.total1 = 0;
    this.count0 = this.count1 = this.weighted0 = this.weighted1 = 0;
  }

  private take(from: i32, to: i32): void {
    const present = this.present;
    for (let i = from; i < to; i++) {
      const row = <usize>load<i32>(present.row + ((<usize>i) << 2));
      const group = load<i32>(present.group + ((<usize>i) << 2));
      const weight = load<f64>(this.weights + (row << 3));
      const weighted = weight > 0 ? 1 : 0;
      this.groups = max<i32>(this.groups, group + 1);
      if (group != this.only) this.only = this.only == WeightedGroups.NONE ? group : WeightedGroups.MIXED;
      const offset = (<usize>group) << 3;
      if (load<u8>(this.labels + row) != 0) {
        const p = this.weight1 + offset;
        store<f64>(p, load<f64>(p) + weight);
        this.total1 += weight;
        this.count1++;
        this.weighted1 += weighted;
      } else {
        const p = this.weight0 + offset;
        store<f64>(p, load<f64>(p) + weight);
        this.total0 += weight;
        this.count0++;
        this.weighted0 += weighted;
      }
    }
  }

  /** Writes weight · factor (float64) of the weighted rows of one class, in order; returns how many. */
  costs(label: u8, factor: f64, out: usize): i32 {
    const start = out;
    for (let i = this.first; i < this.next; i++) {
      const row = <usize>load<i32>(this.present.row + ((<usize>i) << 2));
      const weight = load<f64>(this.weights + (row << 3));
      if ((load<u8>(this.labels + row) != 0) != (label != 0) || !(weight > 0)) continue;
      store<f64>(out, weight * factor);
      out += 8;
    }
    return <i32>((out - start) >> 3);
  }
}
