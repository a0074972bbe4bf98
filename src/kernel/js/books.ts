/** Dot products and projections of position books, the twin of assembly/walkforward/books.ts. */

/** A senior whose book has no more than this left is not projected on. */
const EMPTY = 1e-12;

/** Value i goes to lane i mod 4; the lanes are added as (l0 + l1) + (l2 + l3), left-over values one by one. */
function dot(x: Float64Array, y: Float64Array): number {
  const whole = x.length & ~3;
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i < whole; i += 4) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
    c += x[i + 2] * y[i + 2];
    d += x[i + 3] * y[i + 3];
  }
  let total = a + b + (c + d);
  for (; i < x.length; i++) total += x[i] * y[i];
  return total;
}

export function dotProducts(vectors: readonly Float64Array[]): Float64Array {
  const count = vectors.length;
  const products = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(vectors[i], vectors[j]);
      products[i * count + j] = product;
      products[j * count + i] = product;
    }
  }
  return products;
}

export function residualBooks(
  books: readonly Float64Array[],
  order: Int32Array,
  similarity: Float64Array,
  threshold: number,
): Float64Array[] {
  const count = books.length;
  const residuals = books.map((book) => book.slice());
  const norms = new Float64Array(count);
  for (const [place, j] of order.entries()) {
    const book = residuals[j];
    for (const s of order.subarray(0, place)) {
      if (!(Math.abs(similarity[s * count + j]) >= threshold) || norms[s] <= EMPTY) continue;
      const scale = dot(book, residuals[s]) / norms[s];
      for (let i = 0; i < book.length; i++) book[i] -= scale * residuals[s][i];
    }
    norms[j] = dot(book, book);
  }
  return residuals;
}
