/** Measurements for people to read. */
import { plainTable } from "../plainTable.js";
import type { Comparison, Measured } from "./measure.js";
import type { LoadingComparison } from "./measureLoading.js";

/**
 * Seconds of each challenge (single-worker contenders only: with more, challenges overlap) and of the whole; speed-up and
 * distance against the base. In place of a time: "not converged", or "differs" where the distance is above `tolerance`.
 */
export function benchTable({ base, contenders }: Comparison, tolerance: number): string {
  const reference = contenders.find(({ name }) => name === base)!;
  const alone = contenders.length === 1;
  const rows: string[][] = [];
  for (const ticker of Object.keys(contenders[0]!.seconds)) {
    const singles = contenders.filter(({ workers, seconds }) => workers === 1 && Object.hasOwn(seconds, ticker));
    for (const [i, contender] of singles.entries()) {
      const { load, score } = contender.seconds[ticker]!;
      const baseline = reference.workers === 1 ? reference.seconds[ticker] : undefined;
      const distance = contender.distances[ticker] ?? 0;
      rows.push([
        i === 0 ? ticker : "",
        contender.name,
        seconds(load),
        seconds(score),
        ...(flaw(contender.notConverged.includes(ticker), distance, tolerance) ?? [
          seconds(load + score),
          baseline && !alone ? speedUp(baseline.load + baseline.score, load + score) : "",
        ]),
        contender === reference ? "" : distance.toExponential(1),
        "",
      ]);
    }
  }
  for (const [i, contender] of contenders.entries()) {
    const { totalSeconds, distance, distances } = contender;
    const parts = Object.values(contender.seconds);
    const sum = (part: "load" | "score") => seconds(parts.reduce((total, each) => total + each[part], 0));
    const farthest = Math.max(distance, ...Object.values(distances));
    rows.push([
      i === 0 ? "whole" : "",
      contender.name,
      ...(contender.workers === 1 ? [sum("load"), sum("score")] : ["", ""]),
      ...(flaw(contender.notConverged.length > 0, farthest, tolerance) ?? [
        seconds(totalSeconds),
        alone ? "" : speedUp(reference.totalSeconds, totalSeconds),
      ]),
      contender === reference ? "" : distance.toExponential(1),
      String(contender.peakRssMb),
    ]);
  }
  const head = ["challenge", "run", "load s", "score s", "sum s", "speed-up", "distance", "memory MB"];
  const table = plainTable(head, rows, 2);
  const held = alone ? "" : ` · speed-up and distance (L1) against ${base}`;
  return `${table}\n\nMedians of fresh processes, ${runs(contenders)}${held}\n`;
}

/** What stands in place of a time and a speed-up. */
function flaw(unconverged: boolean, distance: number, tolerance: number): [string, string] | undefined {
  if (unconverged) return ["not converged", ""];
  return distance <= tolerance ? undefined : ["differs", ""];
}

const speedUp = (base: number, own: number) => `${(base / own).toFixed(1)}×`;

function runs(contenders: readonly Measured[]): string {
  const groups = new Map<number, string[]>();
  for (const { runs, name } of contenders) groups.set(runs, [...(groups.get(runs) ?? []), name]);
  if (groups.size === 1) return `${contenders[0]!.runs} of each`;
  return [...groups].map(([count, names]) => `${count} of ${names.join(" and ")}`).join(", ");
}

const seconds = (value: number) => value.toFixed(value < 0.1 ? 3 : 2);

export function loadingLine(loading: LoadingComparison): string {
  const megabytes = Math.round(loading.bytes / 1e6);
  return (
    `Loading all ${loading.challenges} challenges: ${seconds(loading.loadSeconds)} s, ${loading.ratio.toFixed(2)} times one SQLite ` +
    `pass over ${loading.rows} rows with ${megabytes} MB of text and blobs (${seconds(loading.passSeconds)} s)\n`
  );
}
