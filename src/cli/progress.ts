/** A progress bar on stderr, when that is a terminal. */
import cliProgress from "cli-progress";
import type { Progress } from "../scoreRun.js";

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

/** Progress of the whole run: challenges count alike, a third of each for reading. */
export function overall(
  challenges: number,
  update: (done: number, label: string) => void,
): (progress: Progress) => void {
  const done = new Map<string, number>();
  return ({ ticker, phase, done: part }) => {
    done.set(ticker, phase === "load" ? part / 3 : (1 + 2 * part) / 3);
    let sum = 0;
    for (const value of done.values()) sum += value;
    update(sum / challenges, `${phase === "load" ? "reading" : "scoring"} ${ticker}`);
  };
}
