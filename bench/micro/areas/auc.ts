/** Area under the ROC curve of scores without and with ties. */
import { type Area, bothBackends } from "../case.js";
import { labels, normals, randomOf, scaled } from "../inputs.js";

export const auc: Area = (kernels, scale) => {
  const rows = scaled(50_000, scale);
  const y = labels(randomOf(2), rows);
  const distinct = normals(randomOf(3), rows);
  const tied = distinct.map((value) => Math.round(100 * value) / 100);
  return [["distinct", distinct] as const, ["tied", tied] as const].map(([kind, scores]) => ({
    name: `AUC of ${rows} ${kind} scores`,
    tolerance: 0,
    ways: bothBackends(kernels, (kernel) => ({ values: [kernel.auc(y, scores)] })),
    python: { task: "auc", columns: { y, scores }, options: {} },
  }));
};
