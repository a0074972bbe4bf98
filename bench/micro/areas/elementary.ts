/** Elementary functions and binary16: one pass over an array. */
import { Matrix } from "ml-matrix";
import { type Area, bothBackends } from "../case.js";
import { normals, randomOf, scaled } from "../inputs.js";

export const elementary: Area = (kernels, scale) => {
  const count = scaled(100_000, scale);
  const x = normals(randomOf(1), count, 4);
  const positive = x.map((value) => Math.exp(value));
  const codes = Uint16Array.from({ length: count }, (_, i) => (i * 40503) & 0x7bff);
  const row = (values: Float64Array) => new Matrix([values as unknown as number[]]);
  const [asRow, positiveRow] = [row(x), row(positive)];
  return [
    {
      name: `exp of ${count}`,
      tolerance: 1e-15,
      ways: [
        ...bothBackends(kernels, (kernel) => ({ values: kernel.expAll(x) })),
        { name: "Math.exp", run: () => ({ values: x.map(Math.exp) }) },
        { name: "ml-matrix", run: () => ({ values: Matrix.exp(asRow).getRow(0) }) },
      ],
      python: { task: "exp", columns: { x }, options: {} },
    },
    {
      name: `log of ${count}`,
      tolerance: 1e-15,
      ways: [
        ...bothBackends(kernels, (kernel) => ({ values: kernel.logAll(positive) })),
        { name: "Math.log", run: () => ({ values: positive.map(Math.log) }) },
        { name: "ml-matrix", run: () => ({ values: Matrix.log(positiveRow).getRow(0) }) },
      ],
      python: { task: "log", columns: { x: positive }, options: {} },
    },
    {
      name: `decode ${count} halves`,
      tolerance: 0,
      ways: bothBackends(kernels, (kernel) => ({ values: kernel.decodeHalf(codes) })),
      python: { task: "decode_half", columns: { codes }, options: {} },
    },
  ];
};
