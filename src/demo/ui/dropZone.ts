/** A place to drop files on, with a button for those who would rather choose. */
import { button, h } from "./dom.js";

export interface DropZone {
  readonly element: HTMLElement;
  enable(on: boolean): void;
}

export function dropZone(label: string, hint: string, onFiles: (files: readonly File[]) => void): DropZone {
  const input = h("input", { type: "file", multiple: true, hidden: true, "aria-label": label });
  const choose = button(label, () => input.click());
  const element = h(
    "div",
    { class: "drop" },
    h("div", { class: "row" }, choose, h("span", { class: "soft" }, hint)),
    input,
  );
  input.addEventListener("change", () => {
    if (input.files?.length) onFiles([...input.files]);
    input.value = ""; // choosing the same file again counts
  });
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.toggle("over", !choose.disabled);
  });
  element.addEventListener("dragleave", () => element.classList.remove("over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("over");
    if (!choose.disabled && event.dataTransfer?.files.length) onFiles([...event.dataTransfer.files]);
  });
  return {
    element,
    enable(on) {
      choose.disabled = !on;
    },
  };
}
