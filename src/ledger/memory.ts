/**
 * Memory for training data that workers can see without a copy: SharedArrayBuffers where the platform has them. V8 does not
 * count these towards garbage collection, so what one challenge leaves behind would stay for long; `DataMemory` hands
 * the same blocks out again instead.
 */

export interface Allocator {
  /** Zeroed arrays. */
  uint16(length: number): Uint16Array;
  int32(length: number): Int32Array;
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
}

/** An allocator whose arrays all become free at once. */
export interface Lease extends Allocator {
  /** Gives the memory back; the arrays must not be used any more. */
  release(): void;
}

/** Browsers have it only on cross-origin isolated pages. */
const canShare = typeof SharedArrayBuffer === "function";

/** Every array in a buffer of its own, for the garbage collector to find. */
export const fresh: Allocator = allocator((bytes) => [
  canShare ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
  0,
]);

interface Block {
  readonly buffer: ArrayBufferLike;
  /** Bytes handed out to the present lease. */
  used: number;
  /** Bytes that any lease so far may have written to. */
  dirty: number;
}

/** Large, so that little is lost at the ends of blocks; the system only provides pages that are written to. */
const BLOCK_BYTES = 64 << 20;
const ALIGNMENT = 64;

/** Memory that leases share one after another. Without shared memory every array gets a buffer of its own. */
export class DataMemory {
  private readonly free: Block[] = [];

  lease(): Lease {
    if (!canShare) return { ...fresh, release() {} };
    const held: Block[] = [];
    const place = (bytes: number): [ArrayBufferLike, number] => {
      const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
      let block = held.find(({ buffer, used }) => buffer.byteLength - used >= size);
      if (!block) {
        block = this.take(size);
        held.push(block);
      }
      const start = block.used;
      block.used = start + size;
      if (start < block.dirty) new Uint8Array(block.buffer, start, Math.min(size, block.dirty - start)).fill(0);
      block.dirty = Math.max(block.dirty, block.used);
      return [block.buffer, start];
    };
    return {
      ...allocator(place),
      release: () => {
        for (const block of held) block.used = 0;
        this.free.push(...held.splice(0));
      },
    };
  }

  private take(bytes: number): Block {
    const fits = this.free.findIndex(({ buffer }) => buffer.byteLength >= bytes);
    if (fits >= 0) return this.free.splice(fits, 1)[0]!;
    return { buffer: new SharedArrayBuffer(Math.max(bytes, BLOCK_BYTES)), used: 0, dirty: 0 };
  }
}

function allocator(place: (bytes: number) => [buffer: ArrayBufferLike, start: number]): Allocator {
  return {
    uint16: (length) => new Uint16Array(...place(2 * length), length),
    int32: (length) => new Int32Array(...place(4 * length), length),
    float32: (length) => new Float32Array(...place(4 * length), length),
    float64: (length) => new Float64Array(...place(8 * length), length),
  };
}
