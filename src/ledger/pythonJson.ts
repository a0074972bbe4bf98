/**
 * JSON as Python's `json` module reads and writes it (CPython 3.11; 40-ledger §3.3): the bare tokens NaN, Infinity and
 * -Infinity are accepted and written, and the style of `json.dumps` is met byte for byte.
 */

export type PythonJson = null | boolean | number | string | PythonJson[] | { [key: string]: PythonJson };

/** Nesting beyond this is refused, as Python's recursion limit does. */
const MAX_DEPTH = 900;

/** Parses text as `json.loads` would. Throws SyntaxError. */
export function parsePythonJson(text: string): PythonJson {
  try {
    return JSON.parse(text);
  } catch {
    return new TolerantParser(text, false).document() as PythonJson;
  }
}

/** Keys of the object that `text` holds, in order of first appearance, also where they look like array indices. */
export function pythonObjectKeys(text: string): string[] {
  const value = new TolerantParser(text, true).document();
  return value instanceof Map ? [...value.keys()] : [];
}

/** A float is any number wrapped by `PythonFloat`, so that 1 and 1.0 can both be written. */
export class PythonFloat {
  constructor(readonly value: number) {}
}

export type PythonValue =
  | null
  | boolean
  | number
  | string
  | PythonFloat
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/**
 * Text as `json.dumps` writes it. A plain number that is whole prints as an integer, any other as a float; wrap a whole
 * number in PythonFloat to print `3.0`.
 */
export function formatPythonJson(value: PythonValue): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : formatPythonFloat(value);
  if (typeof value === "string") return formatPythonString(value);
  if (value instanceof PythonFloat) return formatPythonFloat(value.value);
  if (Array.isArray(value)) return `[${value.map(formatPythonJson).join(", ")}]`;
  const entries = Object.entries(value as { readonly [key: string]: PythonValue });
  return `{${entries.map(([key, item]) => `${formatPythonString(key)}: ${formatPythonJson(item)}`).join(", ")}}`;
}

/** Shortest digits that read back, in Python's notation: positional for 1e-4 ≤ |x| < 1e16, always with a point. */
export function formatPythonFloat(x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "Infinity" : "-Infinity";
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const size = Math.abs(x);
  if (size >= 1e-4 && size < 1e16) {
    const text = String(x);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [digits, exponent] = x.toExponential().split("e") as [string, string];
  const power = exponent.slice(1).padStart(2, "0");
  return `${digits}e${exponent[0]}${power}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

function formatPythonString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
  const escaped = text.replace(/["\\\u0000-\u001f\u0080-\uffff]/g, (unit) => {
    return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

type Parsed = PythonJson | Map<string, Parsed> | Parsed[];

/** Recursive descent over the grammar of json.loads; only reached when JSON.parse refuses, or for ordered keys. */
class TolerantParser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly orderedKeys: boolean,
  ) {}

  document(): Parsed {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.error("unexpected text after the value");
    return value;
  }

  private value(depth: number): Parsed {
    if (depth > MAX_DEPTH) throw this.error("nested too deeply");
    this.space();
    const start = this.text[this.at];
    if (start === "{") return this.object(depth);
    if (start === "[") return this.array(depth);
    if (start === '"') return this.string();
    return this.scalar();
  }

  private object(depth: number): Parsed {
    const members = new Map<string, Parsed>();
    this.at++;
    this.space();
    if (this.take("}")) return this.finish(members);
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw this.error("expected a key in double quotes");
      const key = this.string();
      this.space();
      if (!this.take(":")) throw this.error("expected ':'");
      members.set(key, this.value(depth + 1));
      this.space();
      if (this.take("}")) return this.finish(members);
      if (!this.take(",")) throw this.error("expected ',' or '}'");
    }
  }

  private finish(members: Map<string, Parsed>): Parsed {
    return this.orderedKeys ? members : (Object.fromEntries(members) as PythonJson);
  }

  private array(depth: number): Parsed[] {
    const items: Parsed[] = [];
    this.at++;
    this.space();
    if (this.take("]")) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      this.space();
      if (this.take("]")) return items;
      if (!this.take(",")) throw this.error("expected ',' or ']'");
    }
  }

  private string(): string {
    // The literal is delimited here and decoded by JSON.parse, whose strings have the same grammar.
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    if (end >= this.text.length) throw this.error("unterminated string");
    const literal = this.text.slice(this.at, end + 1);
    let decoded: string;
    try {
      decoded = JSON.parse(literal);
    } catch {
      throw this.error("bad string");
    }
    this.at = end + 1;
    return decoded;
  }

  private scalar(): PythonJson {
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) throw this.error("expected a value");
    this.at += found[0].length;
    return Number(found[0]);
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)![0].length;
  }

  private take(token: string): boolean {
    if (this.text[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private error(why: string): SyntaxError {
    return new SyntaxError(`${why} at character ${this.at}`);
  }
}

const WORDS: readonly (readonly [string, PythonJson])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
];
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;
