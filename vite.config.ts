/** Builds the browser page (src/demo) into dist/demo. */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** SQLite's module can start workers of its own; the page reads files in its worker and needs none, nor their 600 KB. */
function withoutSqliteWorkers(): Plugin {
  return {
    name: "without-sqlite-workers",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("@sqlite.org/sqlite-wasm")) return null;
      return code.replace(/new URL\("sqlite3-(worker1\.mjs|opfs-async-proxy\.js)", import\.meta\.url\)/g, '"unused"');
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL("src/demo/", import.meta.url)),
  base: "./",
  plugins: [withoutSqliteWorkers()],
  worker: { format: "es", plugins: () => [withoutSqliteWorkers()] },
  build: {
    outDir: fileURLToPath(new URL("dist/demo/", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
