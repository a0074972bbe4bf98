/** Rows of vectors as `hotkeys` texts and `embeddings` blobs; both lists change seldom, so they are kept. */
import { toHalf } from "../half.js";
import { compareCodePoints } from "../hotkeys.js";
import { formatPythonJson } from "../pythonJson.js";
import type { Forecasts } from "./forecasts.js";
import type { Miner } from "./miners.js";

interface Lists {
  /** In order of first appearance, as the `hotkeys` column has them. */
  readonly text: string;
  /** Ascending, with the zero byte. */
  readonly header: Uint8Array;
  /** Miner numbers in the header's order. */
  readonly order: readonly number[];
}

export interface EncodedRow {
  readonly hotkeys: string;
  readonly embeddings: Uint8Array;
}

/** Lists kept at most: with many miners nearly every row has its own. */
const KEPT = 512;
const EMPTY: EncodedRow = { hotkeys: "[]", embeddings: new Uint8Array(0) };

export class RowEncoder {
  private readonly lists = new Map<string, Lists>();
  private readonly codes: Uint8Array;
  private readonly mask: Uint16Array;
  private readonly vector: Float64Array;
  private readonly sorted: readonly number[];

  constructor(
    private readonly miners: readonly Miner[],
    private readonly forecasts: Forecasts,
    /** rows × miners: who submits. */
    private readonly presence: Uint8Array,
  ) {
    this.codes = new Uint8Array(2 * forecasts.width * miners.length);
    this.mask = new Uint16Array(Math.ceil(miners.length / 16));
    this.vector = new Float64Array(forecasts.width);
    this.sorted = miners.map((_, j) => j).sort((a, b) => compareCodePoints(miners[a]!.hotkey, miners[b]!.hotkey));
  }

  /** Row t of the forecasts; a vector of zeros counts as not submitted. */
  encode(t: number): EncodedRow {
    const { forecasts, presence, mask, vector, codes, miners } = this;
    mask.fill(0);
    let bytes = 0;
    for (const j of this.sorted) {
      if (presence[t * miners.length + j] === 0) continue;
      forecasts.write(j, vector);
      let any = 0;
      let at = bytes;
      for (let i = 0; i < vector.length; i++) {
        const code = toHalf(vector[i]!);
        any |= code & 0x7fff;
        codes[at++] = code & 0xff;
        codes[at++] = code >>> 8;
      }
      if (any === 0) continue;
      bytes = at;
      mask[j >>> 4]! |= 1 << (j & 15);
    }
    if (bytes === 0) return EMPTY;
    const { text, header } = this.listsOf(mask);
    const embeddings = new Uint8Array(header.length + bytes);
    embeddings.set(header);
    embeddings.set(codes.subarray(0, bytes), header.length);
    return { hotkeys: text, embeddings };
  }

  private listsOf(mask: Uint16Array): Lists {
    const key = String.fromCharCode(...mask);
    let lists = this.lists.get(key);
    if (!lists) {
      const has = (j: number) => (mask[j >>> 4]! >>> (j & 15)) & 1;
      const order = this.sorted.filter(has);
      const text = formatPythonJson(this.miners.filter((_, j) => has(j)).map(({ hotkey }) => hotkey));
      const header = new TextEncoder().encode(`${formatPythonJson(order.map((j) => this.miners[j]!.hotkey))}\0`);
      lists = { text, header, order };
      if (this.lists.size === KEPT) this.lists.clear();
      this.lists.set(key, lists);
    }
    return lists;
  }
}
