/** `bench` as users run it, on the built files. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bench(...words: string[]) {
  const env = { ...process.env, TMPDIR: folder };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "bench", ...words], { encoding: "utf8", env });
  return { status, stdout, stderr };
}

describe("mantis-scorer bench", () => {
  it("times both backends on a simulated ledger and leaves nothing behind", () => {
    const json = join(folder, "bench.json");
    const size = ["--rows", "800", "--miners", "3", "--runs", "1", "--only", "ETH,CADUSD", "--set", "CHUNK_SIZE=200"];
    const { status, stdout, stderr } = bench(...size, "--json", json);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ETH +wasm +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+× /m);
    expect(stdout).toMatch(/^CADUSD +wasm /m);
    expect(stdout).toMatch(/^whole +wasm /m);
    expect(stdout).toMatch(/^Loading all 11 challenges: .* one SQLite pass over \d+ rows/m);
    const found = JSON.parse(readFileSync(json, "utf8"));
    expect(found.base).toBe("js");
    expect(found.contenders.map(({ name }: { name: string }) => name)).toEqual(["wasm", "js"]);
    expect(found.contenders[0].distance).toBeLessThan(1e-9);
    expect(found.contenders[0].peakRssMb).toBeGreaterThan(20);
    expect(found.loading.rows).toBeGreaterThan(8000);
    expect(readdirSync(folder)).toEqual(["bench.json"]);
  });

  it.each([
    ["an unknown backend", ["--backends", "gpu"], 2, /--backends: choose from wasm, js, not "gpu"/],
    ["a repeated backend", ["--backends", "js,js"], 2, /js is to run twice/],
    ["half a worker", ["--workers", "1,0.5"], 2, /--workers needs a whole number from 1 to 256, not "0.5"/],
    ["no runs", ["--runs", "0"], 2, /--runs needs a whole number from 1/],
    ["an unknown profile", ["--profile", "1999-01"], 2, /unknown profile "1999-01"/],
    ["an interpreter without a reference", ["--python", "python3"], 2, /go with --reference/],
    ["a folder that is no reference", ["--reference", tmpdir()], 2, /no model\.py in there/],
    ["a missing ledger", ["no.db"], 1, /no\.db: no such file/],
    [
      "an unknown ticker",
      ["--rows", "20", "--miners", "1", "--only", "DOGE"],
      1,
      /wasm failed: mantis-scorer: unknown ticker "DOGE"/,
    ],
  ])("refuses %s in one line", (_name, words, code, message) => {
    const { status, stdout, stderr } = bench(...words);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^mantis-scorer: [^\n]+\n$/);
    expect([status, stdout]).toEqual([code, ""]);
  });
});
