/** Labels of rows that look ahead: how far, and which rows have one. */
import { sharedCopy } from "./shared.js";

/** max(1, blocksAhead/sampleEvery rounded half to even). */
export function horizonRows(blocksAhead: number, sampleEvery: number): number {
  const ratio = blocksAhead / Math.max(1, sampleEvery);
  const below = Math.floor(ratio);
  const up = ratio - below > 0.5 || (ratio - below === 0.5 && below % 2 === 1);
  return Math.max(1, up ? below + 1 : below);
}

/** Row numbers with a label, and their labels, where workers can read them. */
export function labelledRows(labels: Uint8Array): { readonly rows: Int32Array; readonly labels: Uint8Array } {
  const rows = new Int32Array(labels.length);
  const kept = new Uint8Array(labels.length);
  let n = 0;
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] === 255) continue;
    rows[n] = t;
    kept[n++] = labels[t];
  }
  return { rows: sharedCopy(rows.subarray(0, n)), labels: sharedCopy(kept.subarray(0, n)) };
}
