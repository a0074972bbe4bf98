// The Hessian of the loss: Σ h_i x̃_i x̃_iᵀ over the rows of a design, x̃ the row with a 1 for the intercept.

import { alloc } from "../arena";
import { Design } from "./design";
import { Product, STRIDE } from "./product";

@unmanaged
export class Gram {
  /** (cols + 1) × (cols + 1) float64, symmetric, filled by form(). */
  matrix: usize;
  private sums: usize; // two lanes per entry
  private scaled: usize; // one column of a block times h

  static create(design: Design): Gram {
    const self = changetype<Gram>(alloc(offsetof<Gram>()));
    const n = <usize>(design.cols + 1);
    self.matrix = alloc((n * n) << 3);
    self.sums = alloc((n * n) << 4);
    self.scaled = alloc(STRIDE);
    return self;
  }

  /** `h`: float64 per padded row, 0 for padding. */
  form(design: Design, h: usize): void {
    const n = design.cols + 1;
    memory.fill(this.sums, 0, (<usize>(n * n)) << 4);
    for (let b = 0; b < design.blocks; b++) this.addBlock(design, b, h + ((<usize>(b * design.block)) << 3));
    for (let j = 0; j < n; j++) {
      for (let k = j; k < n; k++) {
        const sum = v128.load(this.sums + ((<usize>(j * n + k)) << 4));
        const value = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
        store<f64>(this.matrix + ((<usize>(j * n + k)) << 3), value);
        store<f64>(this.matrix + ((<usize>(k * n + j)) << 3), value);
      }
    }
  }

  private addBlock(design: Design, b: i32, h: usize): void {
    const x = design.read(b);
    const cols = design.cols;
    const t = this.scaled;
    for (let j = 0; j < cols; j++) {
      const row = this.sums + ((<usize>(j * (cols + 1))) << 4);
      multiplyRows(x + STRIDE * <usize>j, h, t, STRIDE);
      Product.transposed(x + STRIDE * <usize>j, cols - j, t, row + ((<usize>j) << 4), 0, STRIDE);
      sumRows(t, row + ((<usize>cols) << 4), STRIDE);
    }
    sumRows(h, this.sums + ((<usize>(cols * (cols + 1) + cols)) << 4), STRIDE);
  }
}

function multiplyRows(a: usize, b: usize, to: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, f64x2.mul(v128.load(a + i), v128.load(b + i)));
}

function sumRows(t: usize, sum: usize, bytes: usize): void {
  let a = v128.load(sum);
  for (let i: usize = 0; i < bytes; i += 16) a = f64x2.add(a, v128.load(t + i));
  v128.store(sum, a);
}
