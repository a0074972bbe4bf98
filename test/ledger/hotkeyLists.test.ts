import fc from "fast-check";
import { expect, test } from "vitest";
import { HotkeyLists } from "../../src/ledger/hotkeyLists.js";
import { formatPythonJson } from "../../src/ledger/pythonJson.js";

test("names everybody that any text names, in whatever order and spelling", () => {
  const hotkey = fc.oneof(fc.constantFrom("5A", "5AB", "5B", "5", "5C", 'q"', "é", ""), fc.string({ maxLength: 3 }));
  const spelling = fc.constantFrom(formatPythonJson, (list: string[]) => JSON.stringify(list));
  const text = fc.tuple(fc.array(hotkey, { maxLength: 12 }), spelling);
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      const lists = new HotkeyLists("ETH");
      texts.forEach(([list, spell], sidx) => {
        lists.add(spell(list), sidx);
      });
      expect(lists.listed).toEqual(new Set(texts.flatMap(([list]) => list)));
    }),
    { numRuns: 500 },
  );
});

test("refuses a bad text also when it looks like the last one", () => {
  const good = '["5A", "5B", "5C"]';
  for (const bad of ['["5A", "5B", "5C"', '["5A", "5B" "5C"]', '["5A", "5B", ]', '["5A", "5B"]]', '["5A", "5B", 5]']) {
    const lists = new HotkeyLists("ETH");
    lists.add(good, 1);
    expect(() => lists.add(bad, 2), bad).toThrow(/ETH sidx 2: column hotkeys/);
  }
});
