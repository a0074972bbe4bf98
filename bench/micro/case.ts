/** What a micro-benchmark is made of. */
import type { Kernel } from "../../src/kernel/kernel.js";

export interface Outcome {
  readonly values: ArrayLike<number>;
  /** False: the solver stopped at its limit of iterations. */
  readonly converged?: boolean;
}

/** One way to do a case's work. */
export interface Way {
  readonly name: string;
  run(): Outcome;
}

export type Column = Float64Array | Float32Array | Int32Array | Uint16Array | Uint8Array;

/** The same work in Python: a function of bench/python/tasks.py and its arguments. */
export interface PythonTask {
  readonly task: string;
  readonly columns: Readonly<Record<string, Column>>;
  readonly options: Readonly<Record<string, number | string | boolean>>;
}

export interface Case {
  readonly name: string;
  /** Largest distance (distance.ts) at which answers count as the same. */
  readonly tolerance: number;
  /** The first one is what the others are held against. */
  readonly ways: readonly Way[];
  readonly python?: PythonTask;
}

export interface Kernels {
  readonly wasm: Kernel;
  readonly js: Kernel;
}

/** The cases of one area of the kernel; `scale` shrinks the inputs' rows (1: as measured for the docs). */
export type Area = (kernels: Kernels, scale: number) => Case[];

/** The same call on both backends. */
export function bothBackends({ wasm, js }: Kernels, run: (kernel: Kernel) => Outcome): Way[] {
  return [
    { name: "wasm", run: () => run(wasm) },
    { name: "js", run: () => run(js) },
  ];
}

/** All numbers one after the other. */
export function joined(...parts: readonly (number | ArrayLike<number>)[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : Array.from(part))));
}
