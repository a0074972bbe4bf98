/** An app of somebody else: Vite without settings bundles the package, and the bundle scores in Chromium. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, it } from "vitest";
import { multiSalience } from "../../src/index.js";
import { temporaryDirectory } from "../ledger/build.js";
import { hasChromium, launch, openPage, serve } from "./browser.js";

/** Binary data with a forecast that leads the returns; the same arithmetic here and in the app. */
const DATA = `
  const rows = 6000;
  const returns = new Float32Array(rows);
  const code = new Uint16Array(2 * rows);
  let state = 12345;
  for (let i = 0; i < rows; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    const up = (state >>> 16) & 1;
    returns[i] = up ? 0.01 : -0.01;
    code[2 * i] = (state >>> 20) % 4 === 0 ? 0x3800 : up ? 0x3a00 : 0x3400;
    code[2 * i + 1] = 0x3c00;
  }
  const embeddings = { hotkeys: ["a"], columns: [code], width: 2, rows };
  const data = [["ETH", { kind: "binary", embeddings, returns }]];
`;

it.skipIf(!hasChromium)("works in a bundled app without any set-up", { timeout: 120_000 }, async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, "node_modules"));
  symlinkSync(
    fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, ""),
    join(root, "node_modules", "mantis-scorer"),
  );
  writeFileSync(join(root, "package.json"), '{ "name": "app", "private": true, "type": "module" }');
  writeFileSync(
    join(root, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><output></output><script type="module" src="/app.js"></script>',
  );
  writeFileSync(
    join(root, "app.js"),
    `import { multiSalience } from "mantis-scorer";
    import { logisticRegression } from "mantis-scorer/linear";
    ${DATA}
    const scores = await multiSalience(data);
    const fit = await logisticRegression([[0.1], [0.4], [0.5], [0.9]], [0, 0, 1, 1]);
    document.querySelector("output").textContent = JSON.stringify({ scores, converged: fit.converged });`,
  );
  await build({ root, base: "./", logLevel: "error", configFile: false, build: { target: "es2022" } });
  const [browser, site] = [await launch(), await serve(join(root, "dist"))];
  try {
    const { page, errors, foreign } = await openPage(browser, site.url);
    const output = page.locator("output", { hasText: "{" });
    await output.waitFor({ timeout: 30_000 });
    const expected = await multiSalience(new Function(`${DATA} return data;`)());
    expect(expected.salience).toEqual({ a: 1 });
    expect(JSON.parse((await output.textContent())!)).toEqual({ scores: expected, converged: true });
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  } finally {
    await browser.close();
    site.close();
  }
});
