/** `compare A.json B.json`: how far two results lie apart. */
import { Command } from "commander";
import { numberWithin, readText } from "./options.js";

interface CompareArguments {
  readonly json?: string;
  readonly tolerance?: number;
}

export function compareCommand(): Command {
  return new Command("compare")
    .description("L1 distance between two results, for each challenge and overall (0 equal, 2 disjoint)")
    .argument("<a>", "result JSON of score, or of the reference")
    .argument("<b>", "the same")
    .option("--tolerance <distance>", "exit with 1 when any distance is larger", numberWithin("--tolerance", 0, 2))
    .option("--json <file>", "write the comparison as JSON (-: to stdout, instead of the table)")
    .action(run);
}

async function run(pathA: string, pathB: string, options: CompareArguments): Promise<void> {
  const [{ compareResults, parseComparable }, { comparisonTable }, { print, toJson, writeOutput }] = await Promise.all([
    import("../salience/compare.js"),
    import("./compareTable.js"),
    import("./output.js"),
  ]);
  const read = (path: string) => parseComparable(readText("", path), path);
  const comparison = compareResults(read(pathA), read(pathB));
  if (options.json) await writeOutput(options.json, toJson(comparison));
  if (options.json !== "-") await print(comparisonTable(comparison));
  if (options.tolerance !== undefined && !(comparison.largest <= options.tolerance)) {
    const { MantisError } = await import("../errors.js");
    throw new MantisError(`the results differ by ${comparison.largest}, more than ${options.tolerance}`);
  }
}
