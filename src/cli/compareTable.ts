/** A comparison for people to read. */
import type { Comparison, Distance } from "../salience/compare.js";

export function comparisonTable({ challenges, overall, challengesOnlyInA, challengesOnlyInB }: Comparison): string {
  const rows = [...Object.entries(challenges), ["overall", overall] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, distance]) => {
    const side = challengesOnlyInA.includes(name) ? "A" : challengesOnlyInB.includes(name) ? "B" : undefined;
    return `${name.padEnd(width)}  ${distance.distance.toExponential(2)}${side ? `  only in ${side}` : keys(distance)}`;
  });
  return `${lines.join("\n")}\n`;
}

/** Hotkeys that one side lacks, a few by name. */
function keys({ onlyInA, onlyInB }: Distance): string {
  const some = (side: string, hotkeys: readonly string[]) => {
    if (hotkeys.length === 0) return "";
    const more = hotkeys.length > 3 ? ` and ${hotkeys.length - 3} more` : "";
    return `  only in ${side}: ${hotkeys.slice(0, 3).join(", ")}${more}`;
  };
  return some("A", onlyInA) + some("B", onlyInB);
}
