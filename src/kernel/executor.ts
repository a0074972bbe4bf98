/**
 * Where work runs. A scorer cuts its work into tasks: pure functions of a kernel and a plain input. An executor runs them
 * here or on a pool of workers; results come back in the order of the inputs, so the number of workers cannot change a bit.
 */
import type { Kernel } from "./kernel.js";

export interface Task<I, O> {
  /** Unique; the worker finds the task by it. */
  readonly name: string;
  readonly run: (kernel: Kernel, input: I) => O;
}

export interface Executor {
  /** A kernel on this thread, for work too small to send away. */
  readonly kernel: Kernel;
  /** How many tasks can run at the same time. */
  readonly workers: number;
  /**
   * Runs the task once per input. Inputs and outputs must survive structured clone; large columns should lie in
   * SharedArrayBuffers. `cost` orders the work (largest first); it never affects results. `onDone` is called after each
   * finished task. Rejects with the error of a task that failed. Several maps may run at the same time.
   */
  map<I, O>(task: Task<I, O>, inputs: readonly I[], cost?: (input: I) => number, onDone?: () => void): Promise<O[]>;
  /** Ends at once; maps still running reject. */
  close(): Promise<void>;
}

/** Inputs with their places, the most costly first. */
export function byCost<I>(inputs: readonly I[], cost: (input: I) => number = () => 1): { index: number; input: I }[] {
  const ordered = inputs.map((input, index) => ({ index, input, cost: cost(input) }));
  return ordered.sort((a, b) => b.cost - a.cost || a.index - b.index);
}

/**
 * Runs every task on the caller's thread, in the order of a pool: what the largest leaves behind in the kernel's memory is
 * room enough for the others.
 */
export function inlineExecutor(kernel: Kernel): Executor {
  return {
    kernel,
    workers: 1,
    async map<I, O>(task: Task<I, O>, inputs: readonly I[], cost?: (input: I) => number, onDone?: () => void) {
      const outputs = new Array<O>(inputs.length);
      for (const { index, input } of byCost(inputs, cost)) {
        outputs[index] = task.run(kernel, input);
        onDone?.();
      }
      return outputs;
    },
    async close() {},
  };
}
