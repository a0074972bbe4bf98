/** A result: who earns what, and where. */
import type { LedgerScores } from "../../score.js";
import { type Miner, minersOf, tickersOf } from "../insight.js";
import { legend, stackedBars } from "./charts.js";
import { button, download, enter, h, percent, seconds, section } from "./dom.js";
import { minerPanel } from "./miner.js";
import { type Column, sortableTable } from "./table.js";

/** Bars beyond these would not be told apart; the table has everybody. */
const MOST_BARS = 24;

export function resultPanel(scores: LedgerScores, source: string): HTMLElement {
  const miners = minersOf(scores);
  const tickers = tickersOf(scores);
  const { ledger } = scores;
  const holder = h("div");
  const panel = section(
    "Result",
    h(
      "p",
      {},
      `${source}: ${ledger.rows.toLocaleString("en")} rows of ${ledger.hotkeys} hotkeys, scored in ${seconds(scores.totalSeconds)} ` +
        `with profile ${scores.profile}.`,
    ),
    h("p", {}, "Digest ", h("code", { "data-digest": true }, scores.digest)),
    button("Download JSON", () =>
      download("mantis-scores.json", `${JSON.stringify(withoutDiagnostics(scores), null, 1)}\n`),
    ),
  );
  if (miners.length === 0) panel.append(h("p", {}, "No challenge gave anybody a share."));
  else {
    const shown = miners.slice(0, MOST_BARS);
    panel.append(
      h(
        "h3",
        {},
        miners.length > shown.length ? `Salience of the first ${shown.length}, by challenge` : "Salience by challenge",
      ),
      legend(tickers),
      stackedBars(
        `Salience of ${shown.length} miners by challenge; the first is ${shown[0]!.hotkey} with ${percent(shown[0]!.salience)}`,
        shown.map(({ hotkey }) => hotkey),
        tickers.map((ticker, k) => ({ label: ticker, values: shown.map(({ parts }) => parts[k]!) })),
      ),
      h("h3", {}, "Everybody"),
      sortableTable(
        "Salience",
        columns(tickers, (miner) => openMiner(miner)),
        miners,
        { column: 1, descending: true },
      ),
    );
  }
  const skipped = Object.entries(scores.skipped);
  if (skipped.length > 0) {
    const items = skipped.map(([ticker, why]) => h("li", {}, `${ticker}: ${why}`));
    panel.append(
      h(
        "details",
        {},
        h("summary", {}, `${skipped.length} challenge${skipped.length === 1 ? "" : "s"} gave no shares`),
        h("ul", {}, ...items),
      ),
    );
  }

  const openMiner = (miner: Miner) => {
    const origin = document.activeElement;
    const page = minerPanel(scores, miner, () => {
      holder.replaceChildren();
      if (origin instanceof HTMLElement && origin.isConnected) origin.focus();
    });
    holder.replaceChildren(page);
    enter(page);
  };
  return h("div", {}, panel, holder);
}

function columns(tickers: readonly string[], open: (miner: Miner) => void): Column<Miner>[] {
  return [
    {
      title: "Hotkey",
      value: ({ hotkey }) => hotkey,
      show: (miner) => button(miner.hotkey, () => open(miner), { class: "link" }),
    },
    { title: "Salience", value: ({ salience }) => salience, show: ({ salience }) => percent(salience) },
    ...tickers.map((ticker, k) => ({
      title: ticker,
      value: ({ shares }: Miner) => shares[k]!,
      show: ({ shares }: Miner) => percent(shares[k]!),
    })),
  ];
}

/** The command line's JSON has them in a file of their own. */
function withoutDiagnostics({ diagnostics: _, ...scores }: LedgerScores): Omit<LedgerScores, "diagnostics"> {
  return scores;
}
