/** Synthetic miners: what each kind makes of a target, and when it submits. */

import type { Target } from "./market.js";
import type { Random } from "./random.js";

export type MinerKind =
  | "Skilled"
  | "Noise"
  | "Late"
  | "Sparse"
  | "Constant"
  | "Quantised"
  | "Copy"
  | "NoisyCopy"
  | "Anti"
  | "Saturated";

export interface Miner {
  readonly hotkey: string;
  readonly kind: MinerKind;
}

/** The first six make a small ledger worth scoring; the order repeats after the last. */
const KINDS: readonly MinerKind[] = [
  "Skilled",
  "Skilled",
  "Noise",
  "Skilled",
  "Late",
  "Sparse",
  "Skilled",
  "Quantised",
  "Copy",
  "NoisyCopy",
  "Anti",
  "Constant",
  "Saturated",
];

/** Miner names tell the kind: `5SimSkilled000`. */
export function makeMiners(count: number, prefix: string): Miner[] {
  return Array.from({ length: count }, (_, j) => {
    const kind = KINDS[j % KINDS.length]!;
    return { kind, hotkey: `${prefix}${kind}${String(j).padStart(3, "0")}` };
  });
}

/** rows × miners, 1 where a miner submits: late ones from somewhere on, sparse ones at 2 of 5 rows, others nearly always. */
export function makePresence(random: Random, miners: readonly Miner[], rows: number): Uint8Array {
  const presence = new Uint8Array(rows * miners.length);
  miners.forEach(({ kind }, j) => {
    const from = kind === "Late" ? Math.floor(rows * (0.2 + 0.4 * random.uniform())) : 0;
    const often = kind === "Sparse" ? 0.4 : 0.995;
    for (let t = 0; t < rows; t++) {
      if (random.uniform() < often && t >= from) presence[t * miners.length + j] = 1;
    }
  });
  return presence;
}

/** Forecasts of one target by all miners, row after row: a look at the truth scaled by skill, and noise that lingers. */
export class Signals {
  /** miners × targets z-scores of the row last asked for. */
  readonly values: Float64Array;
  private readonly noise: Float64Array;
  private readonly skill: Float64Array;
  private readonly fresh: number;
  private readonly width: number;

  /** `best`: largest correlation with the target; `memory`: how much of the noise stays from row to row. */
  constructor(
    private readonly random: Random,
    private readonly miners: readonly Miner[],
    width: number,
    best: number,
    private readonly memory = 0.97,
  ) {
    this.width = width;
    this.values = new Float64Array(miners.length * width);
    this.noise = new Float64Array(miners.length * width);
    this.skill = new Float64Array(miners.length);
    this.fresh = Math.sqrt(1 - memory * memory);
    miners.forEach(({ kind }, j) => {
      const drawn = Math.min(0.95, best * (0.4 + 0.6 * random.uniform()));
      this.skill[j] = kind === "Noise" ? 0 : kind === "Anti" ? -drawn : drawn;
      for (let i = 0; i < width; i++) this.noise[j * width + i] = random.normal();
    });
  }

  /** Forecasts for row t, given in `values`. */
  move(target: Target, t: number): void {
    const truth = target.at(t);
    for (let j = 0; j < this.miners.length; j++) this.forecast(j, truth);
  }

  private forecast(j: number, truth: Float64Array): void {
    const { width, values, noise, memory, fresh, random } = this;
    const at = j * width;
    for (let i = 0; i < width; i++) noise[at + i] = memory * noise[at + i]! + fresh * random.normal();
    const { kind } = this.miners[j]!;
    const skill = this.skill[j]!;
    const rest = Math.sqrt(1 - skill * skill);
    switch (kind) {
      case "Constant":
        values.fill(2 * skill - 0.2, at, at + width);
        return;
      case "Copy":
        values.copyWithin(at, 0, width);
        return;
      case "NoisyCopy":
        for (let i = 0; i < width; i++) values[at + i] = values[i]! + 0.05 * noise[at + i]!;
        return;
      default:
        for (let i = 0; i < width; i++) values[at + i] = skill * truth[i]! + rest * noise[at + i]!;
    }
    if (kind === "Quantised") {
      for (let i = 0; i < width; i++) values[at + i] = Math.round(2 * values[at + i]!) / 2;
    } else if (kind === "Saturated") {
      for (let i = 0; i < width; i++) values[at + i] = values[at + i]! < 0 ? -3 : 3;
    }
  }
}
