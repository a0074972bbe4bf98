/** A miner's own page: where its salience comes from, and how good its forecasts were. */
import type { LedgerScores } from "../../score.js";
import { aucSeries, type Miner, singleAuc, tickersOf, tradeMixProfit } from "../insight.js";
import { legend, lines, stackedBars } from "./charts.js";
import { button, h, percent, section } from "./dom.js";

export function minerPanel(scores: LedgerScores, miner: Miner, onClose: () => void): HTMLElement {
  const tickers = tickersOf(scores);
  const { hotkey } = miner;
  const panel = section(
    `Miner ${hotkey}`,
    h("p", {}, `Rank ${miner.rank}, salience ${percent(miner.salience)}.`),
    button("Back to the ranking", onClose),
    h("h3", {}, "Share of each challenge"),
    stackedBars(`Shares of ${hotkey} by challenge; the table below has the numbers`, tickers, [
      { label: "Share", values: miner.shares },
    ]),
    challengeTable(scores, miner, tickers),
  );
  for (const { ticker, segments, aucs } of aucSeries(scores, hotkey)) {
    const numbers = segments.map((segment, i) => `segment ${segment}: ${aucs[i]!.toFixed(3)}`).join(", ");
    panel.append(h("h3", {}, `AUC per segment, ${ticker}`));
    if (segments.length > 1) {
      panel.append(lines(`AUC of ${hotkey} in ${ticker}: ${numbers}`, segments, [{ label: ticker, values: aucs }]));
    } else panel.append(h("p", {}, numbers));
  }
  const profit = tradeMixProfit(scores, hotkey);
  panel.append(h("h3", {}, "Trade mix: profit added, cumulated over the folds"));
  if (profit) {
    const label = `Cumulated profit that ${hotkey} added: ${profit.map((value) => value.toPrecision(3)).join(", ")}`;
    const folds = profit.map((_, fold) => fold + 1);
    panel.append(
      legend(["With the miner's cluster less without it"]),
      lines(label, folds, [{ label, values: profit }]),
    );
  } else panel.append(h("p", { class: "soft" }, "The desk did not trade on this miner in this ledger."));
  return panel;
}

function challengeTable(scores: LedgerScores, miner: Miner, tickers: readonly string[]): HTMLElement {
  const rows = tickers.map((ticker, k) => {
    const auc = singleAuc(scores, ticker, miner.hotkey);
    const cells = [percent(miner.shares[k]!), percent(miner.parts[k]!), auc === undefined ? "–" : auc.toFixed(4)];
    return h("tr", {}, h("th", { scope: "row" }, ticker), ...cells.map((cell) => h("td", {}, cell)));
  });
  const heads = ["Challenge", "Share", "Adds to salience", "AUC"].map((title) => h("th", { scope: "col" }, title));
  const table = h(
    "table",
    { "aria-label": "Challenges" },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows),
  );
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Challenges, scrollable" }, table);
}
