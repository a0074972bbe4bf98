/** The kernel as the fits on their own use it: bound by as-bind, one instance for all calls. */
import asBind, { type AsBindInstance } from "as-bind/dist/as-bind.cjs.js";
import { MantisError } from "../errors.js";
import { inlinedBytes } from "../kernel/load.js";
import type { KernelExports } from "../kernel/wasm/memory.js";

/** What as-bind wraps: names, options and results cross as native values, columns as pointers. */
export interface BoundKernel {
  /** assembly/linear/named.ts. The result is a view of kernel memory: copy it before the next call. */
  fitNamed(
    solver: string,
    options: Float64Array,
    x: number,
    single: boolean,
    rows: number,
    cols: number,
    y: number,
    weights: number,
  ): Float64Array;
}

export interface Binding {
  readonly bound: BoundKernel;
  /** The exports on raw pointers: memory, alloc, mark, release. */
  readonly raw: KernelExports;
}

let opened: Promise<Binding> | undefined;

export function openBinding(): Promise<Binding> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Binding> {
  const instance: AsBindInstance<BoundKernel> = await asBind.instantiate<BoundKernel>(inlinedBytes());
  const raw = instance.loadedModule.exports as KernelExports;
  if (typeof instance.exports.fitNamed !== "function") {
    throw new MantisError("this kernel has no bindings; build it again with `npm run build:kernel`");
  }
  return { bound: instance.exports, raw };
}
