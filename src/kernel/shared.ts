/** Arrays that workers read without copying. */

/** A copy over a SharedArrayBuffer where the platform has one (Node; browsers only when isolated), else the array itself. */
export function shared<T extends Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array>(array: T): T {
  if (typeof SharedArrayBuffer === "undefined" || array.buffer instanceof SharedArrayBuffer) return array;
  const type = array.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new type(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}
