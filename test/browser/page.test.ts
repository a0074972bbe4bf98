import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAMPLE_SIZES } from "../../src/demo/samples.js";
import { writeCompactFile } from "../../src/ledger/compact/node.js";
import { openLedger } from "../../src/ledger/node.js";
import { writeLedger } from "../../src/ledger/write.js";
import { scoreLedger } from "../../src/score.js";
import { temporaryDirectory } from "../ledger/build.js";
import { hasChromium, launch, longestTask, openPage, type Site, servePage, type Watch } from "./browser.js";

const LIMIT = 120_000;
const [SMALL] = SAMPLE_SIZES;

async function digestOf(page: Page): Promise<string> {
  const code = page.locator("[data-digest]");
  await code.waitFor({ timeout: LIMIT });
  return (await code.textContent())!;
}

function clean({ errors, foreign }: Watch): void {
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
}

async function nodeDigest(path: string): Promise<string> {
  const source = openLedger(path);
  const { digest } = await scoreLedger(source);
  source.close();
  return digest;
}

async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated, not added as a script: the page's policy allows no script of others.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

describe.skipIf(!hasChromium)("the page", { timeout: LIMIT }, () => {
  let browser: Browser;
  let site: Site;
  let folder: string;
  beforeAll(async () => {
    browser = await launch();
    site = await servePage();
  }, LIMIT);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  function simulated(): string {
    folder = temporaryDirectory();
    const path = join(folder, "datalog.db");
    writeLedger(path, { ...SMALL!.sample, hotkeyPrefix: "5Hk" });
    return path;
  }

  it("scores a sample to Node's digest without holding up the page, and shows it", async () => {
    const watch = await openPage(browser, site.url);
    const { page } = watch;
    await page.getByRole("button", { name: "Try a sample" }).click();
    const digest = await digestOf(page);
    expect(digest).toBe(await nodeDigest(simulated()));
    expect(await longestTask(page)).toBeLessThan(200);

    await page.locator("canvas").first().waitFor();
    const table = page.getByRole("table", { name: "Salience" });
    expect(await table.getByRole("row").count()).toBeGreaterThan(2);
    const first = table.getByRole("row").nth(1).getByRole("button");
    const hotkey = (await first.textContent())!;
    await table.getByRole("button", { name: "Hotkey" }).click();
    expect(await table.getByRole("columnheader").first().getAttribute("aria-sort")).toBe("ascending");
    await page.getByRole("searchbox").fill(hotkey);
    expect(await table.getByRole("row").count()).toBe(2);
    await first.press("Enter");
    const heading = page.getByRole("heading", { name: `Miner ${hotkey}` });
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);

    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download JSON" }).click(),
    ]);
    expect(JSON.parse(readFileSync((await saved.path())!, "utf8"))).toMatchObject({ schema: 1, digest });
    expect(await seriousFaults(page)).toEqual([]);
    clean(watch);
  });

  it.each(["datalog.db", "ledger.mse"])("scores a %s to Node's digest", async (name) => {
    const path = simulated();
    const chosen = join(folder, name);
    const source = openLedger(path);
    if (name !== "datalog.db") writeCompactFile(source, chosen);
    source.close();
    const watch = await openPage(browser, site.url);
    await watch.page.locator('input[type="file"]').first().setInputFiles(chosen);
    expect(await digestOf(watch.page)).toBe(await nodeDigest(path));
    const notices = await watch.page.locator(".notice").allTextContents();
    // A simulated ledger is in WAL mode, as a validator's is.
    expect(notices.join()).toMatch(name === "datalog.db" ? /WAL mode.*VACUUM INTO/ : /^$/);
    expect(await longestTask(watch.page)).toBeLessThan(200);
    clean(watch);
  });

  it("takes a ledger that is dropped on it", async () => {
    const path = simulated();
    const copy = join(folder, "small.mse");
    const source = openLedger(path);
    writeCompactFile(source, copy);
    source.close();
    const watch = await openPage(browser, site.url);
    const bytes = readFileSync(copy).toString("base64");
    const transfer = await watch.page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(text), (character) => character.charCodeAt(0))], "small.mse"));
      return data;
    }, bytes);
    await watch.page.locator(".drop").first().dispatchEvent("drop", { dataTransfer: transfer });
    expect(await digestOf(watch.page)).toBe(await nodeDigest(path));
    clean(watch);
  });

  it("says what is wrong with a file", async () => {
    const ledger = simulated();
    const file = (name: string, content: Uint8Array | string) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const whole = readFileSync(ledger);
    const damaged = Buffer.from(whole);
    damaged.fill(0x5a, 4096, whole.length);
    const cases: [string[], RegExp][] = [
      [[file("text.db", "no ledger at all".repeat(20))], /text\.db: neither a ledger.*nor a compact export/],
      [[file("empty.db", "")], /empty\.db: the file is empty/],
      [[file("damaged.db", damaged)], /damaged\.db: damaged database/],
      [
        [file("short.mse", Buffer.concat([Buffer.from("MSLEDGER"), Buffer.from([1, 0, 0, 0]), Buffer.alloc(90)]))],
        /short\.mse: damaged export/,
      ],
      [[ledger, file("datalog.db-wal", "x".repeat(5000))], /-wal file holds rows.*VACUUM INTO/],
    ];
    const watch = await openPage(browser, site.url);
    for (const [paths, message] of cases) {
      await watch.page.locator('input[type="file"]').first().setInputFiles(paths);
      const alert = watch.page.getByRole("alert").filter({ hasText: message });
      await alert.waitFor({ timeout: 20_000 });
    }
    expect(watch.foreign).toEqual([]);
    await watch.page.getByRole("button", { name: "Try a sample" }).waitFor();
  });

  it("stops at once when told to", async () => {
    const watch = await openPage(browser, site.url);
    await watch.page.getByRole("button", { name: "Try a sample" }).click();
    await watch.page.getByRole("button", { name: "Cancel" }).first().click();
    await watch.page.getByText("Cancelled.").waitFor({ timeout: 2000 });
    expect(await watch.page.getByRole("button", { name: "Try a sample" }).isEnabled()).toBe(true);
    clean(watch);
  });

  it("races the backends to answers that agree", async () => {
    const watch = await openPage(browser, site.url);
    await watch.page.getByRole("button", { name: "Start the race" }).click();
    const verdict = watch.page.locator("[data-verdict]");
    await verdict.filter({ hasText: /times as fast/ }).waitFor({ timeout: LIMIT });
    expect(await verdict.textContent()).toMatch(
      /^WebAssembly was [\d.]+ times as fast as JavaScript, and the answers agree/,
    );
    clean(watch);
  });

  it("shows the difference of two results", async () => {
    folder = temporaryDirectory();
    const paths = [{ x: 1 }, { x: 0.75, y: 0.25 }].map((shares, i) => {
      const path = join(folder, `${"ab"[i]}.json`);
      writeFileSync(path, JSON.stringify({ salience: shares, breakdown: { ETH: shares } }));
      return path;
    });
    const watch = await openPage(browser, site.url);
    await watch.page.locator('input[type="file"]').last().setInputFiles(paths);
    await watch.page.getByRole("table", { name: "Distances" }).waitFor();
    expect(await watch.page.getByRole("table", { name: "Distances" }).textContent()).toContain("5.00e-1");
    expect(await watch.page.getByRole("table", { name: "Changes of salience" }).getByRole("row").count()).toBe(3);
    clean(watch);
  });

  it.each([
    ["light", 390],
    ["dark", 390],
    ["dark", 1280],
  ] as const)("fits the screen and has no serious fault in %s at %i pixels", async (colorScheme, width) => {
    const watch = await openPage(browser, site.url, { colorScheme, viewport: { width, height: 800 } });
    const { page } = watch;
    await page.getByRole("button", { name: "Try a sample" }).click();
    await digestOf(page);
    await page.getByRole("table", { name: "Salience" }).getByRole("row").nth(1).getByRole("button").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await seriousFaults(page)).toEqual([]);
    clean(watch);
  });

  it("is used by keyboard alone", async () => {
    const { page } = await openPage(browser, site.url);
    const names: string[] = [];
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press("Tab");
      names.push(await page.evaluate(() => document.activeElement?.textContent?.slice(0, 30) ?? ""));
    }
    expect(names[0]).toBe("Skip to the content");
    for (const name of ["Try a sample", "Choose a ledger", "Start the race"]) expect(names).toContain(name);
  });

  it("allows WebAssembly and nothing wider, and stays below 1 MB compressed", async () => {
    const path = simulated();
    const watch = await openPage(browser, site.url);
    const policy = await watch.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/);
    await watch.page.locator('input[type="file"]').first().setInputFiles(path);
    await digestOf(watch.page);
    let bytes = 0;
    for (const url of watch.requests) {
      if (!url.startsWith(site.url)) continue;
      const name = new URL(url).pathname.slice(1) || "index.html";
      bytes += gzipSync(readFileSync(fileURLToPath(new URL(`../../dist/demo/${name}`, import.meta.url)))).length;
    }
    expect([...watch.requests].some((url) => url.endsWith(".wasm"))).toBe(true);
    console.info(`page: ${Math.round(bytes / 1000)} KB compressed`);
    expect(bytes).toBeLessThan(1_000_000);
  });
});
