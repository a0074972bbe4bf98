/** Hyperbolic tangent: the kernel's method and order of operations (assembly/numeric/tanh.ts names the source). */
import { exp } from "./elementary.js";

export function tanh(x: number): number {
  const a = Math.abs(x);
  if (a < 0.625) {
    const z = x * x;
    const p = (-0.9643991794250523 * z - 99.28772310019185) * z - 1614.6876844170845;
    const q = ((z + 112.81167849163293) * z + 2235.4883906010045) * z + 4844.063053251255;
    return x + x * z * (p / q);
  }
  if (a > 22) return x > 0 ? 1 : -1;
  const t = 1 - 2 / (exp(a + a) + 1);
  return x < 0 ? -t : t;
}
