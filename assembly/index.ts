// The whole ABI on one page: what the kernel exports. Pointers are byte offsets into its memory.
export { alloc, allocZeroed, mark, release } from "./arena";
export { exp } from "./numeric/exp";
export { log, log1p } from "./numeric/log";

import { Lbfgsb } from "./optimize/lbfgsb";
export function t(): f64 {
  const a = Lbfgsb.create(3, 100, 1e-4);
  while (a.advance()) {}
  return a.f;
}
