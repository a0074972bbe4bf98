/** SeriesKernel over the compiled kernel. */
import { UsageError } from "../../errors.js";
import type { SeriesKernel } from "../ops/series.js";
import { type KernelExports, withScratch } from "./memory.js";

/** Rows per call of a loop: V8 optimises a function between calls, so one long call would stay in its first tier. */
const BLOCK = 1024;

export function seriesOps(exports: KernelExports): SeriesKernel {
  return {
    rollingStd(x, window) {
      const length = Math.max(0, x.length - window + 1);
      return withScratch(exports, (scratch) => {
        const out = scratch.room(8 * length);
        exports.rollingStd(scratch.put(x), x.length, window, out);
        return scratch.float64(out, length);
      });
    },
    firstTouch(logPrices, sigma, horizon) {
      const rows = sigma.length;
      if (rows > 0 && rows + horizon > logPrices.length) {
        throw new UsageError(
          `firstTouch: ${rows} rows and a horizon of ${horizon} need more than ${logPrices.length} prices`,
        );
      }
      return withScratch(exports, (scratch) => {
        const [path, bounds, out] = [scratch.put(logPrices), scratch.put(sigma), scratch.room(rows)];
        for (let from = 0; from < rows; from += BLOCK) {
          exports.firstTouch(path, bounds, from, Math.min(from + BLOCK, rows), horizon, out);
        }
        return scratch.uint8(out, rows);
      });
    },
    windowExtremes(x, horizon) {
      const length = Math.max(0, x.length - horizon);
      return withScratch(exports, (scratch) => {
        const [highs, lows] = [scratch.room(8 * length), scratch.room(8 * length)];
        exports.windowExtremes(scratch.put(x), x.length, horizon, highs, lows);
        return { max: scratch.float64(highs, length), min: scratch.float64(lows, length) };
      });
    },
    crossSectionLabels(values, assets, forward, change) {
      const rows = forward.length;
      if (values.length !== rows * assets) {
        throw new UsageError(`crossSectionLabels: ${values.length} values are not ${rows} rows of ${assets} assets`);
      }
      if (forward.some((row) => row >= rows))
        throw new UsageError(`crossSectionLabels: forward names a row past ${rows}`);
      return withScratch(exports, (scratch) => {
        const [table, pairs, out] = [scratch.put(values), scratch.put(forward), scratch.room(values.length)];
        const ratio = change === "ratio" ? 1 : 0;
        for (let from = 0; from < rows; from += BLOCK) {
          exports.crossSectionLabels(table, assets, pairs, from, Math.min(from + BLOCK, rows), ratio, out);
        }
        return scratch.uint8(out, values.length);
      });
    },
  };
}
