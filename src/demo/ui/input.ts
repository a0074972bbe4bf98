/** Where the ledger comes from: a sample or the visitor's file. */
import type { LedgerInput } from "../messages.js";
import { commandOf, SAMPLE_SIZES } from "../samples.js";
import { button, h, section } from "./dom.js";
import { dropZone } from "./dropZone.js";

export interface InputPanel {
  readonly element: HTMLElement;
  enable(on: boolean): void;
}

export function inputPanel(onInput: (input: LedgerInput, name: string) => void): InputPanel {
  const size = h(
    "select",
    { "aria-label": "Size of the sample" },
    ...SAMPLE_SIZES.map(({ name, about }, i) => h("option", { value: i }, `${name}: ${about}`)),
  );
  const chosen = () => SAMPLE_SIZES[Number(size.value)]!;
  const command = h("code");
  const describe = () => {
    command.textContent = commandOf(chosen().sample);
  };
  size.addEventListener("change", describe);
  describe();
  const start = button(
    "Try a sample",
    () => onInput({ kind: "sample", sample: chosen().sample }, `${chosen().name} sample`),
    { class: "main" },
  );
  const zone = dropZone(
    "Choose a ledger",
    "or drop a datalog.db or a compact export (mantis-scorer export) here",
    (files) => onInput({ kind: "files", files }, files[0]!.name),
  );
  const element = section(
    "Ledger",
    h("div", { class: "row" }, start, size),
    h("p", { class: "soft" }, "A simulated ledger, the same as from ", command),
    zone.element,
  );
  return {
    element,
    enable(on) {
      start.disabled = !on;
      size.disabled = !on;
      zone.enable(on);
    },
  };
}
