import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { MantisError } from "../../src/errors.js";
import { compileKernel, kernelUrl, openKernel } from "../../src/kernel/load.js";

describe("openKernel", () => {
  it("uses the inlined bytes by default", async () => {
    const kernel = await openKernel();
    expect(kernel.backend).toBe("wasm");
    expect(kernel.exp(0)).toBe(1);
  });

  it("opens a file URL, bytes, a response and a compiled module", async () => {
    const bytes = await readFile(kernelUrl);
    const response = new Response(bytes, { headers: { "content-type": "application/wasm" } });
    for (const source of [kernelUrl, bytes, response, await compileKernel()]) {
      expect((await openKernel(source)).exp(0)).toBe(1);
    }
  });

  it("gives each kernel its own instance of one module", async () => {
    const module = await compileKernel();
    const [first, second] = await Promise.all([openKernel(module), openKernel(module)]);
    expect(first).not.toBe(second);
    expect(first.log(3)).toBe(second.log(3));
  });

  it("names what it cannot read", async () => {
    await expect(openKernel(new URL("missing.wasm", kernelUrl))).rejects.toThrow(/missing\.wasm/);
    await expect(openKernel(new Response("gone", { status: 404 }))).rejects.toThrow(/HTTP 404/);
    await expect(openKernel(new Uint8Array([1, 2, 3]))).rejects.toThrow(MantisError);
  });
});
