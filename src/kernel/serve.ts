/**
 * The worker's half of the pool (pool.ts), independent of how its host passes messages. All tasks of a map go to every
 * worker, which takes the next one from a shared counter: no round trip between tasks, so workers stay busy while the main
 * thread reads the ledger.
 */
import type { Task } from "./executor.js";
import type { Kernel } from "./kernel.js";

/** One call of `map`. */
export interface Work {
  readonly id: number;
  readonly task: string;
  /** Place in the caller's list and input, in the order in which to take them. */
  readonly inputs: readonly (readonly [index: number, input: unknown])[];
  /** [0]: how many inputs have been taken, over all workers. Set to the number of inputs to stop. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

export type Report =
  | { readonly id: number; readonly index: number; readonly output: unknown }
  | { readonly id: number; readonly index: number; readonly error: ReportedError };

/** Errors cross as plain values: a clone would lose the class, and a DOMException everything. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Runs what is left of the work, reporting each output; stops all workers' share of it at the first error. */
export function serve(
  // biome-ignore lint/suspicious/noExplicitAny: a list of tasks with unlike inputs, found by name
  tasks: readonly Task<any, any>[],
  kernel: Kernel,
  work: Work,
  report: (report: Report) => void,
): void {
  const task = tasks.find(({ name }) => name === work.task);
  for (;;) {
    const next = Atomics.add(work.taken, 0, 1);
    if (next >= work.inputs.length) return;
    const [index, input] = work.inputs[next]!;
    try {
      if (!task) throw new Error(`no worker task is called "${work.task}"; list it in src/scorers/tasks.ts`);
      report({ id: work.id, index, output: task.run(kernel, input) });
    } catch (error) {
      Atomics.store(work.taken, 0, work.inputs.length);
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      report({ id: work.id, index, error: { name, message, stack } });
      return;
    }
  }
}
