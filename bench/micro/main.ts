/**
 * `npm run bench:micro -- [--only TEXT] [--python PY] [--time MS] [--scale S] [--json FILE]`: the kernel's operations on seeded
 * inputs, WebAssembly against JavaScript, ml-matrix and Python (numpy 2.2.6, scikit-learn 1.7.2, one thread).
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { numberWithin } from "../../src/cli/options.js";
import { openJsKernel, openKernel } from "../../src/kernel/load.js";
import { AREAS } from "./areas/index.js";
import { measureCase, type Timing } from "./measure.js";
import { runPython } from "./python.js";
import { type MeasuredCase, microTable } from "./table.js";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    python: { type: "string" },
    time: { type: "string", default: "1000" },
    scale: { type: "string", default: "1" },
    json: { type: "string" },
  },
});
const timing: Timing = { time: numberWithin("--time", 1, 1e6)(values.time), iterations: 3 };
const scale = numberWithin("--scale", 0.001, 10)(values.scale);
const kernels = { wasm: await openKernel(), js: openJsKernel() };
const wanted = Object.entries(AREAS).filter(([name]) => !values.only || values.only.split(",").includes(name));
if (wanted.length === 0) {
  process.stderr.write(`--only ${values.only}: choose from ${Object.keys(AREAS).join(", ")}\n`);
  process.exit(2);
}

const all: MeasuredCase[] = [];
for (const [, area] of wanted) {
  for (const one of area(kernels, scale)) {
    const python = values.python && one.python ? await runPython(values.python, one.python, timing) : undefined;
    const measured = { name: one.name, tolerance: one.tolerance, ways: await measureCase(one, timing, python) };
    process.stdout.write(`${microTable([measured])}\n\n`);
    all.push(measured);
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ timing, scale, cases: all }, null, 1)}\n`);
