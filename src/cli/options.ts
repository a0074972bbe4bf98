/** Reading of option values; everything throws UsageError naming the option. */
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.js";

/** A whole number in [least, most]. */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new UsageError(`${option} needs a whole number from ${least} to ${most}, not "${text}"`);
    }
    return value;
  };
}

/** A number in [least, most]. */
export function numberWithin(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most)) {
      throw new UsageError(`${option} needs a number from ${least} to ${most}, not "${text}"`);
    }
    return value;
  };
}

/** Comma-separated names, at least one. */
export function names(option: string): (text: string) => string[] {
  return (text) => {
    const list = text.split(",").map((name) => name.trim());
    if (list.some((name) => name === "")) throw new UsageError(`${option} needs names parted by commas, not "${text}"`);
    return list;
  };
}

export type ConstantValue = number | string | readonly number[];

/** Collects NAME=VALUE; the value is JSON, or text when it is not. */
export function constant(text: string, before: Record<string, ConstantValue> = {}): Record<string, ConstantValue> {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new UsageError(`--set needs NAME=VALUE, not "${text}"`);
  const name = text.slice(0, equals).trim();
  return { ...before, [name]: constantValue(name, text.slice(equals + 1)) };
}

function constantValue(name: string, text: string): ConstantValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (typeof value === "number" || typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item): item is number => typeof item === "number")) return value;
  throw new UsageError(`--set ${name} needs a number, text or a list of numbers, not ${text}`);
}

/** Hotkeys from a file: a JSON array of text, or one per line (blank lines are left out). */
export function readHotkeys(path: string): string[] {
  const text = readText("--active-hotkeys", path).replace(/^\uFEFF/, "");
  if (!text.trimStart().startsWith("[")) {
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--active-hotkeys ${path}: not JSON`, { cause });
  }
  const odd = (list as unknown[]).find((hotkey) => typeof hotkey !== "string");
  if (odd === undefined) return list as string[];
  throw new UsageError(`--active-hotkeys ${path}: ${JSON.stringify(odd)} is not a hotkey`);
}

/** The text of a file; `option` names what asked for it, and is empty for an argument. */
export function readText(option: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such file" : `cannot be read (${code})`;
    throw new UsageError(`${option} ${path}: ${why}`.trimStart(), { cause });
  }
}
