/** Measured cases for people to read. */
import { plainTable } from "../../src/cli/plainTable.js";
import type { Measured } from "./measure.js";

export interface MeasuredCase {
  readonly name: string;
  readonly tolerance: number;
  readonly ways: readonly Measured[];
}

/** Ratios are of medians, to the first way's; "differs" or "not converged" stand in place of times. */
export function microTable(cases: readonly MeasuredCase[]): string {
  const rows = cases.flatMap(({ name, tolerance, ways }) =>
    ways.map((way, i) => [i === 0 ? name : "", way.name, ...times(way, ways[0]!, tolerance), far(way, i)]),
  );
  return plainTable(["case", "way", "min ms", "median ms", "ratio", "distance"], rows, 2);
}

function times({ min, median, distance, converged }: Measured, first: Measured, tolerance: number): string[] {
  if (!converged) return ["", "not converged", ""];
  if (!(distance <= tolerance)) return ["", "differs", ""];
  return [milliseconds(min), milliseconds(median), (median / first.median).toFixed(2)];
}

const milliseconds = (value: number) => value.toPrecision(3);
const far = ({ distance }: Measured, i: number) => (i === 0 ? "" : distance.toExponential(1));
