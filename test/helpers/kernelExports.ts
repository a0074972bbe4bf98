/** The compiled kernel's raw exports, for tests of what no facade shows. */
import { instantiate } from "@assemblyscript/loader";
import { compileKernel } from "../../src/kernel/load.js";
import type { KernelExports } from "../../src/kernel/wasm/memory.js";

export async function openExports(): Promise<KernelExports> {
  const { exports } = await instantiate<KernelExports>(await compileKernel());
  return exports;
}
