/** Bucket operations over the compiled kernel (assembly/walkforward/bucket*.ts). */
import type { BucketKernel } from "../ops/buckets.js";
import { type KernelExports, type Scratch, withScratch } from "./memory.js";

const CLASSES = 5;

/** Copies in the codes between the smallest and the largest row number; the pointer is that of row 0. */
function putRows(scratch: Scratch, codes: Uint16Array, width: number, rows: Int32Array): number {
  if (rows.length === 0) return 0;
  let first = rows[0] as number;
  let last = first;
  for (let i = 1; i < rows.length; i++) {
    first = Math.min(first, rows[i] as number);
    last = Math.max(last, rows[i] as number);
  }
  return scratch.put(codes.subarray(first * width, (last + 1) * width)) - 2 * first * width;
}

export function bucketOps(exports: KernelExports): BucketKernel {
  return {
    bucketLabels(logPrices, horizon, window, eps) {
      return withScratch(exports, (scratch) => {
        const n = Math.max(0, logPrices.length - horizon);
        const out = scratch.room(n);
        exports.bucketLabels(scratch.put(logPrices), n, horizon, window, eps, out);
        return scratch.uint8(out, n);
      });
    },

    pathHits(logPrices, labels, horizon, window, multipliers) {
      return withScratch(exports, (scratch) => {
        const n = labels.length;
        const out = scratch.room(n);
        const ks = scratch.put(Float64Array.from(multipliers));
        exports.pathHits(scratch.put(logPrices), scratch.put(labels), n, horizon, window, ks, multipliers.length, out);
        return scratch.uint8(out, n);
      });
    },

    bucketChoices(codes, width, rows) {
      return withScratch(exports, (scratch) => {
        const n = rows.length;
        const out = scratch.room(n);
        const active = exports.bucketChoices(putRows(scratch, codes, width, rows), width, scratch.put(rows), n, out);
        return { choice: scratch.uint8(out, n), active };
      });
    },

    bucketProbabilities(codes, width, rows) {
      return withScratch(exports, (scratch) => {
        const n = rows.length;
        const out = scratch.room(4 * CLASSES * n);
        exports.bucketProbabilities(putRows(scratch, codes, width, rows), width, scratch.put(rows), n, out);
        return scratch.float32(out, CLASSES * n);
      });
    },

    bucketHits(choice, labels, bounds) {
      return withScratch(exports, (scratch) => {
        const stretches = Math.max(0, bounds.length - 1);
        const hits = new Int32Array(CLASSES * stretches);
        const out = scratch.put(hits);
        const [a, b] = [scratch.put(choice), scratch.put(labels)];
        for (let i = 0; i < stretches; i++) {
          const from = bounds[i] as number;
          const to = bounds[i + 1] as number;
          exports.bucketHits(a + from, b + from, to - from, out + 4 * CLASSES * i);
        }
        return scratch.int32(out, hits.length);
      });
    },

    bucketVotes(choices, shares) {
      return withScratch(exports, (scratch) => {
        const rows = choices.length / shares.length;
        const out = scratch.room(rows);
        exports.bucketVotes(scratch.put(choices), scratch.put(shares), shares.length, rows, out);
        return scratch.uint8(out, rows);
      });
    },

    largestAgreements(choices, voters) {
      return withScratch(exports, (scratch) => {
        const out = scratch.room(4 * voters);
        exports.largestAgreements(scratch.put(choices), voters, choices.length / voters, out);
        return scratch.int32(out, voters);
      });
    },

    logitColumn(codes, width, entry, rows, eps, absent = 0.5) {
      return withScratch(exports, (scratch) => {
        const n = rows.length;
        const picked = new Uint16Array(n);
        for (let i = 0; i < n; i++) picked[i] = codes[(rows[i] as number) * width + entry] as number;
        const out = scratch.room(8 * n);
        exports.logitColumn(scratch.put(picked), n, eps, absent, out);
        return scratch.float64(out, n);
      });
    },
  };
}
