/** Both backends, for tests that hold one suite over the two. */
import { openJsKernel, openKernel } from "../../src/kernel/load.js";

export const backends = [await openKernel(), openJsKernel()].map((kernel) => ({ backend: kernel.backend, kernel }));
