import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../src/kernel/kernel.js";
import { openKernel } from "../../src/kernel/load.js";

describe("a fit whose loss is not a number", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await openKernel();
  });

  it("ends", () => {
    const rows = 40;
    const values = Float64Array.from({ length: rows }, (_, i) => ((i % 3) - 1) * 1.7e308);
    const y = Uint8Array.from({ length: rows }, (_, i) => i % 2);
    const options = { solver: "lbfgs", C: 0.5, tol: 1e-4, maxIter: 100, balanced: true } as const;
    const { iterations } = kernel.fitLogistic({ values, rows, cols: 1 }, y, null, options);
    expect(iterations).toBeLessThanOrEqual(100);
  });
});
