/** The page: choose a ledger, see it scored, look at the result; race the backends; compare results. */
import type { LedgerInput } from "./messages.js";
import { Cancelled, startRun } from "./run.js";
import { comparePanel } from "./ui/compare.js";
import { enter, h } from "./ui/dom.js";
import { inputPanel } from "./ui/input.js";
import { progressPanel } from "./ui/progress.js";
import { racePanel } from "./ui/race.js";
import { resultPanel } from "./ui/result.js";

const main = document.querySelector("main")!;
const error = h("p", { class: "error", role: "alert" });
const progress = h("div");
const result = h("div");

async function score(ledger: LedgerInput, name: string): Promise<void> {
  input.enable(false);
  error.textContent = "";
  result.replaceChildren();
  const run = startRun({ input: ledger, backend: "wasm" }, (report) => panel.take(report));
  const panel = progressPanel(() => run.cancel());
  progress.replaceChildren(panel.element);
  enter(panel.element);
  try {
    const shown = resultPanel(await run.scores, name);
    const notices = progress.querySelectorAll(".notice");
    result.replaceChildren(...notices, shown);
    enter(shown);
  } catch (cause) {
    error.textContent = cause instanceof Cancelled ? "Cancelled." : (cause as Error).message;
  } finally {
    progress.replaceChildren();
    input.enable(true);
  }
}

const input = inputPanel((ledger, name) => void score(ledger, name));
input.element.append(error);
main.append(input.element, progress, result, racePanel(), comparePanel());

// A file dropped beside the places for it must not replace the page.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
