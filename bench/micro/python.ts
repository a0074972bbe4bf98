/** Runs a case's work in Python: columns go over as raw files in a folder, the answer comes back the same way. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "../../src/cli/child.js";
import type { Column, PythonTask } from "./case.js";
import type { Foreign, Timing } from "./measure.js";

/** Seen from build/bench/micro. */
const script = fileURLToPath(new URL("../../../bench/python/tasks.py", import.meta.url));

const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", OPENBLAS_CORETYPE: "Haswell" };

/** NumPy's name of a column's type. */
function typeName(column: Column): string {
  return column.constructor.name.replace("Array", "").toLowerCase();
}

interface Answer {
  readonly min: number;
  readonly median: number;
  readonly runs: number;
  readonly converged: boolean;
}

export async function runPython(
  python: string,
  { task, columns, options }: PythonTask,
  timing: Timing,
): Promise<Foreign> {
  const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-micro-"));
  try {
    const types: Record<string, string> = {};
    for (const [name, column] of Object.entries(columns)) {
      types[name] = typeName(column);
      writeFileSync(join(folder, name), new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    }
    writeFileSync(join(folder, "task.json"), JSON.stringify({ task, types, options, timing }));
    const { stdout } = await runChild(`python's ${task}`, python, [script, folder], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...ONE_THREAD },
    });
    const { converged, ...times } = JSON.parse(stdout) as Answer;
    const bytes = readFileSync(join(folder, "answer"));
    const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    return { ...times, outcome: { values, converged } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
