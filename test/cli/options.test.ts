import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { explainError } from "../../src/cli/failure.js";
import { constant, names, numberWithin, readHotkeys, wholeNumber } from "../../src/cli/options.js";
import { ScoreError, UsageError } from "../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "mantis-scorer-options-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("option values", () => {
  it("takes whole numbers in their range only", () => {
    const workers = wholeNumber("--workers", 1, 256);
    expect([workers("1"), workers("256"), workers("007")]).toEqual([1, 256, 7]);
    for (const text of ["0", "257", "-1", "1.0", "1e2", "0x10", "", " ", "two"]) {
      expect(() => workers(text), text).toThrow(`--workers needs a whole number from 1 to 256, not "${text}"`);
    }
  });

  it("takes numbers in their range only", () => {
    const skill = numberWithin("--skill", 0, 1);
    expect([skill("0"), skill("0.25"), skill("1e-3")]).toEqual([0, 0.25, 0.001]);
    for (const text of ["-0.1", "1.1", "", "NaN", "much"]) expect(() => skill(text), text).toThrow(UsageError);
  });

  it("parts names at commas", () => {
    expect(names("--only")("ETH, CADUSD")).toEqual(["ETH", "CADUSD"]);
    for (const text of ["", "ETH,", ",ETH"]) expect(() => names("--only")(text)).toThrow(/--only needs names/);
  });

  it("collects constants as JSON, or as text", () => {
    let set = constant("CHUNK_SIZE=400");
    set = constant("luck_filter=block_bootstrap", set);
    set = constant('meta_model="moe"', set);
    set = constant("ETH.MULTIPLIERS=[1, 2.5]", set);
    set = constant("note=a=b", set);
    expect(set).toEqual({
      CHUNK_SIZE: 400,
      luck_filter: "block_bootstrap",
      meta_model: "moe",
      "ETH.MULTIPLIERS": [1, 2.5],
      note: "a=b",
    });
    for (const text of ["LAG", "=3"]) expect(() => constant(text)).toThrow(/--set needs NAME=VALUE/);
    for (const value of ["null", "true", "{}", '["a"]']) {
      expect(() => constant(`LAG=${value}`)).toThrow(/--set LAG needs a number, text or a list of numbers/);
    }
  });

  it("reads hotkeys from lines or JSON", () => {
    const file = (text: string) => {
      const path = join(folder, "hotkeys");
      writeFileSync(path, text);
      return path;
    };
    expect(readHotkeys(file("5A\r\n\n 5B \n5C"))).toEqual(["5A", "5B", "5C"]);
    expect(readHotkeys(file('\uFEFF ["5A", "5B"]\n'))).toEqual(["5A", "5B"]);
    expect(readHotkeys(file(""))).toEqual([]);
    expect(() => readHotkeys(file('["5A", 5]'))).toThrow(/5 is not a hotkey/);
    expect(() => readHotkeys(file('["5A"'))).toThrow(/not JSON/);
    expect(() => readHotkeys(join(folder, "none"))).toThrow(/none: no such file/);
    expect(() => readHotkeys(folder)).toThrow(/cannot be read \(EISDIR\)/);
  });
});

describe("explainError", () => {
  it("tells wrong usage from failure, in one line", () => {
    expect(explainError(new UsageError("no such\n  thing"))).toEqual({ message: "no such thing", exitCode: 2 });
    expect(explainError(new ScoreError("ETH: broken"))).toEqual({ message: "ETH: broken", exitCode: 1 });
    expect(explainError(new TypeError("x is not a function"))).toEqual({
      message: "unexpected failure: x is not a function (--debug shows where)",
      exitCode: 1,
    });
  });

  it("shows the chain of causes for debugging", () => {
    const { message } = explainError(new ScoreError("ETH: broken", { cause: new RangeError("deep") }), true);
    expect(message).toMatch(/^ScoreError: ETH: broken\n {4}at .*\ncaused by RangeError: deep\n {4}at /s);
  });
});
