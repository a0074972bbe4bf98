/** What the page and its workers say to each other. */
import type { LedgerScores } from "../score.js";
import type { Progress } from "../scoreRun.js";

export interface Sample {
  readonly rows: number;
  readonly miners: number;
  readonly seed: number;
  readonly skill: number;
}

/** Where a ledger comes from: the simulator, or files of the visitor's machine (a ledger, perhaps with its -wal). */
export type LedgerInput =
  | { readonly kind: "sample"; readonly sample: Sample }
  | { readonly kind: "files"; readonly files: readonly File[] };

/** The one message a worker gets; it scores and is then thrown away. */
export interface ScoreRequest {
  readonly input: LedgerInput;
  readonly backend: "wasm" | "js";
  /** Absent: all challenges of the profile. */
  readonly only?: readonly string[];
}

export type WorkerReport =
  /** Getting at the ledger, 0 to 1. */
  | { readonly type: "opening"; readonly done: number }
  /** Something to know about the ledger that does not stop the scoring. */
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "result"; readonly scores: LedgerScores }
  | { readonly type: "error"; readonly message: string };
