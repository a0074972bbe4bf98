/** A little help with elements. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

/** An element with attributes (true: present, false or undefined: absent) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

let sections = 0;

/** A section named by its heading, which can take the focus. */
export function section(title: string, ...children: readonly Child[]): HTMLElement {
  const id = `section-${++sections}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id, tabindex: -1 }, title), ...children);
}

/** Moves focus and view to a section's heading. */
export function enter(section: HTMLElement): void {
  section.querySelector<HTMLElement>("h2")?.focus();
}

/** Offers text as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
export const seconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} s`;
