/**
 * The runtime of as-bind 0.8.2. The package's `main` is its compiler transform and its own typings name a class that does not
 * exist, so the runtime is imported by its path and described here.
 */
declare module "as-bind/dist/as-bind.cjs.js" {
  import type { ASUtil } from "@assemblyscript/loader";

  export interface AsBindInstance<Bound> {
    /** Exports that take and give native strings, arrays and typed arrays; typed arrays come out as views. */
    readonly exports: Bound;
    readonly loadedModule: {
      readonly module: WebAssembly.Module;
      readonly instance: WebAssembly.Instance;
      /** The same exports on raw pointers. */
      readonly exports: ASUtil & Record<string, (...values: number[]) => number>;
    };
  }

  export interface AsBindRuntime {
    instantiate<Bound>(
      source: WebAssembly.Module | BufferSource | Response | PromiseLike<WebAssembly.Module | BufferSource | Response>,
      imports?: WebAssembly.Imports,
    ): Promise<AsBindInstance<Bound>>;
  }

  const runtime: AsBindRuntime;
  export default runtime;
}
