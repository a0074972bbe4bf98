/** PooledKernel over the compiled kernel. Columns of codes pass through its memory one at a time. */
import type { MathKernel } from "../ops/math.js";
import type { BaseFits, PooledColumns, PooledKernel, PooledWindows } from "../ops/pooled.js";
import { type KernelExports, type Scratch, withScratch } from "./memory.js";

/** Bytes of a fit's record: weight, intercept, then iterations and samples. */
const RECORD = 24;
/** Rows per call of a loop over samples, so that V8 can replace the baseline code between calls. */
const BLOCK = 2048;

export function pooledOps(exports: KernelExports, math: Pick<MathKernel, "randomIntegers" | "auc">): PooledKernel {
  /** The first `rows` rows of a column in kernel memory, muted assets set to 0. */
  function putCodes(scratch: Scratch, codes: Uint16Array, rows: number, assets: number, muted: Uint8Array | null) {
    const pointer = scratch.put(codes.subarray(0, rows * assets));
    if (muted?.some((flag) => flag !== 0)) exports.muteColumns(pointer, rows, assets, scratch.put(muted));
    return pointer;
  }

  /** Runs `work(pointer to codes)` for each column in turn, giving its memory back in between. */
  function eachColumn(design: PooledColumns, rows: number, work: (k: number, codes: number) => void): void {
    for (let k = 0; k < design.columns.length; k++) {
      withScratch(exports, (scratch) =>
        work(k, putCodes(scratch, design.columns[k], rows, design.assets, design.muted[k])),
      );
    }
  }

  function eachRange(design: PooledColumns, work: (from: number, to: number, b: number) => void): void {
    for (let b = 0; 2 * b < design.ranges.length; b++) {
      for (let from = design.ranges[2 * b], end = design.ranges[2 * b + 1]; from < end; from += BLOCK) {
        work(from, Math.min(from + BLOCK, end), b);
      }
    }
  }

  /** Marks the samples of a design in kernel memory. */
  function keep(scratch: Scratch, design: PooledColumns, all: boolean) {
    const K = design.columns.length;
    const rows = design.ranges.length ? design.ranges[design.ranges.length - 1] : 0;
    const samples = rows * design.assets;
    const labels = scratch.put(design.labels.subarray(0, samples));
    const kept = exports.allocZeroed(Math.max(16, samples));
    if (all) {
      eachRange(design, (from, to) => exports.markLabelled(labels, design.assets, from, to, kept));
    } else {
      eachColumn(design, rows, (k, codes) =>
        eachRange(design, (from, to, b) => {
          if (!Number.isNaN(design.weight[b * K + k]))
            exports.markPredicted(codes, labels, design.assets, from, to, kept);
        }),
      );
    }
    const zeros = exports.countKept(kept, samples, 1);
    const ones = exports.countKept(kept, samples, 2);
    return { rows, samples, kept, zeros, ones, n: zeros + ones };
  }

  /** Predictions of one column in pooled order, written to `out` (float32). */
  function predict(design: PooledColumns, k: number, codes: number, kept: number, out: number): void {
    const K = design.columns.length;
    let next = out;
    eachRange(design, (from, to, b) => {
      const at = b * K + k;
      next = exports.predictColumn(codes, design.assets, from, to, design.weight[at], design.intercept[at], kept, next);
    });
  }

  return {
    labelCounts(labels, assets) {
      const rows = labels.length / assets;
      return withScratch(exports, (scratch) => {
        const pointer = scratch.put(labels);
        const zeros = scratch.room(4 * (rows + 1));
        const ones = scratch.room(4 * (rows + 1));
        exports.labelCounts(pointer, rows, assets, zeros, ones);
        return { zeros: scratch.int32(zeros, rows + 1), ones: scratch.int32(ones, rows + 1) };
      });
    },

    constantColumns(codes, assets, rowMask, minStd) {
      return withScratch(exports, (scratch) => {
        const pointer = scratch.put(codes.subarray(0, rowMask.length * assets));
        const out = scratch.room(assets);
        exports.constantColumns(pointer, rowMask.length, assets, scratch.put(rowMask), minStd, out);
        return scratch.uint8(out, assets);
      });
    },

    pooledMiner(codes, labels, assets, muted, windows) {
      const edges = windowEdges(windows);
      const rows = edges[edges.length - 1];
      const S = windows.selections.length / 3;
      const F = windows.fits.length;
      return withScratch(exports, (scratch) => {
        const auc = scratch.room(8 * S);
        const selections = scratch.room(RECORD * S);
        const fits = scratch.room(RECORD * F);
        exports.pooledMiner(
          putCodes(scratch, codes, rows, assets, muted),
          scratch.put(labels.subarray(0, rows * assets)),
          assets,
          scratch.put(edges),
          edges.length,
          scratch.put(windows.selections),
          S,
          scratch.put(windows.fits),
          F,
          windows.minFit,
          windows.minEval,
          windows.minDistinct,
          windows.C,
          windows.tol,
          windows.maxIter,
          auc,
          selections,
          fits,
        );
        return {
          auc: scratch.float64(auc, S),
          selections: readFits(scratch, selections, S),
          fits: readFits(scratch, fits, F),
        };
      });
    },

    pooledDesign(design) {
      return withScratch(exports, (scratch) => {
        const { rows, samples, kept, n } = keep(scratch, design, false);
        const cols = design.columns.length;
        const y = scratch.room(n);
        exports.keptLabels(kept, samples, y);
        const column = scratch.room(4 * n);
        const values = new Float32Array(n * cols);
        eachColumn(design, rows, (k, codes) => {
          predict(design, k, codes, kept, column);
          values.set(scratch.float32(column, n), k * n);
        });
        return { x: { values, rows: n, cols }, y: scratch.uint8(y, n) };
      });
    },

    pooledBootstrap(design, options) {
      const cols = design.columns.length;
      const count = options.to - options.from;
      return withScratch(exports, (scratch) => {
        const { rows, kept, ones, n } = keep(scratch, design, false);
        const fits = {
          coef: new Float64Array(count * cols),
          intercept: new Float64Array(count),
          iterations: new Int32Array(count),
          kept: new Uint8Array(count),
        };
        if (n < 2 * options.block) return { rows: n, ones, fits };
        const ranges = scratch.put(Int32Array.from(design.ranges, (row) => row * design.assets));
        const pooledRows = exports.pooledRowsCreate(kept, ranges, design.ranges.length / 2, cols);
        eachColumn(design, rows, (k, codes) => exports.pooledRowsSetCodes(pooledRows, k, codes));
        for (let at = 0; at < design.weight.length; at++) {
          exports.pooledRowsSetFit(
            pooledRows,
            Math.floor(at / cols),
            at % cols,
            design.weight[at],
            design.intercept[at],
          );
        }
        const replicates = exports.replicatesCreate(pooledRows, count);
        for (let r = 0; r < count; r++) {
          const seed = options.bootstrapSeed + options.from + r;
          const starts = math.randomIntegers(seed, n - options.block + 1, Math.floor(n / options.block));
          fits.kept[r] = withScratch(exports, (inner) =>
            exports.replicatesDraw(replicates, r, inner.put(starts), starts.length, options.block, options.C),
          );
        }
        exports.replicatesFit(replicates, options.maxIter, options.tol);
        const out = scratch.room(8 * (cols + 1));
        for (let r = 0; r < count; r++) {
          if (!fits.kept[r]) continue;
          fits.iterations[r] = exports.replicatesResult(replicates, r, out);
          const solution = scratch.float64(out, cols + 1);
          fits.coef.set(solution.subarray(0, cols), r * cols);
          fits.intercept[r] = solution[cols];
        }
        return { rows: n, ones, fits };
      });
    },

    pooledAuc(design, coef, intercept) {
      return withScratch(exports, (scratch) => {
        const { rows, samples, kept, n } = keep(scratch, design, true);
        const y = scratch.room(n);
        exports.keptLabels(kept, samples, y);
        const scores = exports.allocZeroed(Math.max(16, 8 * n));
        const column = scratch.room(4 * n);
        eachColumn(design, rows, (k, codes) => {
          predict(design, k, codes, kept, column);
          exports.addScaled(column, n, coef[k], scores);
        });
        exports.sigmoidShifted(scores, n, intercept);
        const values = scratch.float64(scores, n);
        if (!values.every(Number.isFinite)) return { auc: Number.NaN, samples: n };
        return { auc: math.auc(scratch.uint8(y, n), values), samples: n };
      });
    },
  };
}

/** 0 and every end of a window, ascending, each once. */
function windowEdges({ selections, fits }: PooledWindows): Int32Array {
  return Int32Array.from(new Set([0, ...selections, ...fits])).sort();
}

function readFits(scratch: Scratch, pointer: number, count: number): BaseFits {
  const floats = scratch.float64(pointer, 3 * count);
  const ints = new Int32Array(floats.buffer);
  const pick = <T>(array: ArrayLike<T>, stride: number, at: number): T[] =>
    Array.from({ length: count }, (_, i) => array[i * stride + at]);
  return {
    weight: Float64Array.from(pick(floats, 3, 0)),
    intercept: Float64Array.from(pick(floats, 3, 1)),
    iterations: Int32Array.from(pick(ints, 6, 4)),
    samples: Int32Array.from(pick(ints, 6, 5)),
  };
}
