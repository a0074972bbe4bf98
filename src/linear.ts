/** The fits on their own: `import { logisticRegression, rocAuc } from "mantis-scorer/linear"`. Works in Node and browsers. */
export { FitError, MantisError, UsageError } from "./errors.js";
export type { LogisticFit, Solver } from "./kernel/ops/linear.js";
export type { Matrix, MatrixLike } from "./linear/design.js";
export { type LogisticRegressionOptions, logisticRegression, type Penalty } from "./linear/logisticRegression.js";
export { rocAuc } from "./linear/rocAuc.js";
