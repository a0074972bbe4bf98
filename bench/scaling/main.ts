/**
 * `npm run bench:scaling`: how the cost of loading and scoring grows with rows and with miners. Simulates ledgers one after
 * the other in a temporary folder, fits exponents, and writes docs/performance-scaling.svg and .json. Some minutes.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { names, wholeNumber } from "../../src/cli/options.js";
import { plainTable } from "../../src/cli/plainTable.js";
import { type Panel, plotSvg } from "./plot.js";
import { type Size, type Sweep, sweep } from "./sweep.js";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "20000,28000,40000,56000,80000" },
    "rows-at": { type: "string", default: "8" },
    miners: { type: "string", default: "8,16,32,64" },
    "miners-at": { type: "string", default: "20000" },
    runs: { type: "string", default: "3" },
    only: { type: "string" },
    out: { type: "string", default: "docs/performance-scaling" },
  },
});
const list = (option: "rows" | "miners", most: number) =>
  names(`--${option}`)(values[option])
    .map(wholeNumber(`--${option}`, 1, most))
    .sort((a, b) => a - b);
const options = {
  runs: wholeNumber("--runs", 1, 1000)(values.runs),
  only: values.only === undefined ? undefined : names("--only")(values.only),
  onPoint: ({ rows, miners }: Size) => void process.stderr.write(`${rows} rows, ${miners} miners\n`),
};
const rowSizes = list("rows", 1_000_000).map((rows) => ({
  rows,
  miners: wholeNumber("--rows-at", 1, 1024)(values["rows-at"]),
}));
const minerSizes = list("miners", 1024).map((miners) => ({
  rows: wholeNumber("--miners-at", 1, 1_000_000)(values["miners-at"]),
  miners,
}));

const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-scaling-"));
try {
  const sweeps = [
    await sweep("rows", rowSizes, folder, options),
    await sweep("miners", minerSizes, folder, options),
  ] as const;
  for (const found of sweeps) process.stdout.write(`${report(found)}\n\n`);
  writeFileSync(`${values.out}.json`, `${JSON.stringify({ runs: options.runs, sweeps }, null, 1)}\n`);
  writeFileSync(`${values.out}.svg`, plotSvg(sweeps.map(panel)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report({ along, points, load, score }: Sweep): string {
  const rows = points.map((point) => [
    String(point.rows),
    String(point.miners),
    point.load.toFixed(3),
    point.score.toFixed(3),
    String(point.peakRssMb),
  ]);
  const laws = [
    ["loading", load],
    ["scoring", score],
  ] as const;
  const lines = laws.map(
    ([name, law]) =>
      `${name}: exponent ${law.exponent.toFixed(2)} in ${along} (last step ${law.lastExponent.toFixed(2)})`,
  );
  return [plainTable(["rows", "miners", "load s", "score s", "memory MB"], rows, 0), ...lines].join("\n");
}

function panel({ along, points, load, score }: Sweep): Panel {
  const other = along === "rows" ? "miners" : "rows";
  return {
    title: `Cost against ${along}, ${points[0]![other].toLocaleString("en")} ${other}, one worker`,
    xLabel: along,
    x: points.map((point) => point[along]),
    lines: [
      { name: "scoring", color: "#c2410c", y: points.map((point) => point.score), law: score },
      { name: "loading", color: "#1d4ed8", y: points.map((point) => point.load), law: load },
    ],
  };
}
