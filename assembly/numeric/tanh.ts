// Hyperbolic tangent with the same bits on every engine. The rational approximation below 0.625 is that of Cephes (S. L. Moshier,
// tanh.c); above it tanh x = 1 - 2/(e^2x + 1). Error below 2 ULP (test/numeric/tanh.test.ts).
import { exp } from "./exp";

export function tanh(x: f64): f64 {
  const a = Math.abs(x);
  if (a < 0.625) {
    const z = x * x;
    const p = (-0.9643991794250523 * z - 99.28772310019185) * z - 1614.6876844170845;
    const q = ((z + 112.811678491632931402) * z + 2235.4883906010045) * z + 4844.063053251255;
    return x + x * z * (p / q);
  }
  if (a > 22.0) return x > 0.0 ? 1.0 : -1.0;
  const t = 1.0 - 2.0 / (exp(a + a) + 1.0);
  return x < 0.0 ? -t : t; // NaN arrives here and stays
}
