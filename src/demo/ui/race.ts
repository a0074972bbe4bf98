/** WebAssembly against plain JavaScript on the same challenge, each in a worker of its own. */
import { compareResults } from "../../salience/compare.js";
import type { LedgerScores } from "../../score.js";
import type { LedgerInput } from "../messages.js";
import { Cancelled, type Run, startRun } from "../run.js";
import { button, h, seconds, section } from "./dom.js";

/** Challenges that any sample scores, one for each kind of work. */
const COURSES: readonly { readonly ticker: string; readonly about: string }[] = [
  { ticker: "ETH", about: "one-feature fits and an ElasticNet" },
  { ticker: "ETHHITFIRST", about: "logistic fits by L-BFGS" },
  { ticker: "MULTIXSEC", about: "bootstrapped logistic fits" },
];
/** Long enough for all three. */
const LEDGER: LedgerInput = { kind: "sample", sample: { rows: 17_000, miners: 8, seed: 11, skill: 0.3 } };
/** Shares that differ by more than rounding would mean a fault. */
const AGREEMENT = 1e-6;
const NAMES = { wasm: "WebAssembly", js: "JavaScript" } as const;

export function racePanel(): HTMLElement {
  const course = h(
    "select",
    { "aria-label": "Challenge to race on" },
    ...COURSES.map(({ ticker, about }) => h("option", { value: ticker }, `${ticker}: ${about}`)),
  );
  const verdict = h("p", { role: "status", "data-verdict": true });
  const lanes = h("div", { class: "lanes" });
  let runs: Run[] = [];
  const start = button("Start the race", () => void race(), { class: "main" });
  const stop = button("Cancel", () => {
    for (const run of runs) run.cancel();
  });
  stop.disabled = true;

  const race = async () => {
    start.disabled = course.disabled = true;
    stop.disabled = false;
    verdict.textContent = "The race is on";
    const both = (["wasm", "js"] as const).map((backend) => lane(backend, course.value));
    lanes.replaceChildren(...both.map(({ element }) => element));
    runs = both.map(({ run }) => run);
    try {
      const [wasm, js] = await Promise.all(both.map(({ run }) => run.scores));
      verdict.textContent = judge(wasm!, js!, course.value);
    } catch (error) {
      for (const run of runs) run.cancel();
      verdict.textContent = error instanceof Cancelled ? "Cancelled" : (error as Error).message;
    } finally {
      for (const { finish } of both) finish();
      start.disabled = course.disabled = false;
      stop.disabled = true;
    }
  };
  return section(
    "Race",
    h("p", {}, "The same challenge of a simulated ledger on both backends at once. Only scoring counts, not reading."),
    h("div", { class: "row" }, start, course, stop),
    lanes,
    verdict,
  );
}

function lane(backend: "wasm" | "js", ticker: string) {
  const timer = h(
    "div",
    { class: "timer", role: "timer", "aria-live": "off", "aria-label": `Time of ${NAMES[backend]}` },
    "0.00 s",
  );
  const state = h("p", { class: "soft" }, "Making the sample");
  const bar = h("progress", { max: 1, value: 0, "aria-label": `Progress of ${NAMES[backend]}` });
  let begun: number | undefined;
  let running = true;
  const tick = () => {
    if (!running) return;
    if (begun !== undefined) timer.textContent = seconds((performance.now() - begun) / 1000);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const run = startRun({ input: LEDGER, backend, only: [ticker] }, (report) => {
    if (report.type !== "progress") return;
    const { phase, done } = report.progress;
    if (phase === "load") {
      state.textContent = "Reading";
      if (done === 1) begun = performance.now();
      return;
    }
    state.textContent = "Scoring";
    bar.value = done;
  });
  run.scores.then(
    (scores) => {
      running = false;
      bar.value = 1;
      timer.textContent = seconds(scores.seconds[ticker]!.score);
      state.textContent = "Done";
    },
    () => {},
  );
  const finish = () => {
    running = false;
  };
  return { element: h("div", { class: "lane" }, h("h3", {}, NAMES[backend]), timer, bar, state), run, finish };
}

function judge(wasm: LedgerScores, js: LedgerScores, ticker: string): string {
  const [fast, slow] = [wasm, js].map((scores) => scores.seconds[ticker]!.score);
  const distance = compareResults(wasm, js).largest;
  const ratio = `WebAssembly was ${(slow! / fast!).toFixed(1)} times as fast as JavaScript`;
  if (Object.keys(wasm.breakdown).length === 0) return `${ratio}, but nobody earned a share to compare.`;
  return distance <= AGREEMENT
    ? `${ratio}, and the answers agree (distance ${distance.toExponential(1)}).`
    : `${ratio}, but the answers differ by ${distance.toExponential(1)}.`;
}
