/** Numbers as Python's `float()` takes them from JSON values and from text. */

const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
};
const DECIMAL = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/** `float(value)`: numbers, booleans (1 and 0) and numeric text; undefined where Python raises. */
export function pythonFloat(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (DECIMAL.test(text)) return Number(text.replaceAll("_", ""));
  const special = SPECIAL[text.replace(/^[+-]/, "").toLowerCase()];
  return special !== undefined && text[0] === "-" ? -special : special;
}
