import { Matrix } from "ml-matrix";
import { FitError } from "../../errors.js";
import type { Dense } from "../ops/linear.js";

/**
 * Up to this many columns, wᵀ·Xᵀ and rᵀ·X are quicker than X·w and Xᵀ·r, whose column vectors cost an allocation per row.
 * Both ways add the same terms in the same order.
 */
const NARROW = 16;

/** A design matrix X (rows × columns) held in both orientations, so that X·w and Xᵀ·r both run along contiguous rows. */
export class Design {
  readonly rows: number;
  readonly cols: number;

  constructor(
    readonly x: Matrix,
    readonly transposed: Matrix,
  ) {
    this.rows = x.rows;
    this.cols = x.columns;
  }

  /** Widens a column-major design; throws FitError at a value that is not finite. */
  static fromDense(dense: Dense): Design {
    const { values, rows, cols } = dense;
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) {
        const where = `row ${i % rows}, column ${Math.floor(i / rows)}`;
        throw new FitError(`the design holds ${values[i]} in ${where}; replace values that are not finite`);
      }
    }
    const transposed = Matrix.from1DArray(cols, rows, values);
    return new Design(transposed.transpose(), transposed);
  }

  /** The rows listed, in that order. */
  gather(rowList: ArrayLike<number>): Design {
    const transposed = new Matrix(this.cols, rowList.length);
    for (let j = 0; j < this.cols; j++) {
      for (let i = 0; i < rowList.length; i++) transposed.set(j, i, this.transposed.get(j, rowList[i]));
    }
    return new Design(transposed.transpose(), transposed);
  }

  /** X·w + intercept; the product first, columns in order. */
  margins(weights: ArrayLike<number>, intercept: number): Float64Array {
    const z = new Float64Array(this.rows);
    if (this.cols <= NARROW) {
      const product = Matrix.rowVector(weights).mmul(this.transposed);
      for (let i = 0; i < this.rows; i++) z[i] = product.get(0, i) + intercept;
    } else {
      const product = this.x.mmul(Matrix.columnVector(weights));
      for (let i = 0; i < this.rows; i++) z[i] = product.get(i, 0) + intercept;
    }
    return z;
  }

  /** Xᵀ·r, rows in order. */
  transposeTimes(r: Float64Array): Float64Array {
    const product =
      this.cols <= NARROW ? Matrix.rowVector(r).mmul(this.x) : this.transposed.mmul(Matrix.columnVector(r));
    return Float64Array.from(product.to1DArray());
  }

  /** Gram matrix Xᵀ diag(h) X of the design with a column of ones appended when there is an intercept; h ≥ 0. */
  weightedGram(h: Float64Array, fitIntercept: boolean): Matrix {
    const size = this.cols + (fitIntercept ? 1 : 0);
    const scaled = new Matrix(this.rows, size);
    for (let i = 0; i < this.rows; i++) {
      const root = Math.sqrt(h[i]);
      for (let j = 0; j < this.cols; j++) scaled.set(i, j, this.x.get(i, j) * root);
      if (fitIntercept) scaled.set(i, this.cols, root);
    }
    return scaled.gram();
  }
}
