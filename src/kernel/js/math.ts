import { Pcg64 } from "../../numeric/random.js";
import type { MathKernel } from "../ops/math.js";
import { auc } from "./auc.js";
import { exp, log, log1p } from "./elementary.js";
import { decodeHalf } from "./half.js";

export function mathOps(): MathKernel {
  return {
    exp,
    log,
    log1p,
    expAll: (x) => x.map(exp),
    logAll: (x) => x.map(log),
    decodeHalf,
    randomIntegers: (seed, bound, count) => new Pcg64(seed).integers(bound, count),
    auc,
  };
}
