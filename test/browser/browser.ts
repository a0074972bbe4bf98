/** A real Chromium and the built page, for the tests in this folder. Needs a build (`npm test` makes one first). */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { serveFolder } from "../../src/cli/staticServer.js";

const CANDIDATES = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = CANDIDATES.find((path) => path && existsSync(path));

export const hasChromium = executablePath !== undefined;
if (!hasChromium)
  console.warn("no Chromium: browser tests are skipped; apt-get install chromium, or set CHROMIUM to its path");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath!, headless: true, args: FLAGS });
}

export interface Site {
  readonly url: string;
  close(): void;
}

export async function serve(folder: string): Promise<Site> {
  const server: Server = await serveFolder(folder, 0);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

export const servePage = () => serve(fileURLToPath(new URL("../../dist/demo", import.meta.url)));

/** What went wrong on a page, for the end of a test. */
export interface Watch {
  readonly page: Page;
  readonly errors: string[];
  /** Requests to any other place than the site. */
  readonly foreign: string[];
  /** URLs of all requests. */
  readonly requests: Set<string>;
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watch> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const watch: Watch = { page, errors: [], foreign: [], requests: new Set() };
  page.on("console", (message) => {
    if (message.type() === "error") watch.errors.push(message.text());
  });
  page.on("pageerror", (error) => watch.errors.push(String(error)));
  context.on("request", (request) => {
    const address = request.url();
    watch.requests.add(address);
    if (!address.startsWith(url) && !/^(data|blob):/.test(address)) watch.foreign.push(address);
  });
  await page.addInitScript(() => {
    const spans: number[] = [];
    Object.assign(globalThis, { longTasks: spans });
    new PerformanceObserver((entries) => spans.push(...entries.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
      buffered: true,
    });
  });
  await page.goto(url);
  return watch;
}

/** The longest task of the main thread so far, in ms; 0 when none took 50. */
export function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks));
}
