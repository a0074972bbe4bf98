/** TRADE-MIX: the leave-one-out desk of one asset, and the cosines by which copies are found. */
import { Matrix } from "ml-matrix";
import { type Area, bothBackends, joined } from "../case.js";
import { forecasts, labels, normals, randomOf, scaled } from "../inputs.js";

export const tradeMix: Area = (kernels, scale) => {
  const rows = scaled(20_000, scale);
  const assets = 10;
  const random = randomOf(14);
  const y = labels(random, rows * assets);
  const columns = Array.from({ length: 12 }, (_, g) => forecasts(random, y, 0.05 * g));
  const horizon = 60;
  const returns = normals(random, rows, 0.002).map((value, t) => {
    if (t >= rows - horizon) return Number.NaN;
    return value + 0.0002 * (y[t * assets]! - 0.5);
  });
  const cut = (share: number) => Math.floor(rows * share);
  const input = {
    columns,
    assets,
    asset: 0,
    blank: kernels.js.rowMedians(columns, assets),
    returns,
    usable: Uint8Array.from(returns, (value) => (Number.isFinite(value) ? 1 : 0)),
    folds: Int32Array.from([0.5, 0.625, 0.75, 0.875].flatMap((share) => [cut(share), cut(share), cut(share + 0.125)])),
    horizon,
    period: 60,
    fee: 1e-4,
    minRows: 100,
  };
  return [
    {
      name: `deskLeaveOneOut, ${rows} rows, ${columns.length} groups`,
      tolerance: 0,
      ways: bothBackends(kernels, (kernel) => {
        const { edges, profits, points } = kernel.deskLeaveOneOut(input);
        return { values: joined(edges, profits, points) };
      }),
    },
    {
      name: `cosineSimilarities, ${columns.length} of ${rows * assets}`,
      tolerance: 1e-6,
      ways: [
        ...bothBackends(kernels, (kernel) => ({ values: kernel.cosineSimilarities(columns) })),
        {
          name: "ml-matrix",
          run: () => ({ values: cosines(columns.map((codes) => Float64Array.from(kernels.js.decodeHalf(codes)))) }),
        },
      ],
      python: {
        task: "cosines",
        columns: { codes: Uint16Array.from(columns.flatMap((codes) => [...codes])) },
        options: { count: columns.length },
      },
    },
  ];
};

function cosines(rows: readonly Float64Array[]): number[] {
  const x = new Matrix(rows as Float64Array[]);
  const dots = x.mmul(x.transpose());
  const norms = dots.diagonal().map(Math.sqrt);
  return dots.to1DArray().map((dot, k) => dot / (norms[Math.floor(k / norms.length)]! * norms[k % norms.length]!));
}
