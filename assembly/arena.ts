// Scratch memory with stack discipline: what is taken after mark() goes back with release().
// Blocks come from the runtime's allocator, so that scratch and managed objects (as-bind's strings) share one memory.

const HEADER: usize = 16; // keeps 16-byte alignment and holds the link to the previous block

let top: usize = 0;

/** Takes `bytes` bytes, 16-byte aligned, not cleared. Traps when memory cannot grow. */
export function alloc(bytes: usize): usize {
  const block = heap.alloc(bytes + HEADER);
  store<usize>(block, top);
  top = block;
  return block + HEADER;
}

/** As alloc, filled with zeros. */
export function allocZeroed(bytes: usize): usize {
  const p = alloc(bytes);
  memory.fill(p, 0, bytes);
  return p;
}

/** A level to release() back to. */
export function mark(): usize {
  return top;
}

/** Gives back everything taken since `level` was marked. */
export function release(level: usize): void {
  while (top != level) {
    const previous = load<usize>(top);
    heap.free(top);
    top = previous;
  }
}
