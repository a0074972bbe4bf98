#!/usr/bin/env node
// Scores one simulated ledger on every engine that this machine has and compares the digests (docs/determinism.md).
// Environment: CHROMIUM, FIREFOX (programs), MANTIS_WASMTIME (a Python with the package wasmtime), ARM64_NODE (with qemu-aarch64).
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { arch, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest, getProfile } from "../dist/index.js";
import { openLedger, readTrainingData, writeLedger } from "../dist/ledger/node.js";
import { constantsOf } from "../dist/profiles/index.js";
import { kernelVectors } from "./engines/kernelVectors.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const main = path("../dist/cli/main.js");
const kernel = path("../dist/kernel.wasm");
const folder = mkdtempSync(join(tmpdir(), "mantis-engines-"));
const ledger = join(folder, "ledger.db");
const PROFILE = "2026-05";
const LIMIT = 600_000;
const rows = [];

try {
  // Long enough for every kind of challenge but TRADEMIX, which wants 43,200 rows.
  writeLedger(ledger, { rows: 16000, miners: 4, seed: 21, odd: true, skill: 0.4, hotkeyPrefix: "5Hk" });
  const here = scoreOnNode("this Node", process.execPath, []);
  for (const flags of [
    ["--liftoff-only"],
    ["--no-liftoff"],
    ["--no-opt", "--no-maglev", "--no-sparkplug"],
    ["--always-sparkplug"],
  ]) {
    scoreOnNode(`Node ${flags.join(" ")}`, process.execPath, flags);
  }
  await scoreInBrowser("Chromium", find("CHROMIUM", ["chromium", "chromium-browser", "google-chrome"]), (url) => [
    ...[
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      `--user-data-dir=${join(folder, "chromium")}`,
    ],
    url,
  ]);
  await scoreInBrowser("Firefox", find("FIREFOX", ["firefox-esr", "firefox"]), (url) => [
    ...["--headless", "--no-remote", "--profile", join(folder, "firefox"), url],
  ]);
  const emulator = find("QEMU_AARCH64", ["qemu-aarch64", "qemu-aarch64-static"]);
  const arm = process.env.ARM64_NODE;
  if (emulator && arm) scoreOnNode("ARM64 Node in QEMU", emulator, [arm]);
  else note("ARM64 Node in QEMU", emulator ? "not run: ARM64_NODE names no program" : "not run: no qemu-aarch64");
  compare("salience and breakdown", rows, here);

  const vectors = [{ engine: "this Node", digest: await kernelVectors(kernel) }];
  const python = process.env.MANTIS_WASMTIME ?? "python3";
  const { status, stdout, stderr } = spawnSync(python, [path("engines/kernel_vectors.py"), kernel], {
    encoding: "utf8",
  });
  vectors.push({
    engine: "wasmtime",
    ...(status === 0
      ? { digest: stdout.trim() }
      : { why: `not run: ${stderr?.trim().split("\n").at(-1) || "no Python"}` }),
  });
  compare("kernel vectors", vectors, vectors[0].digest);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function note(engine, why) {
  rows.push({ engine, why });
}

/** Only what is scored, so that browsers, which see no ledger, can be compared. */
function digestOf({ salience, breakdown }) {
  return digest({
    profile: PROFILE,
    ledger: { rows: 0, firstBlock: 0, lastBlock: 0, hotkeys: 0 },
    salience,
    breakdown,
  });
}

function scoreOnNode(engine, program, flags) {
  const words = [...flags, main, "score", ledger, "--profile", PROFILE, "--json", "-", "--quiet"];
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: "utf8",
    timeout: LIMIT,
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) {
    rows.push({ engine, failed: true, why: stderr.trim() || `ended with ${status}` });
    return undefined;
  }
  const result = JSON.parse(stdout);
  const found = digestOf(result);
  const version = spawnSync(program, [...flags, "--version"], { encoding: "utf8" }).stdout.trim();
  rows.push({ engine: `${engine} (${version}, ${arch()})`, digest: found, seconds: result.totalSeconds });
  return found;
}

async function scoreInBrowser(engine, program, words) {
  if (!program) return note(engine, "not run: not found");
  const { build } = await import("vite");
  const output = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, target: "es2022", lib: { entry: path("engines/page.mjs"), formats: ["es"] } },
  });
  const script = output[0].output[0].code;
  const data = trainingData();
  mkdirSync(join(folder, "firefox"), { recursive: true });
  let server;
  let browser;
  try {
    const started = performance.now();
    const result = await new Promise((resolve, reject) => {
      server = createServer((request, response) => {
        if (request.url === "/data") return response.end(data);
        if (request.url === "/page.js") return response.setHeader("Content-Type", "text/javascript").end(script);
        if (request.url !== "/result") {
          return response.setHeader("Content-Type", "text/html").end('<script type="module" src="/page.js"></script>');
        }
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          response.end();
          resolve(JSON.parse(body));
        });
      }).listen(0, "127.0.0.1", () => {
        browser = spawn(program, words(`http://127.0.0.1:${server.address().port}/`), { stdio: "ignore" });
        browser.on("error", reject);
        browser.on("exit", (code) =>
          setTimeout(() => reject(new Error(`ended with ${code} before it was done`)), 1000),
        );
      });
      setTimeout(() => reject(new Error("took too long")), LIMIT).unref();
    });
    if (result.error) throw new Error(result.error);
    const name = /(?:Chrome|Firefox)\/\S+/.exec(result.engine)?.[0] ?? result.engine;
    rows.push({
      engine: `${engine} (${name})`,
      digest: digestOf(result),
      seconds: (performance.now() - started) / 1000,
    });
  } catch (error) {
    rows.push({ engine, failed: true, why: error.message });
  } finally {
    browser?.kill();
    server?.closeAllConnections();
    server?.close();
  }
}

function trainingData() {
  const source = openLedger(ledger);
  const profile = getProfile(PROFILE);
  const data = [];
  for (const challenge of profile.challenges) {
    const read = readTrainingData(source, challenge, constantsOf(profile, challenge));
    if (!("data" in read)) continue;
    data.push([challenge.ticker, read.data]);
  }
  source.close();
  return JSON.stringify({ data, profile: PROFILE }, (_, value) => {
    if (value instanceof Map) return { pairs: [...value] };
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { array: value.constructor.name, base64: bytes.toString("base64") };
  });
}

function find(variable, names) {
  if (process.env[variable]) return process.env[variable];
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of names) {
    const found = folders.map((directory) => join(directory, name)).find((file) => isProgram(file));
    if (found) return found;
  }
  return undefined;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function compare(what, results, expected) {
  console.log(`\n${what}`);
  for (const { engine, digest, why, seconds, failed } of results) {
    const verdict =
      digest === undefined ? why : `${digest.slice(0, 16)} ${digest === expected ? "equal" : "DIFFERENT"}`;
    console.log(`  ${engine.padEnd(60)} ${verdict}${seconds === undefined ? "" : `  ${seconds.toFixed(1)} s`}`);
    if (failed || (digest !== undefined && digest !== expected)) process.exitCode = 1;
  }
}
