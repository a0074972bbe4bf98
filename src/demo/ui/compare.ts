/** The difference of two results that the visitor drops. */
import { type Comparable, compareResults, parseComparable } from "../../salience/compare.js";
import { h, section } from "./dom.js";
import { dropZone } from "./dropZone.js";
import { sortableTable } from "./table.js";

interface Result {
  readonly name: string;
  readonly result: Comparable;
}

export function comparePanel(): HTMLElement {
  const results: Result[] = [];
  const status = h("p", { role: "status" });
  const error = h("p", { class: "error", role: "alert" });
  const holder = h("div");
  const show = () => {
    const [a, b] = results.slice(-2);
    status.textContent = !a ? "" : b ? `A: ${a.name}, B: ${b.name}` : `A: ${a.name}. Now a second result.`;
    holder.replaceChildren(...(a && b ? difference(a.result, b.result) : []));
  };
  const zone = dropZone(
    "Choose two results",
    "JSON of this page or of mantis-scorer score --json, together or one by one",
    async (files) => {
      error.textContent = "";
      try {
        for (const file of files)
          results.push({ name: file.name, result: parseComparable(await file.text(), file.name) });
      } catch (cause) {
        error.textContent = (cause as Error).message;
      }
      show();
    },
  );
  return section("Difference of two results", zone.element, status, error, holder);
}

interface Row {
  readonly name: string;
  readonly distance: number;
  readonly note: string;
}

function difference(a: Comparable, b: Comparable): HTMLElement[] {
  const { overall, challenges } = compareResults(a, b);
  const rows: Row[] = [["overall", overall] as const, ...Object.entries(challenges)].map(([name, part]) => ({
    name,
    distance: part.distance,
    note: [only("A", part.onlyInA), only("B", part.onlyInB)].filter((text) => text !== "").join("; "),
  }));
  const miners = [...new Set([...Object.keys(a.salience), ...Object.keys(b.salience)])].map((hotkey) => {
    const [before, after] = [a, b].map(({ salience }) => (Object.hasOwn(salience, hotkey) ? salience[hotkey]! : 0));
    return { hotkey, before: before!, after: after!, change: after! - before! };
  });
  const number = (value: number) => value.toPrecision(4);
  return [
    h("h3", {}, "Distance (0 equal, 2 disjoint)"),
    sortableTable<Row>(
      "Distances",
      [
        { title: "Challenge", value: ({ name }) => name, show: ({ name }) => name },
        { title: "Distance", value: ({ distance }) => distance, show: ({ distance }) => distance.toExponential(2) },
        { title: "Note", value: ({ note }) => note, show: ({ note }) => note },
      ],
      rows,
      { column: 1, descending: true },
    ),
    h("h3", {}, "Salience"),
    sortableTable(
      "Changes of salience",
      [
        { title: "Hotkey", value: ({ hotkey }) => hotkey, show: ({ hotkey }) => hotkey },
        { title: "A", value: ({ before }) => before, show: ({ before }) => number(before) },
        { title: "B", value: ({ after }) => after, show: ({ after }) => number(after) },
        { title: "B − A", value: ({ change }) => Math.abs(change), show: ({ change }) => number(change) },
      ],
      miners,
      { column: 3, descending: true },
    ),
  ];
}

const only = (side: string, hotkeys: readonly string[]) =>
  hotkeys.length === 0 ? "" : `${hotkeys.length} hotkeys only in ${side}`;
