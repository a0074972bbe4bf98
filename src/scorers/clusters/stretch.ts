/** Rows `from` to `to` of a column. */

/** A part that can be sent away by itself: a message carries a view's whole buffer unless the buffer is shared. */
export function stretch<A extends Uint16Array | Uint8Array>(values: A, from: number, to: number): A {
  const shared = typeof SharedArrayBuffer !== "undefined" && values.buffer instanceof SharedArrayBuffer;
  return (shared ? values.subarray(from, to) : values.slice(from, to)) as A;
}
