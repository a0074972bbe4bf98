// Dense vectors of float64 as pointers: sequential loops, one fixed order that depends on the length only.

/** Σ a_i b_i, left to right. */
export function dot(a: usize, b: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let end = a + ((<usize>n) << 3); a < end; a += 8, b += 8) sum += load<f64>(a) * load<f64>(b);
  return sum;
}

/** y ← y + factor · x. */
export function axpy(factor: f64, x: usize, y: usize, n: i32): void {
  for (let end = x + ((<usize>n) << 3); x < end; x += 8, y += 8) store<f64>(y, load<f64>(y) + factor * load<f64>(x));
}

/** max |a_i|, 0 for an empty vector. */
export function maxAbs(a: usize, n: i32): f64 {
  let largest: f64 = 0;
  for (let end = a + ((<usize>n) << 3); a < end; a += 8) largest = max<f64>(largest, abs<f64>(load<f64>(a)));
  return largest;
}
