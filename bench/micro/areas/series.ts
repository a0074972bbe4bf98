/** Loops over price series and cross-sections. */
import { type Area, bothBackends } from "../case.js";
import { randomOf, scaled, walk } from "../inputs.js";

export const series: Area = (kernels, scale) => {
  const rows = scaled(40_000, scale);
  const prices = walk(randomOf(12), rows, 0.001);
  const window = Math.min(300, rows >> 1);
  const horizon = Math.min(100, rows >> 2);
  const sigma = new Float64Array(rows - horizon).fill(0.01);
  const assets = 33;
  const days = scaled(5000, scale);
  const values = walk(randomOf(13), days * assets, 0.01);
  const forward = Int32Array.from({ length: days }, (_, t) => (t + 60 < days ? t + 60 : -1));
  return [
    {
      name: `rollingStd of ${rows}, window ${window}`,
      tolerance: 1e-9,
      ways: bothBackends(kernels, (kernel) => ({ values: kernel.rollingStd(prices, window) })),
      python: { task: "rolling_std", columns: { x: prices }, options: { window } },
    },
    {
      name: `firstTouch of ${rows}, horizon ${horizon}`,
      tolerance: 0,
      ways: bothBackends(kernels, (kernel) => ({ values: kernel.firstTouch(prices, sigma, horizon) })),
      python: { task: "first_touch", columns: { prices, sigma }, options: { horizon } },
    },
    {
      name: `crossSectionLabels, ${days} × ${assets}`,
      tolerance: 0,
      ways: bothBackends(kernels, (kernel) => ({
        values: kernel.crossSectionLabels(values, assets, forward, "ratio"),
      })),
      python: { task: "cross_section_labels", columns: { values, forward }, options: { assets } },
    },
  ];
};
