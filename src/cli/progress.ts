/** A progress bar on stderr, when that is a terminal. */
import cliProgress from "cli-progress";

export interface Bar {
  /** `done` from 0 to 1. */
  update(done: number, label: string): void;
  stop(): void;
}

const silent: Bar = { update() {}, stop() {} };

export function openBar(wanted: boolean): Bar {
  if (!wanted || !process.stderr.isTTY) return silent;
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage} % · {label}",
    stream: process.stderr,
    barsize: 30,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: false, // Ctrl-C could not bring it back
    clearOnComplete: true,
    fps: 10,
  });
  bar.start(1, 0, { label: "" });
  return { update: (done, label) => bar.update(done, { label }), stop: () => bar.stop() };
}
