/** Opening a kernel: compiles and instantiates the WebAssembly module, or gives the plain TypeScript backend. */
import { instantiate } from "@assemblyscript/loader";
import { MantisError } from "../errors.js";
import { jsKernel } from "./js/index.js";
import type { Kernel } from "./kernel.js";
import { kernelBase64 } from "./kernelBytes.js";
import { wasmKernel } from "./wasm/index.js";
import type { KernelExports } from "./wasm/memory.js";

export type KernelSource = URL | Response | BufferSource | WebAssembly.Module;

/** Where the module lies as a file, for those who would rather stream it than carry it in their bundle. */
export const kernelUrl = new URL("../../dist/kernel.wasm", import.meta.url);

/**
 * Compiles the kernel once, so that a pool can hand the same module to every worker. Without a source: the bytes in this
 * package. A `file:` URL is read from disk on Node, any other URL is fetched. Throws MantisError when the engine has no
 * WebAssembly SIMD or the source cannot be read.
 */
export async function compileKernel(source: KernelSource = inlinedBytes()): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  requireSimd();
  const bytes =
    source instanceof URL ? await readUrl(source) : source instanceof Response ? await readBody(source) : source;
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new MantisError("the kernel's bytes are not a WebAssembly module; pass kernelUrl, or no source at all", {
      cause,
    });
  }
}

/** A WebAssembly kernel with memory of its own. Sources as for compileKernel; a compiled module is used as it is. */
export async function openKernel(source?: KernelSource): Promise<Kernel> {
  const { exports } = await instantiate<KernelExports>(await compileKernel(source));
  return wasmKernel(exports);
}

/** The plain TypeScript backend: slower, the same interface, no WebAssembly. */
export function openJsKernel(): Kernel {
  return jsKernel();
}

/** The kernel's bytes in this package, for runtimes that compile by themselves. Throws MantisError without WebAssembly SIMD. */
export function inlinedBytes(): Uint8Array<ArrayBuffer> {
  requireSimd();
  return Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0));
}

async function readUrl(url: URL): Promise<BufferSource> {
  if (url.protocol !== "file:") return readBody(await fetch(url));
  const specifier = "node:fs/promises"; // a variable, so that bundlers for the browser leave it alone
  const fs: typeof import("node:fs/promises") = await import(/* @vite-ignore */ specifier);
  try {
    return new Uint8Array(await fs.readFile(url));
  } catch (cause) {
    throw new MantisError(`cannot read the kernel at ${url.href}`, { cause });
  }
}

async function readBody(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new MantisError(`cannot fetch the kernel at ${response.url}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

/** (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt): the smallest module that only an engine with SIMD accepts. */
const SIMD_PROBE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15];

function requireSimd(): void {
  if (WebAssembly.validate(Uint8Array.from([...SIMD_PROBE, 253, 98, 11]))) return;
  throw new MantisError(
    "this engine has no WebAssembly SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4 have it); use openJsKernel()",
  );
}
