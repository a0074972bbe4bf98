import { beforeAll, describe, expect, it } from "vitest";
import { jsKernel } from "../../src/kernel/js/index.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { openKernel } from "../../src/kernel/load.js";
import type { BootstrapOptions } from "../../src/kernel/ops/linear.js";
import type { PooledColumns } from "../../src/kernel/ops/pooled.js";
import { halfCode } from "../helpers/half.js";
import { lcg } from "../helpers/lcg.js";

/** Rows from which on the compiled bootstrap may use float32: it must not show. */
const ROWS = 150_000;

const options: BootstrapOptions = {
  solver: "lbfgs",
  C: 0.5,
  tol: 1e-4,
  maxIter: 100,
  balanced: true,
  block: 120,
  bootstrapSeed: 7961,
  from: 0,
  to: 3,
};

/**
 * Columns of base predictions: `scale` sets their size, `copies` adds noisy copies of the first one's signal, and `skill` says
 * how much of the labels it explains.
 */
function design(scale: number, copies: number, noise: number, skill = 0.3): PooledColumns {
  const draw = lcg(20260511);
  const labels = new Uint8Array(ROWS);
  const columns = Array.from({ length: 3 + copies }, () => new Uint16Array(ROWS));
  for (let i = 0; i < ROWS; i++) {
    const signal = draw() - 0.5;
    labels[i] = draw() < 0.48 + skill * signal ? 1 : 0;
    columns.forEach((column, k) => {
      const own = (draw() + draw() - 1) * (k < 3 ? 1 : noise);
      const shared = k === 1 ? 0.2 * signal : signal;
      // the second miner is often absent
      if (k !== 1 || draw() < 0.6) column[i] = halfCode(shared + own);
    });
  }
  const cut = ROWS >> 1;
  return {
    labels,
    assets: 1,
    columns,
    muted: columns.map(() => null),
    ranges: Int32Array.of(0, cut, cut, ROWS),
    weight: Float64Array.from({ length: 2 * columns.length }, (_, at) => scale * (1 + 0.1 * at)),
    intercept: Float64Array.from({ length: 2 * columns.length }, (_, at) => 0.01 * at - 0.05),
  };
}

describe("bootstrapped fits of many rows agree with float64 fits, one after the other", () => {
  let wasm: Kernel;
  const js = jsKernel();
  beforeAll(async () => {
    wasm = await openKernel();
  });

  const cases = {
    "small margins": design(0.4, 0, 0),
    "margins beyond 1": design(6, 0, 0),
    "margins from 0 to 4": design(0.4, 2, 0.2, 0.95),
    "columns that are nearly copies": design(0.4, 2, 0.02),
    "columns that are copies": design(0.4, 1, 0),
  };
  for (const [name, columns] of Object.entries(cases)) {
    it(name, () => {
      const ours = wasm.pooledBootstrap(columns, options).fits;
      const theirs = js.pooledBootstrap(columns, options).fits;
      expect(ours.iterations).toEqual(theirs.iterations);
      const size = Math.max(...theirs.coef.map(Math.abs));
      for (let k = 0; k < theirs.coef.length; k++) {
        expect(Math.abs(ours.coef[k] - theirs.coef[k])).toBeLessThan(1e-7 * size);
      }
      for (let r = 0; r < 3; r++) {
        expect(Math.abs(ours.intercept[r] - theirs.intercept[r])).toBeLessThan(1e-7 * size);
      }
    });
  }

  it("does not depend on which replicates run together", () => {
    const columns = cases["small margins"];
    const all = wasm.pooledBootstrap(columns, options).fits;
    const last = wasm.pooledBootstrap(columns, { ...options, from: 2 }).fits;
    expect(last.coef).toEqual(all.coef.slice(2 * 3));
    expect(last.intercept).toEqual(all.intercept.slice(2));
  });

  it("ends where predictions overflow", () => {
    const rows = 2000;
    const codes = Uint16Array.from({ length: rows }, (_, i) => 0x3c00 | ((i * 7919) % 1024) | (i % 3 ? 0 : 0x8000));
    const columns = {
      labels: Uint8Array.from({ length: rows }, (_, i) => ((i * 31) % 7) % 2),
      assets: 1,
      columns: [codes],
      muted: [null],
      ranges: Int32Array.of(0, rows),
      intercept: Float64Array.of(0),
    };
    for (const weight of [1e30, 1e39]) {
      const { fits } = wasm.pooledBootstrap({ ...columns, weight: Float64Array.of(weight) }, { ...options, block: 20 });
      for (const iterations of fits.iterations) expect(iterations).toBeLessThanOrEqual(100);
    }
  });
});
