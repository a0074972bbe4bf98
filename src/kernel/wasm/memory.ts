/** The compiled kernel's exports and the marshalling of columns in and out of its memory. */
import type { ASUtil } from "@assemblyscript/loader";

/** Raw exports of assembly/index.ts; pointers are numbers. Grouped and documented where they are implemented. */
export type KernelExports = ASUtil & {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  allocZeroed(bytes: number): number;
  mark(): number;
  release(level: number): void;
} & Record<string, (...args: number[]) => number>;

type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * Scratch memory for one kernel call: inputs are copied in, outputs are copied out before the scratch is given back.
 * Memory may grow at each allocation, which detaches views, so views are made only when read or written.
 */
export class Scratch {
  constructor(readonly exports: KernelExports) {}

  /** Copies a typed array in; 0 for null. */
  put(array: TypedArray | null): number {
    if (array === null) return 0;
    const pointer = this.exports.alloc(Math.max(16, array.byteLength));
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(this.exports.memory.buffer, pointer, array.byteLength).set(bytes);
    return pointer;
  }

  /** Room for `bytes` bytes, not cleared. */
  room(bytes: number): number {
    return this.exports.alloc(Math.max(16, bytes));
  }

  float64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.exports.memory.buffer, pointer, length).slice();
  }
  float32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, pointer, length).slice();
  }
  int32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.exports.memory.buffer, pointer, length).slice();
  }
  uint32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.exports.memory.buffer, pointer, length).slice();
  }
  uint8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, pointer, length).slice();
  }
}

/** Runs `work` with scratch memory and gives all of it back afterwards, also when it throws. */
export function withScratch<T>(exports: KernelExports, work: (scratch: Scratch) => T): T {
  const level = exports.mark();
  try {
    return work(new Scratch(exports));
  } finally {
    exports.release(level);
  }
}
