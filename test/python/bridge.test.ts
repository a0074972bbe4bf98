/** scripts/mantis_scorer.py, called by the Python that MANTIS_PYTHON names (it needs NumPy). */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLedger } from "../../src/ledger/node.js";
import { ledgerExtent } from "../../src/ledger/span.js";
import { cli, main } from "../helpers/cli.js";

const python = process.env.MANTIS_PYTHON;
if (!python) console.log("test/python skipped: set MANTIS_PYTHON to a Python with NumPy");
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
type Shares = Record<string, number>;
type Scores = [salience: Shares, breakdown: Record<string, Shares>];

describe.skipIf(!python)("mantis_scorer.py", () => {
  let folder: string;
  let ledger: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the checks of the Python file return
  let checks: Record<string, any>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mantis-python-"));
    ledger = join(folder, "ledger.db");
    const made = cli([
      "simulate",
      ledger,
      "--rows",
      "4500",
      "--miners",
      "4",
      "--seed",
      "3",
      "--skill",
      "0.5",
      "--quiet",
    ]);
    expect(made.status).toBe(0);
    const source = openLedger(ledger);
    const block = ledgerExtent(source).lastBlock - 100;
    source.close();
    const command = JSON.stringify([process.execPath, main]);
    const words = [here("check_bridge.py"), here("../../scripts"), ledger, command, String(block)];
    const { status, stdout, stderr } = spawnSync(python!, words, { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    checks = JSON.parse(stdout);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("scores a ledger by its path", () => {
    const { salience, breakdown } = JSON.parse(cli(["score", ledger, "--json", "-"]).stdout);
    expect(checks.path).toEqual([salience, breakdown] satisfies Scores);
    expect(Object.keys(salience).length).toBe(4);
    expect(checks.salience_alone).toBe(true);
  });

  it("reads the ledger of the reference's generator with its limits", () => {
    expect(checks.limits).toEqual([true, true, {}]);
  });

  it("hands over arrays, from several threads", () => {
    const [salience, breakdown] = checks.stream as Scores;
    expect(Object.keys(salience)).toEqual(["5H0", "5H1", "5H2"]);
    expect(Object.keys(breakdown)).toContain("ETH");
    expect(Object.values(salience).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(checks.threads).toEqual([true, true, true]);
    expect(checks.nothing).toEqual({});
  });

  it("raises what goes wrong", () => {
    expect(checks.no_ledger).toBe("ScorerError: mantis-scorer: nowhere.db: no such file");
    expect(checks.no_program).toMatch(/^ScorerError: cannot run \/nowhere\/node/);
    expect(checks.unknown_profile).toMatch(/^ScorerError: mantis-scorer: unknown profile "1999-01"/);
    expect(checks.broken_iterable).toBe("KeyError: 'the ledger broke'");
    expect(checks.rough_embeddings).toMatch(/^ValueError: ETH: embeddings of 5H0 are not float16 values/);
    expect(checks.late).toEqual([true, true, "no result after 0.5 seconds"]);
  });
});
