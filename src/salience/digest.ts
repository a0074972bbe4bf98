/** One line that two machines can compare: did they get the same bits? */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { compareCodePoints } from "../ledger/hotkeys.js";

export interface DigestInput {
  readonly profile: string;
  readonly ledger: {
    readonly rows: number;
    readonly firstBlock: number;
    readonly lastBlock: number;
    readonly hotkeys: number;
  };
  readonly salience: Readonly<Record<string, number>>;
  readonly breakdown: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What `canonical` takes. */
type Value = number | string | { readonly [key: string]: Value };

/**
 * The canonical text: JSON without spaces, the keys of every object ascending by code point, strings as JSON.stringify
 * escapes them, numbers as the shortest decimal that reads back to the same double (ECMAScript Number::toString; so −0 is
 * `0`), and `NaN`, `Infinity`, `-Infinity` bare. The top level has exactly the keys breakdown, ledger, profile, salience.
 */
export function canonicalText({ profile, ledger, salience, breakdown }: DigestInput): string {
  const { rows, firstBlock, lastBlock, hotkeys } = ledger;
  return canonical({ profile, ledger: { rows, firstBlock, lastBlock, hotkeys }, salience, breakdown });
}

/** SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits. */
export function digest(input: DigestInput): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalText(input))));
}

function canonical(value: Value): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  const keys = Object.keys(value).sort(compareCodePoints);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(",")}}`;
}
