// Cholesky factorisation of small dense symmetric matrices, float64, row-major.

/** A pivot below this share of its diagonal entry means that the variable depends on those before it. */
const DEPENDENT: f64 = 1e-14;

export class Cholesky {
  /**
   * Overwrites the lower triangle of the n × n matrix `a` with its factor L. The row of a dependent variable gets an infinite
   * pivot, so that solve() leaves that variable at 0.
   */
  static factor(a: usize, n: i32): void {
    const stride = (<usize>n) << 3;
    for (let i = 0; i < n; i++) {
      const row = a + stride * <usize>i;
      for (let j = 0; j < i; j++) {
        const other = a + stride * <usize>j;
        const pivot = load<f64>(other + ((<usize>j) << 3));
        const at = row + ((<usize>j) << 3);
        store<f64>(at, (load<f64>(at) - inner(row, other, j)) / pivot);
      }
      const at = row + ((<usize>i) << 3);
      const diagonal = load<f64>(at);
      const square = diagonal - inner(row, row, i);
      store<f64>(at, square > DEPENDENT * diagonal ? sqrt<f64>(square) : f64.POSITIVE_INFINITY);
    }
  }

  /** x ← (L Lᵀ)⁻¹ x. */
  static solve(a: usize, n: i32, x: usize): void {
    const stride = (<usize>n) << 3;
    for (let i = 0; i < n; i++) {
      const row = a + stride * <usize>i;
      const at = x + ((<usize>i) << 3);
      store<f64>(at, (load<f64>(at) - inner(row, x, i)) / load<f64>(row + ((<usize>i) << 3)));
    }
    for (let i = n - 1; i >= 0; i--) {
      const at = x + ((<usize>i) << 3);
      let sum = load<f64>(at);
      for (let k = i + 1; k < n; k++) {
        sum -= load<f64>(a + stride * <usize>k + ((<usize>i) << 3)) * load<f64>(x + ((<usize>k) << 3));
      }
      store<f64>(at, sum / load<f64>(a + stride * <usize>i + ((<usize>i) << 3)));
    }
  }
}

function inner(a: usize, b: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let end = a + ((<usize>n) << 3); a < end; a += 8, b += 8) sum += load<f64>(a) * load<f64>(b);
  return sum;
}
