/** Arrays that workers can read without a copy, where the platform has shared memory. */
const Memory: new (bytes: number) => ArrayBufferLike =
  typeof SharedArrayBuffer === "undefined" ? ArrayBuffer : SharedArrayBuffer;

interface ArrayType<A> {
  new (buffer: ArrayBufferLike): A;
  readonly BYTES_PER_ELEMENT: number;
}

/** A zeroed array of the type in memory that can be shared. */
export function sharedArray<A>(type: ArrayType<A>, length: number): A {
  return new type(new Memory(length * type.BYTES_PER_ELEMENT));
}

/** The same values in memory that can be shared. */
export function sharedCopy<A extends Int32Array | Uint8Array | Float64Array | Float32Array>(values: A): A {
  const copy = sharedArray(values.constructor as unknown as ArrayType<A>, values.length);
  copy.set(values);
  return copy;
}
