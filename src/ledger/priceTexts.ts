/** `price_data` texts of one style, `{"BTC": 1037.25, "ETH": 1611.5}`, read without making an object of each. */
import { decimal, MOST_TENS } from "./decimal.js";
import { PLAIN } from "./hotkeyLists.js";

/** Longer texts are left to the parser. */
const LONGEST = 8192;
const [MINUS, POINT, ZERO, EXPONENT, CLOSE] = [0x2d, 0x2e, 0x30, 0x65, 0x7d];

export class PriceTexts {
  private readonly encoder = new TextEncoder();
  private readonly bytes = new Uint8Array(LONGEST);
  /** What stands before each number, one after another, and where each ends. */
  private words = new Uint8Array(0);
  private wordEnds = new Int32Array(0);
  /** Which of the numbers is each asset's, −1 if none. */
  private numbers = new Int32Array(0);
  private values = new Float64Array(0);

  constructor(
    private readonly assets: readonly string[],
    private readonly missing: number,
  ) {}

  /** Takes up the style of a text with these keys. */
  learn(keys: readonly string[]): void {
    if (!keys.every((key) => PLAIN.test(key))) return;
    const words = keys.map((key, i) => this.encoder.encode(`${i === 0 ? "{" : ", "}"${key}": `));
    this.wordEnds = new Int32Array(words.length);
    this.words = new Uint8Array(words.reduce((sum, word) => sum + word.length, 0));
    let end = 0;
    words.forEach((word, i) => {
      this.words.set(word, end);
      end += word.length;
      this.wordEnds[i] = end;
    });
    this.numbers = Int32Array.from(this.assets, (asset) => keys.indexOf(asset));
    this.values = new Float64Array(keys.length);
  }

  /** Writes the text's values into `out` from `start` on; false, and nothing written, when it is not of the style learnt. */
  read(text: string, out: Float64Array, start: number): boolean {
    const { numbers, values, missing } = this;
    if (!this.parse(text)) return false;
    for (let i = 0; i < numbers.length; i++) out[start + i] = numbers[i]! < 0 ? missing : values[numbers[i]!]!;
    return true;
  }

  private parse(text: string): boolean {
    const { bytes, words, wordEnds, values } = this;
    if (words.length === 0) return false;
    const { read, written } = this.encoder.encodeInto(text, bytes);
    if (read !== text.length || written !== read || read === LONGEST) return false;
    bytes[read] = 0;
    let at = 0;
    let letter = 0;
    for (let i = 0; i < wordEnds.length; i++) {
      for (const end = wordEnds[i]!; letter < end; letter++) if (bytes[at++] !== words[letter]) return false;
      const negative = bytes[at] === MINUS;
      if (negative) at++;
      const begin = at;
      // Up to 18 digits in two groups of 9, leading zeros not counted.
      let high = 0;
      let low = 0;
      let digits = 0;
      let scale = 0;
      let digit = bytes[at]! - ZERO;
      if (digit === 0) {
        digit = bytes[++at]! - ZERO;
        if (digit >= 0 && digit <= 9) return false;
      }
      for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
        if (digits++ < 9) high = (high * 10 + digit) | 0;
        else low = (low * 10 + digit) | 0;
      }
      if (at === begin) return false;
      if (bytes[at] === POINT) {
        const fraction = ++at;
        for (digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
          if (digits < 9) high = (high * 10 + digit) | 0;
          else low = (low * 10 + digit) | 0;
          if (high !== 0) digits++;
        }
        scale = at - fraction;
        if (scale === 0) return false;
      }
      if ((bytes[at]! | 0x20) === EXPONENT) return false;
      const near = digits <= 18 && scale <= MOST_TENS;
      let value = near ? decimal(high, low, Math.max(digits - 9, 0), scale) : Number.NaN;
      if (Number.isNaN(value)) value = Number(text.slice(begin, at));
      values[i] = negative ? -value : value;
    }
    return bytes[at] === CLOSE && at + 1 === read;
  }
}
