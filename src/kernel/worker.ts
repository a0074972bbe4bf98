/** Entry of a worker thread on Node; see pool.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { tasks } from "../scorers/tasks.js";
import { openJsKernel, openKernel } from "./load.js";
import { serve, type Work } from "./serve.js";

export interface WorkerSettings {
  /** The compiled kernel; null: the JS backend. */
  readonly module: WebAssembly.Module | null;
}

const { module } = workerData as WorkerSettings;
const port = parentPort!;
const opened = module ? openKernel(module) : Promise.resolve(openJsKernel());
port.on("message", async (work: Work) => {
  const kernel = await opened;
  serve(tasks, kernel, work, (report) => port.postMessage(report));
});
