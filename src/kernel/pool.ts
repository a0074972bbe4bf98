/**
 * A pool of Node worker threads, each with a kernel of its own.
 *
 * Plain node:worker_threads instead of a pool library: those hand out one task per round trip through the main thread, which
 * is busy reading the ledger for most of a run, so that workers would wait. Here a map goes to all workers at once and they
 * take tasks by themselves (serve.ts), which is also less code than the options of a library.
 */
import { Worker } from "node:worker_threads";
import { MantisError } from "../errors.js";
import { byCost, type Executor, inlineExecutor, type Task } from "./executor.js";
import { compileKernel, openJsKernel, openKernel } from "./load.js";
import type { Report, Work } from "./serve.js";
import type { WorkerSettings } from "./worker.js";

export type Backend = "wasm" | "js";

/** An executor of `workers` threads (1: this thread, no pool). Results do not depend on their number. */
export async function openPool(workers: number, backend: Backend = "wasm"): Promise<Executor> {
  const module = backend === "wasm" ? await compileKernel() : null;
  const inline = inlineExecutor(module ? await openKernel(module) : openJsKernel());
  return workers <= 1 ? inline : new WorkerPool(inline, workers, { module });
}

/** The built worker: run from src (by a test runner), it lies in dist, since Node starts no TypeScript. */
const workerUrl = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/kernel/worker.js" : "worker.js",
  import.meta.url,
);

/** Workers allocate next to nothing in JavaScript: room for short-lived objects would only be memory that is never used. */
const WORKER_YOUNG_MB = 4;

interface Running {
  readonly outputs: unknown[];
  readonly taken: Int32Array;
  readonly onDone: (() => void) | undefined;
  left: number;
  readonly resolve: (outputs: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Use openPool; the class is apart so that tests can pass a worker that misbehaves. */
export class WorkerPool implements Executor {
  readonly kernel;
  private readonly threads: Worker[] = [];
  private readonly running = new Map<number, Running>();
  private nextId = 0;
  /** Why the pool can take no more work. */
  private ended: unknown;

  constructor(
    inline: Executor,
    readonly workers: number,
    settings: WorkerSettings,
    entry: URL = workerUrl,
  ) {
    this.kernel = inline.kernel;
    for (let i = 0; i < workers; i++) {
      const thread = new Worker(entry, {
        workerData: settings,
        name: `mantis-scorer ${i + 1}`,
        resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_MB },
      });
      thread.on("message", (report: Report) => this.receive(report));
      thread.on("messageerror", (error) => this.fail(error));
      thread.on("error", (error) => this.fail(error));
      thread.on("exit", (code) => this.fail(new MantisError(`a worker ended unexpectedly (exit code ${code})`)));
      thread.unref();
      this.threads.push(thread);
    }
  }

  map<I, O>(task: Task<I, O>, inputs: readonly I[], cost?: (input: I) => number, onDone?: () => void): Promise<O[]> {
    return new Promise<O[]>((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      if (inputs.length === 0) return resolve([]);
      const taken = new Int32Array(new SharedArrayBuffer(4));
      const work: Work = {
        id: this.nextId++,
        task: task.name,
        inputs: byCost(inputs, cost).map(({ index, input }) => [index, input]),
        taken,
      };
      for (const thread of this.threads) thread.postMessage(work);
      if (this.running.size === 0) for (const thread of this.threads) thread.ref();
      this.running.set(work.id, {
        outputs: new Array(inputs.length),
        taken,
        onDone,
        left: inputs.length,
        resolve: resolve as (outputs: unknown[]) => void,
        reject,
      });
    });
  }

  async close(): Promise<void> {
    this.fail(new MantisError("the pool was closed"));
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private receive(report: Report): void {
    const map = this.running.get(report.id);
    if (!map) return; // failed before
    if ("error" in report) {
      this.finish(report.id);
      map.reject(Object.assign(new Error(), report.error));
      return;
    }
    map.outputs[report.index] = report.output;
    map.onDone?.();
    if (--map.left > 0) return;
    this.finish(report.id);
    map.resolve(map.outputs);
  }

  private finish(id: number): void {
    this.running.delete(id);
    if (this.running.size === 0) for (const thread of this.threads) thread.unref();
  }

  /** Ends every map: a lost worker may hold a task of any of them. */
  private fail(error: unknown): void {
    this.ended ??= error;
    for (const [id, map] of this.running) {
      Atomics.store(map.taken, 0, map.outputs.length);
      this.finish(id);
      map.reject(this.ended);
    }
  }
}
