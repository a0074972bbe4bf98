/** Typed arrays that workers can see without a copy: over a SharedArrayBuffer where the platform has one. */

function buffer(bytes: number): ArrayBufferLike {
  // Browsers have it only on cross-origin isolated pages.
  return typeof SharedArrayBuffer === "function" ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

export const sharedUint16 = (length: number) => new Uint16Array(buffer(2 * length));
export const sharedInt32 = (length: number) => new Int32Array(buffer(4 * length));
export const sharedFloat32 = (length: number) => new Float32Array(buffer(4 * length));
export const sharedFloat64 = (length: number) => new Float64Array(buffer(8 * length));
