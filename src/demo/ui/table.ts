/** A table that sorts by any column and filters by its first. */
import { button, h } from "./dom.js";

export interface Column<Row> {
  readonly title: string;
  /** What to sort by. */
  readonly value: (row: Row) => number | string;
  readonly show: (row: Row) => Node | string;
}

export function sortableTable<Row>(
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  start: { readonly column: number; readonly descending: boolean },
): HTMLElement {
  let { column, descending } = start;
  let sought = "";
  const body = h("tbody");
  const count = h("span", { class: "soft", role: "status" });

  const fill = () => {
    const { value } = columns[column]!;
    const found = rows.filter((row) => String(columns[0]!.value(row)).toLowerCase().includes(sought));
    found.sort((a, b) => (descending ? -1 : 1) * order(value(a), value(b)));
    body.replaceChildren(...found.map((row) => h("tr", {}, ...columns.map(({ show }) => h("td", {}, show(row))))));
    count.textContent = `${found.length} of ${rows.length}`;
  };

  const heads = columns.map(({ title }, index) => {
    const sort = button(title, () => {
      descending = column === index ? !descending : index > 0;
      column = index;
      mark();
      fill();
    });
    return h("th", { scope: "col" }, sort);
  });
  const mark = () => {
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
      head.firstElementChild!.textContent = `${columns[index]!.title}${index === column ? (descending ? " ↓" : " ↑") : ""}`;
    });
  };
  const filter = h("input", {
    type: "search",
    placeholder: "Filter",
    "aria-label": `Filter ${label} by ${columns[0]!.title}`,
  });
  filter.addEventListener("input", () => {
    sought = filter.value.trim().toLowerCase();
    fill();
  });

  mark();
  fill();
  const table = h("table", { "aria-label": label }, h("thead", {}, h("tr", {}, ...heads)), body);
  return h(
    "div",
    {},
    h("p", { class: "row" }, filter, count),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `${label}, scrollable` }, table),
  );
}

function order(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
