/** A result for people to read. */
import { ReadWarnings } from "../ledger/warnings.js";
import type { LedgerScores } from "../score.js";
import { plainTable } from "./plainTable.js";

const HOTKEY_WIDTH = 20;

/** Hotkeys by salience with a column per scored challenge; below it whatever else a reader should know. */
export function scoreTable(scores: LedgerScores & { readonly peakRssMb: number }): string {
  const { salience, breakdown, seconds, skipped, ledger } = scores;
  const lines: string[] = [
    `Profile ${scores.profile} · ${ledger.rows} rows, blocks ${ledger.firstBlock} to ${ledger.lastBlock} · ${ledger.hotkeys} hotkeys · shares in %`,
  ];
  const tickers = Object.keys(breakdown);
  // A stable sort keeps hotkeys of equal salience in ascending order.
  const ranked = Object.entries(salience).sort(([, a], [, b]) => b - a);
  if (ranked.length === 0) {
    lines.push("No challenge scored anyone.");
  } else {
    const rows = ranked.map(([hotkey, share]) => [
      shorten(hotkey),
      percent(share),
      ...tickers.map((ticker) =>
        Object.hasOwn(breakdown[ticker]!, hotkey) ? percent(breakdown[ticker]![hotkey]!) : "·",
      ),
    ]);
    lines.push(plainTable(["hotkey", "salience", ...tickers.map(heading)], rows));
  }
  if (Object.keys(skipped).length > 0) lines.push("", "Not scored:");
  for (const [ticker, why] of Object.entries(skipped)) lines.push(`  ${ticker}: ${why}`);
  const warnings = warningLines(scores);
  if (warnings.length > 0) lines.push("", "Warnings:", ...warnings.map((line) => `  ${line}`));
  const spent = Object.entries(seconds).map(([ticker, { load, score }]) => `${ticker} ${(load + score).toFixed(1)}`);
  lines.push(
    "",
    `Seconds: ${scores.totalSeconds.toFixed(1)} (${spent.join(", ")}) · peak memory ${scores.peakRssMb} MB · backend ${scores.backend}`,
    `Digest: ${scores.digest}`,
  );
  return `${lines.join("\n")}\n`;
}

/** Both ends stay; the middle of a 48-character address tells people nothing. */
function shorten(hotkey: string): string {
  if (hotkey.length <= HOTKEY_WIDTH) return hotkey;
  const half = (HOTKEY_WIDTH - 1) / 2;
  return `${hotkey.slice(0, Math.ceil(half))}…${hotkey.slice(-Math.floor(half))}`;
}

const percent = (share: number): string => (share * 100).toFixed(2);

/** Breaks a ticker after its market, so that twelve columns fit side by side. */
const heading = (ticker: string): string => ticker.replace(/^(ETH|BTC|MULTI|FUNDING|TRADE)(?=.{3})/, "$1\n");

function warningLines({ warnings }: LedgerScores): string[] {
  const all = new ReadWarnings();
  for (const [ticker, count] of Object.entries(warnings.tornBlobs)) all.tornBlobs.set(ticker, count);
  for (const [hotkey, counts] of Object.entries(warnings.nonFinite)) {
    all.nonFinite.set(hotkey, new Map(Object.entries(counts)));
  }
  return all.lines();
}
