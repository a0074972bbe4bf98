// The same as kernel_vectors.py, in this engine.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** SHA-256 of the results of kernel functions on fixed vectors. */
export async function kernelVectors(file) {
  const env = {
    abort() {
      throw new Error("the kernel gave up");
    },
  };
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { env });
  const kernel = instance.exports;
  const count = 4096;
  let state = 12345;
  const draws = Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 4294967296;
  });
  const digest = createHash("sha256");
  const bytes = (at, length) => new Uint8Array(kernel.memory.buffer, at, length);
  const float64 = (at) => new Float64Array(kernel.memory.buffer, at, count);
  for (const [name, scale, shift] of [
    ["expArray", 40, -20],
    ["logArray", 1000, 0],
    ["log1pArray", 4, -0.5],
  ]) {
    const at = kernel.alloc(8 * count);
    float64(at).set(draws.map((u) => scale * (u + 2 ** -40) + shift));
    kernel[name](at, at, count);
    digest.update(bytes(at, 8 * count));
  }
  const labels = kernel.alloc(count);
  const scores = kernel.alloc(8 * count);
  bytes(labels, count).set(draws.map((u) => (u > 0.5 ? 1 : 0)));
  float64(scores).set([...draws.slice(1), 0]);
  digest.update(new Uint8Array(Float64Array.of(kernel.auc(labels, scores, count)).buffer));
  const integers = kernel.alloc(4 * count);
  kernel.randomIntegers(42, 0, 481, count, integers);
  digest.update(bytes(integers, 4 * count));
  return digest.digest("hex");
}

if (process.argv[1] === new URL(import.meta.url).pathname) console.log(await kernelVectors(process.argv[2]));
