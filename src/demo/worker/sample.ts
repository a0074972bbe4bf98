/** A simulated ledger, held in memory in the layout of a compact export. */

import { openCompact } from "../../ledger/compact/read.js";
import { CompactWriter } from "../../ledger/compact/write.js";
import { simulateLedger } from "../../ledger/simulate/simulate.js";
import type { LedgerSource } from "../../ledger/source.js";
import type { Sample } from "../messages.js";
import { HOTKEY_PREFIX } from "../samples.js";

/** The ledger that `mantis-scorer simulate` writes with the same options. */
export function simulateSample(sample: Sample, progress: (done: number) => void): LedgerSource {
  const ledger = simulateLedger({ ...sample, hotkeyPrefix: HOTKEY_PREFIX });
  const pieces: Uint8Array[] = [];
  // Not deflated: memory is at hand, and time is what the visitor waits for.
  const writer = new CompactWriter(
    (bytes) => pieces.push(bytes),
    (bytes) => bytes.slice(),
  );
  const total = ledger.sidx.length * ledger.tickers.length;
  let done = 0;
  for (const { ticker, ...row } of ledger.rows()) {
    writer.add(ticker, row);
    if (++done % 2000 === 0) progress(done / total);
  }
  writer.finish();
  return openCompact(pieceSource(pieces), (bytes) => bytes, "sample");
}

/** Pieces one after another as a file; reads hit whole pieces, since that is how they were written. */
function pieceSource(pieces: readonly Uint8Array[]) {
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += piece.length;
  }
  return {
    size,
    read(offset: number, length: number): Uint8Array {
      let [low, high] = [0, starts.length];
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if (starts[middle]! <= offset) low = middle;
        else high = middle;
      }
      const begin = offset - starts[low]!;
      const piece = pieces[low]!;
      if (begin + length > piece.length) throw new RangeError("a read across pieces");
      return piece.subarray(begin, begin + length);
    },
  };
}
