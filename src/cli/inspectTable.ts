/** Findings of `inspect` for people to read. */
import type { ChallengeReport, LedgerReport } from "../ledger/inspect.js";

export function inspectTable(report: LedgerReport): string {
  const lines = [
    `${report.name}: ${report.rows} rows, blocks ${report.firstBlock} to ${report.lastBlock} (${report.days.toFixed(1)} days), ${report.hotkeys} hotkeys`,
  ];
  const width = Math.max(...report.challenges.map(({ ticker }) => ticker.length));
  for (const challenge of report.challenges) {
    lines.push(`${challenge.ticker.padEnd(width)}  ${size(challenge)}`);
    for (const finding of findings(challenge)) lines.push(`${"".padEnd(width)}  - ${finding}`);
  }
  if (report.unknownTickers.length > 0) lines.push(`Not in the profile: ${report.unknownTickers.join(", ")}`);
  if (!report.hasPriceData) lines.push("No column price_data: written before multi-asset challenges");
  return `${lines.join("\n")}\n`;
}

function size({ rows, hotkeys, firstBlock, lastBlock, vectors }: ChallengeReport): string {
  if (rows === 0) return "no rows";
  return `${rows} rows, blocks ${firstBlock} to ${lastBlock}, ${hotkeys} hotkeys, ${vectors} vectors`;
}

function findings(challenge: ChallengeReport): string[] {
  const counts: [number, string][] = [
    [challenge.missingSamples, `samples missing in ${challenge.gaps} gaps`],
    [challenge.nullPrices, "rows without a price"],
    [challenge.zeroPrices, "prices of zero or less"],
    [challenge.absentAssets, "assets missing from a row's prices"],
    [challenge.nonFinitePrices, "prices NaN or infinite"],
    [challenge.frozenPrices, "rows at a price that stood still too long"],
    [challenge.tornBlobs, "rows with embeddings of the wrong length"],
    [challenge.nonFiniteVectors, "vectors with NaN or infinity"],
    [challenge.unreadable, "rows that cannot be read"],
  ];
  const lines = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [...lines, ...challenge.damage];
}
