/** `price_data` texts as columns: a list of keys and one number per key, when the text can be made again from them. */
import { formatPythonFloat, formatPythonJson, parsePythonJson } from "../pythonJson.js";

export interface PriceRow {
  readonly keys: readonly string[];
  readonly values: readonly number[];
}

/** The text that Python's json writes for an object of floats. */
export function formatPriceText(keys: readonly string[], values: ArrayLike<number>): string {
  return `{${keys.map((key, i) => `${formatPythonJson(key)}: ${formatPythonFloat(values[i]!)}`).join(", ")}}`;
}

/** Undefined when the text is anything but what `formatPriceText` would write. */
export function splitPriceText(text: string): PriceRow | undefined {
  let parsed: unknown;
  try {
    parsed = parsePythonJson(text);
  } catch {
    return undefined;
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) return undefined;
  const keys = Object.keys(parsed);
  const values = Object.values(parsed);
  if (!values.every((value): value is number => typeof value === "number")) return undefined;
  return formatPriceText(keys, values) === text ? { keys, values } : undefined;
}
