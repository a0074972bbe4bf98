import type { LinearKernel } from "../ops/linear.js";
import { bootstrapLogistic } from "./bootstrap.js";
import { fitLogistic } from "./logistic.js";

export function linearOps(): LinearKernel {
  return { fitLogistic, bootstrapLogistic };
}
