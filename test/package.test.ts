/** What the package promises to those who install it. Needs a build (`npm test` makes one first). */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { version } from "../src/version.js";

const root = new URL("../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const manifest = JSON.parse(text("package.json"));

/** Every file that the exports map leads to. */
function targets(entry: unknown): string[] {
  if (typeof entry === "string") return [entry];
  return Object.values(entry as object).flatMap(targets);
}

describe("package.json", () => {
  it("pins every dependency to an exact version", () => {
    for (const list of [manifest.dependencies, manifest.devDependencies]) {
      for (const [name, range] of Object.entries(list)) expect(range, name).toMatch(/^\d+\.\d+\.\d+(-build\d+)?$/);
    }
  });

  it("has a lock file that names every optional platform package, so that npm ci accepts it", () => {
    const { packages } = JSON.parse(text("package-lock.json"));
    for (const [name, entry] of Object.entries<{ version?: string; optionalDependencies?: object }>(packages)) {
      if (name !== "") expect(entry.version, name).toBeDefined();
      for (const optional of Object.keys(entry.optionalDependencies ?? {})) {
        const found = [`node_modules/${optional}`, `${name}/node_modules/${optional}`].some((path) => packages[path]);
        expect(found, `${optional}, which ${name} asks for`).toBe(true);
      }
    }
  });

  it("runs on Node 20.19 and later, as ESM without side effects", () => {
    expect(manifest.engines.node).toBe(">=20.19");
    expect(manifest.type).toBe("module");
    expect(manifest.sideEffects).toBe(false);
    expect(manifest.license).toBe("MIT");
  });

  it("has the version that the code reports and a changelog", () => {
    expect(version).toBe(manifest.version);
    expect(text("CHANGELOG.md")).toContain("## ");
  });

  it.each(targets(manifest.exports))("exports %s, which exists", (path) => {
    expect(existsSync(new URL(path, root))).toBe(true);
  });

  it("puts types first and the browser before the default", () => {
    expect(Object.keys(manifest.exports["."])).toEqual(["types", "browser", "default"]);
    expect(Object.keys(manifest.exports["."].browser)).toEqual(["types", "default"]);
    expect(Object.keys(manifest.exports["./ledger"])).toEqual(["types", "default"]);
    expect(Object.keys(manifest.exports["./linear"])).toEqual(["types", "default"]);
  });

  it.each(Object.values<string>(manifest.bin))("has %s as an executable", (path) => {
    expect(text(path)).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(new URL(path, root)).mode & 0o111).toBe(0o111);
  });

  it("imports by name, as users do", async () => {
    const script = `
      const core = await import("mantis-scorer");
      const ledger = await import("mantis-scorer/ledger");
      const linear = await import("mantis-scorer/linear");
      console.log([core.scoreLedger, core.scoreChallenges, core.multiSalience, core.openKernel, ledger.openLedger,
        linear.logisticRegression, linear.rocAuc].map((member) => typeof member).join());
    `;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: fileURLToPath(root) });
    expect(output.toString().trim().split(",")).toEqual(Array(7).fill("function"));
  });

  it("keeps Node out of the browser's entry", () => {
    const seen = new Set<string>();
    const visit = (url: URL) => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const source = readFileSync(url, "utf8");
      for (const [, specifier] of source.matchAll(/(?:^|\n)\s*(?:import|export)[^;]*?from\s+"([^"]+)"/g)) {
        expect(specifier, url.pathname).not.toMatch(/^(node:|better-sqlite3|cli-|commander)/);
        if (specifier!.startsWith(".")) visit(new URL(specifier!, url));
      }
    };
    visit(new URL("dist/index.js", root));
    visit(new URL("dist/linear.js", root));
    expect(seen.size).toBeGreaterThan(20);
  });

  it("packs the build and nothing else", () => {
    const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: fileURLToPath(root),
      stdio: ["ignore", "pipe", "ignore"],
    });
    const files: string[] = JSON.parse(output.toString())[0].files.map(({ path }: { path: string }) => path);
    const outside = files.filter((path) => !path.startsWith("dist/"));
    expect(outside.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    for (const path of ["dist/kernel.wasm", "dist/index.js", "dist/index.d.ts", "dist/kernel/worker.js"]) {
      expect(files).toContain(path);
    }
    expect(files.filter((path) => /\.(db|test\.js)$/.test(path))).toEqual([]);
  });
});
