/** Times a case's ways with tinybench and holds their answers to the first one's. */
import { Bench } from "tinybench";
import type { Case, Outcome } from "./case.js";
import { largestDistance } from "./distance.js";

export interface Measured {
  readonly name: string;
  /** Milliseconds. */
  readonly min: number;
  readonly median: number;
  readonly runs: number;
  /** From the first way's answer; 0 for itself. */
  readonly distance: number;
  readonly converged: boolean;
}

export interface Timing {
  /** Milliseconds to spend on each way, after a fifth of it for warming up. */
  readonly time: number;
  /** Fewest runs of each way. */
  readonly iterations: number;
}

/** Times and answer of a way that another program runs. */
export interface Foreign {
  readonly min: number;
  readonly median: number;
  readonly runs: number;
  readonly outcome: Outcome;
}

export async function measureCase({ ways }: Case, { time, iterations }: Timing, python?: Foreign): Promise<Measured[]> {
  const expected = ways[0]!.run().values;
  const outcomes = ways.map((way) => way.run());
  const bench = new Bench({ time, iterations, warmupTime: time / 5, warmupIterations: 1, throws: true });
  for (const { name, run } of ways) bench.add(name, () => void run());
  await bench.run();
  const measured = ways.map(({ name }, i) => {
    const { result } = bench.tasks[i]!;
    if (result.state !== "completed") throw new Error(`${name}: ${result.state}`);
    const { min, p50, samplesCount } = result.latency;
    return judge(name, { min, median: p50, runs: samplesCount, outcome: outcomes[i]! }, expected);
  });
  return python ? [...measured, judge("python", python, expected)] : measured;
}

function judge(name: string, { min, median, runs, outcome }: Foreign, expected: ArrayLike<number>): Measured {
  const distance = largestDistance(outcome.values, expected);
  return { name, min, median, runs, distance, converged: outcome.converged ?? true };
}
