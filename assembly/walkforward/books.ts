// Position books as long float64 vectors: dot products, and projections on the books of seniors (53 §6).

const EMPTY: f64 = 1e-12; // a senior whose book has no more than this left is not projected on

/** Value i goes to lane i mod 4; the lanes are added as (l0 + l1) + (l2 + l3), left-over values one by one. */
function dot(x: usize, y: usize, n: i32): f64 {
  let a = f64x2.splat(0.0);
  let b = a;
  const whole = (<usize>(n & ~3)) << 3;
  for (let i: usize = 0; i < whole; i += 32) {
    a = f64x2.add(a, f64x2.mul(v128.load(x + i), v128.load(y + i)));
    b = f64x2.add(b, f64x2.mul(v128.load(x + i, 16), v128.load(y + i, 16)));
  }
  let total =
    f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1));
  for (let i = whole; i < (<usize>n) << 3; i += 8) total += load<f64>(x + i) * load<f64>(y + i);
  return total;
}

/** x -= s·y. */
function subtractScaled(x: usize, s: f64, y: usize, n: i32): void {
  const scale = f64x2.splat(s);
  const whole = (<usize>(n & ~1)) << 3;
  for (let i: usize = 0; i < whole; i += 16) {
    v128.store(x + i, f64x2.sub(v128.load(x + i), f64x2.mul(scale, v128.load(y + i))));
  }
  if ((n & 1) == 1) store<f64>(x + whole, load<f64>(x + whole) - s * load<f64>(y + whole));
}

/** Lower triangle of the count × count dot products, mirrored. `vectors` are count × n float64. */
export function dotProducts(vectors: usize, count: i32, n: i32, out: usize): void {
  const bytes = (<usize>n) << 3;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(vectors + <usize>i * bytes, vectors + <usize>j * bytes, n);
      store<f64>(out + ((<usize>(i * count + j)) << 3), product);
      store<f64>(out + ((<usize>(j * count + i)) << 3), product);
    }
  }
}

/** In place on count × n float64 books. `order` and `similarity` (count × count float64) as the interface tells. */
export function residualBooks(
  books: usize,
  count: i32,
  n: i32,
  order: usize,
  similarity: usize,
  threshold: f64,
  norms: usize,
): void {
  const bytes = (<usize>n) << 3;
  for (let place = 0; place < count; place++) {
    const j = load<i32>(order + ((<usize>place) << 2));
    const book = books + <usize>j * bytes;
    for (let earlier = 0; earlier < place; earlier++) {
      const s = load<i32>(order + ((<usize>earlier) << 2));
      const norm = load<f64>(norms + ((<usize>s) << 3));
      if (!(Math.abs(load<f64>(similarity + ((<usize>(s * count + j)) << 3))) >= threshold) || norm <= EMPTY) continue;
      const senior = books + <usize>s * bytes;
      subtractScaled(book, dot(book, senior, n) / norm, senior, n);
    }
    store<f64>(norms + ((<usize>j) << 3), dot(book, book, n));
  }
}
