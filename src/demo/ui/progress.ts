/** How far a scoring has come, challenge by challenge. */
import { getProfile } from "../../profiles/index.js";
import type { WorkerReport } from "../messages.js";
import { button, h, section } from "./dom.js";

export interface ProgressPanel {
  readonly element: HTMLElement;
  take(report: WorkerReport): void;
}

export function progressPanel(onCancel: () => void): ProgressPanel {
  const status = h("p", { role: "status" }, "Starting");
  const notices = h("div");
  const cancel = button("Cancel", onCancel);
  const bars = new Map<string, HTMLProgressElement>();
  const list = h("ul", { class: "challenges" });
  for (const { ticker } of getProfile().challenges) {
    const bar = h("progress", { max: 1, value: 0, "aria-label": ticker });
    bars.set(ticker, bar);
    list.append(h("li", {}, h("span", {}, ticker), bar));
  }
  const opening = h("progress", { max: 1, value: 0, "aria-label": "Making the sample", hidden: true });
  let spoken = "Starting";
  const say = (text: string) => {
    if (text === spoken) return; // a screen reader hears each step once
    spoken = text;
    status.textContent = text;
  };
  return {
    element: section("Progress", status, opening, notices, cancel, list),
    take(report) {
      if (report.type === "opening") {
        say("Making the sample");
        opening.hidden = false;
        opening.value = report.done;
      } else if (report.type === "notice") notices.append(h("p", { class: "notice", role: "note" }, report.text));
      else if (report.type === "progress") {
        opening.hidden = true;
        const { ticker, phase, done } = report.progress;
        say(`${phase === "load" ? "Reading" : "Scoring"} ${ticker}`);
        const bar = bars.get(ticker);
        if (bar) bar.value = phase === "load" ? done / 3 : (1 + 2 * done) / 3;
      }
    },
  };
}
