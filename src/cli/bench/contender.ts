/** What can be timed: the scorer on either backend with some number of workers, and the Python reference. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MantisError, UsageError } from "../../errors.js";
import { type Comparable, parseComparable } from "../../salience/compare.js";
import { mainPath, runChild } from "../child.js";
import type { ConstantValue } from "../options.js";

/** What every contender is asked to score. */
export interface Subject {
  readonly ledger: string;
  readonly profile: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly meta: "cd" | "saga";
  readonly constants: Readonly<Record<string, ConstantValue>>;
}

export interface Seconds {
  readonly load: number;
  readonly score: number;
}

/** One run in a process of its own. */
export interface Run {
  /** Challenges overlap in time when there are several workers. */
  readonly seconds: Readonly<Record<string, Seconds>>;
  /** From the opened ledger to the salience, without the start of the process. */
  readonly totalSeconds: number;
  /** From the start of the process to its end. */
  readonly processSeconds: number;
  /** Largest resident memory of the process, in MB. */
  readonly peakRssMb: number;
  readonly result: Comparable;
  /** Challenges whose last fit stopped before its own test was met, though it was to go to the optimum. */
  readonly notConverged: readonly string[];
}

export interface Contender {
  readonly name: string;
  /** 1: seconds of the challenges add up. */
  readonly workers: number;
  /** Scores the subject in a fresh process; files go to `folder`. */
  run(subject: Subject, folder: string): Promise<Run>;
}

export function scorer(backend: "wasm" | "js", workers: number): Contender {
  const name = workers === 1 ? backend : `${backend}, ${workers} workers`;
  return {
    name,
    workers,
    async run(subject, folder) {
      const [json, explain] = [join(folder, "result.json"), join(folder, "explain.json")];
      const words = ["score", subject.ledger, "--json", json, "--explain", explain, "--quiet"];
      words.push("--backend", backend, "--workers", String(workers), "--meta", subject.meta, ...settings(subject));
      if (subject.profile !== undefined) words.push("--profile", subject.profile);
      const processSeconds = await timed(name, process.execPath, [mainPath, ...words], process.env);
      return { ...readRun(json, name), processSeconds, notConverged: notConverged(explain) };
    },
  };
}

/** As the reference pins itself, and as the goldens are made. */
const ONE_THREAD = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_CORETYPE: "Haswell",
};

/** The reference at `checkout`, run by the interpreter `python`. Throws UsageError where either cannot be there. */
export function reference(checkout: string, python: string): Contender {
  const script = fileURLToPath(new URL("../../../scripts/reference.py", import.meta.url));
  if (!existsSync(script)) {
    throw new UsageError("--reference needs scripts/reference.py: run the bench from a checkout of this project");
  }
  if (!existsSync(join(checkout, "model.py"))) throw new UsageError(`--reference ${checkout}: no model.py in there`);
  const name = "reference";
  return {
    name,
    workers: 1,
    async run(subject, folder) {
      const out = join(folder, "reference.json");
      const words = [script, "--mantis", checkout, "--db", subject.ledger, "--out", out, ...settings(subject)];
      const processSeconds = await timed(name, python, words, { ...process.env, ...ONE_THREAD });
      return { ...readRun(out, name), processSeconds, notConverged: [] };
    },
  };
}

/** Options that the scorer and the reference's driver share. */
function settings({ only, constants }: Subject): string[] {
  const words = only ? ["--only", only.join(",")] : [];
  for (const [name, value] of Object.entries(constants)) words.push("--set", `${name}=${JSON.stringify(value)}`);
  return words;
}

async function timed(name: string, program: string, words: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  await runChild(name, program, words, { stdio: ["ignore", "ignore", "pipe"], env });
  return (performance.now() - started) / 1000;
}

function readRun(path: string, name: string): Pick<Run, "result" | "seconds" | "totalSeconds" | "peakRssMb"> {
  const text = readFileSync(path, "utf8");
  const result = parseComparable(text, path);
  const { seconds, totalSeconds, peakRssMb } = JSON.parse(text) as Partial<Run>;
  if (!seconds || totalSeconds === undefined || peakRssMb === undefined) {
    throw new MantisError(`${name} wrote a result without its times`);
  }
  return { result, seconds, totalSeconds, peakRssMb };
}

interface Explained {
  readonly challenges: Readonly<Record<string, { readonly meta?: { solver?: unknown; converged?: unknown } } | null>>;
}

/** SAGA may stop early as the reference does; the other solvers of the meta model promise the optimum. */
function notConverged(path: string): string[] {
  const { challenges } = JSON.parse(readFileSync(path, "utf8")) as Explained;
  return Object.entries(challenges)
    .filter(([, found]) => found?.meta?.solver === "cd" && found.meta.converged === false)
    .map(([ticker]) => ticker);
}
