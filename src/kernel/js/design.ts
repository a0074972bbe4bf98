import { Matrix } from "ml-matrix";
import { FitError } from "../../errors.js";
import type { Dense } from "../ops/linear.js";
import { dot } from "./vector.js";

/**
 * Up to this many columns the products run over the columns themselves: a Matrix holds one array per row, and with few
 * columns those cost more than the arithmetic. Both ways add the same terms in the same order.
 */
const NARROW = 16;

/** A design matrix X (rows × cols) in float64, with the products that logistic fits need. */
export class Design {
  readonly cols: number;
  #x: Matrix | null = null;
  #transposed: Matrix | null = null;

  private constructor(
    readonly columns: readonly Float64Array[],
    readonly rows: number,
    private readonly narrow: number,
  ) {
    this.cols = columns.length;
  }

  /**
   * Widens a column-major design; throws FitError at a value that is not finite. `narrow`: up to so many columns, products run
   * over the columns (0: always by ml-matrix), which changes no bit.
   */
  static fromDense({ values, rows, cols }: Dense, narrow = NARROW): Design {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) {
        const where = `row ${i % rows}, column ${Math.floor(i / rows)}`;
        throw new FitError(`the design holds ${values[i]} in ${where}; replace values that are not finite`);
      }
    }
    const columns = Array.from({ length: cols }, (_, j) =>
      Float64Array.from(values.subarray(j * rows, (j + 1) * rows)),
    );
    return new Design(columns, rows, narrow);
  }

  /** The rows listed, in that order. */
  gather(rowList: Int32Array): Design {
    const columns = this.columns.map((column) => {
      const gathered = new Float64Array(rowList.length);
      for (let i = 0; i < rowList.length; i++) gathered[i] = column[rowList[i]];
      return gathered;
    });
    return new Design(columns, rowList.length, this.narrow);
  }

  /** Xᵀ as a Matrix, made at the first use. */
  get transposed(): Matrix {
    this.#transposed ??= new Matrix(this.columns as Float64Array[]);
    return this.#transposed;
  }

  /** X as a Matrix, made at the first use. */
  get x(): Matrix {
    this.#x ??= this.transposed.transpose();
    return this.#x;
  }

  /** X·w + intercept; the product first, columns in order. */
  margins(weights: ArrayLike<number>, intercept: number): Float64Array {
    const z = new Float64Array(this.rows);
    if (this.cols <= this.narrow) {
      this.columns.forEach((column, j) => {
        const w = weights[j];
        for (let i = 0; i < z.length; i++) z[i] += w * column[i];
      });
      for (let i = 0; i < z.length; i++) z[i] += intercept;
    } else {
      const product = this.x.mmul(Matrix.columnVector(weights));
      for (let i = 0; i < z.length; i++) z[i] = product.get(i, 0) + intercept;
    }
    return z;
  }

  /** Xᵀ·r, rows in order. */
  transposeTimes(r: Float64Array): Float64Array {
    if (this.cols <= this.narrow) return Float64Array.from(this.columns, (column) => dot(column, r));
    return Float64Array.from(this.transposed.mmul(Matrix.columnVector(r)).to1DArray());
  }

  /** Gram matrix Xᵀ diag(h) X of the design with a column of ones appended when there is an intercept; h ≥ 0. */
  weightedGram(h: Float64Array, fitIntercept: boolean): Matrix {
    const roots = h.map(Math.sqrt);
    const scaled = this.columns.map((column) => column.map((value, i) => value * roots[i]));
    if (fitIntercept) scaled.push(roots);
    return new Matrix(scaled).transpose().gram();
  }
}
