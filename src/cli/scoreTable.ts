/** A result for people to read. */
import Table from "cli-table3";
import { ReadWarnings } from "../ledger/warnings.js";
import type { LedgerScores } from "../score.js";

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
    lines.push(table(["hotkey", "salience", ...tickers.map(heading)], rows));
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

function table(head: string[], rows: string[][]): string {
  const drawn = new Table({
    head,
    colAligns: head.map((_, column) => (column === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 1 },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "",
    },
  });
  drawn.push(...rows);
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
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
