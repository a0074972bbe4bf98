/// <reference lib="webworker" />
/** Scores one ledger, reporting as it goes. The page ends the worker to cancel. */
import { scoreLedger } from "../../score.js";
import type { ScoreRequest, WorkerReport } from "../messages.js";
import { openInput } from "./openInput.js";

const report = (message: WorkerReport) => self.postMessage(message);

/** A challenge can report thousands of finished tasks; the page needs a few a second. */
const EVERY_MS = 50;

self.onmessage = async ({ data }: MessageEvent<ScoreRequest>) => {
  try {
    const source = await openInput(data.input, {
      progress: (done) => report({ type: "opening", done }),
      notice: (text) => report({ type: "notice", text }),
    });
    let last = 0;
    const scores = await scoreLedger(source, {
      backend: data.backend,
      ...(data.only === undefined ? {} : { only: data.only }),
      onProgress: (progress) => {
        const now = performance.now();
        if (progress.done !== 0 && progress.done !== 1 && now - last < EVERY_MS) return;
        last = now;
        report({ type: "progress", progress });
      },
    });
    source.close();
    report({ type: "result", scores });
  } catch (error) {
    report({ type: "error", message: error instanceof Error ? error.message : String(error) });
  }
};
