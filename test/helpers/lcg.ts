/** The generator of the specification's synthetic inputs: x ← 1664525 x + 1013904223 mod 2^32, u = x / 2^32. */
export function lcg(seed: number): () => number {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 4294967296;
  };
}
