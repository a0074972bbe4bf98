/** One scoring in a worker of its own. */
import type { LedgerScores } from "../score.js";
import type { ScoreRequest, WorkerReport } from "./messages.js";

export type Listener = (report: Exclude<WorkerReport, { type: "result" | "error" }>) => void;

export interface Run {
  /** Rejects with the worker's message, or with Cancelled. */
  readonly scores: Promise<LedgerScores>;
  cancel(): void;
}

export class Cancelled extends Error {}

export function startRun(request: ScoreRequest, listen: Listener): Run {
  const worker = new Worker(new URL("./worker/score.worker.ts", import.meta.url), { type: "module" });
  let cancel = () => {};
  const scores = new Promise<LedgerScores>((resolve, reject) => {
    cancel = () => reject(new Cancelled("cancelled"));
    worker.onmessage = ({ data }: MessageEvent<WorkerReport>) => {
      if (data.type === "result") resolve(data.scores);
      else if (data.type === "error") reject(new Error(data.message));
      else listen(data);
    };
    worker.onerror = (event) => reject(new Error(event.message || "the worker could not start; reload the page"));
  }).finally(() => worker.terminate());
  worker.postMessage(request);
  return { scores, cancel };
}
