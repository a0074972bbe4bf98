import { describe, expect, it } from "vitest";
import { benchTable, loadingLine } from "../../../src/cli/bench/benchTable.js";
import type { Contender, Run } from "../../../src/cli/bench/contender.js";
import { type Entry, type Measured, measure } from "../../../src/cli/bench/measure.js";
import { median } from "../../../src/cli/bench/statistics.js";

const SUBJECT = { ledger: "x.db", profile: undefined, only: undefined, meta: "cd", constants: {} } as const;

/** A contender whose n-th run takes the n-th number of seconds for ETH, a tenth of it loading. */
function fake(name: string, seconds: number[], share: number, changes: Partial<Run> = {}, workers = 1): Entry {
  let run = 0;
  const contender: Contender = {
    name,
    workers,
    async run() {
      const total = seconds[run++]!;
      return {
        seconds: { ETH: { load: total / 10, score: (total * 9) / 10 } },
        totalSeconds: total,
        processSeconds: total + 1,
        peakRssMb: 100 + run,
        result: { salience: { a: share, b: 1 - share }, breakdown: { ETH: { a: share, b: 1 - share } } },
        notConverged: [],
        ...changes,
      };
    },
  };
  return { contender, runs: seconds.length };
}

/** Cells of the table's rows, parted by two spaces or more. */
const cells = (table: string) => table.split("\n").map((line) => line.trim().split(/\s{2,}|(?<=×) +/));

describe("median", () => {
  it.each([
    [[3], 3],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));
  it("of nothing is NaN", () => expect(median([])).toBeNaN());
});

describe("measure", () => {
  it("takes turns and keeps medians, the largest memory and the distance from the last single-worker contender", async () => {
    const started: string[] = [];
    const entries = [fake("wasm", [2, 1, 9], 0.5), fake("reference", [30], 0.25), fake("two", [1, 1], 0.5, {}, 2)];
    const { base, contenders } = await measure(entries, SUBJECT, "/tmp", (done, total, name) =>
      started.push(`${done}/${total} ${name}`),
    );
    expect(started).toEqual(["0/6 wasm", "1/6 reference", "2/6 two", "3/6 wasm", "4/6 two", "5/6 wasm"]);
    expect(base).toBe("reference");
    const [wasm, reference] = contenders;
    expect(wasm!.totalSeconds).toBe(2);
    expect(wasm!.processSeconds).toBe(3);
    expect(wasm!.seconds.ETH).toEqual({ load: 0.2, score: 1.8 });
    expect(wasm!.peakRssMb).toBe(103);
    expect(wasm!.distances).toEqual({ ETH: 0.5 });
    expect(wasm!.distance).toBe(0.5);
    expect(reference!.distances).toEqual({});
    expect(reference!.distance).toBe(0);
  });
});

describe("benchTable", () => {
  const measured = (name: string, total: number, changes: Partial<Measured> = {}): Measured => ({
    name,
    workers: 1,
    runs: 3,
    seconds: { ETH: { load: total / 4, score: total / 2 } },
    totalSeconds: total,
    processSeconds: total,
    peakRssMb: 80,
    distances: { ETH: 2e-7 },
    distance: 1e-8,
    notConverged: [],
    ...changes,
  });
  const reference = measured("reference", 40, { distances: {}, distance: 0, peakRssMb: 900 });

  it("gives seconds, speed-up and distance against the base", () => {
    const contenders = [measured("wasm", 2), measured("wasm, 2 workers", 1, { workers: 2 }), reference];
    const table = benchTable({ base: "reference", contenders }, 1e-3);
    expect(cells(table)).toEqual(
      expect.arrayContaining([
        ["whole", "wasm", "0.50", "1.00", "2.00", "20.0×", "1.0e-8", "80"],
        ["wasm, 2 workers", "1.00", "40.0×", "1.0e-8", "80"],
      ]),
    );
    expect(table).toMatch(/ETH +wasm +0\.50 +1\.00 +1\.50 +20\.0× +2\.0e-7\n/);
    expect(table.match(/wasm, 2 workers/g)).toHaveLength(1);
    expect(table).toContain("Medians of fresh processes, 3 of each · speed-up and distance (L1) against reference");
  });

  it("says so instead of a time where results differ or a fit did not converge", () => {
    const far = measured("wasm", 2, { distances: { ETH: 0.4 } });
    const text = benchTable({ base: "reference", contenders: [far, { ...reference, runs: 1 }] }, 1e-3);
    expect(text).toMatch(/ETH +wasm +0\.50 +1\.00 +differs +4\.0e-1/);
    expect(text).toMatch(/whole +wasm +0\.50 +1\.00 +differs/);
    expect(text).toMatch(/ +reference +10\.00 +20\.00 +30\.00 +1\.0×\n/);
    expect(text).toContain("3 of wasm, 1 of reference");
    const stuck = measured("wasm", 2, { notConverged: ["ETH"] });
    expect(benchTable({ base: "reference", contenders: [stuck, reference] }, 1e-3)).toMatch(
      /ETH +wasm +0\.50 +1\.00 +not converged/,
    );
    const lost = measured("wasm", 2, { distances: { ETH: Number.NaN } });
    expect(benchTable({ base: "reference", contenders: [lost, reference] }, 1e-3)).toContain("differs");
  });

  it("leaves out comparisons when there is nothing to compare with", () => {
    const text = benchTable({ base: "wasm", contenders: [measured("wasm", 2, { distances: {} })] }, 1e-3);
    expect(text).toMatch(/ETH +wasm +0\.50 +1\.00 +1\.50\n/);
    expect(text).not.toContain("×");
    expect(text).not.toContain("against");
  });

  it("puts loading in terms of a pass", () => {
    const loading = { passSeconds: 2, loadSeconds: 3, ratio: 1.5, rows: 1000, bytes: 5e6, challenges: 11 };
    expect(loadingLine(loading)).toBe(
      "Loading all 11 challenges: 3.00 s, 1.50 times one SQLite pass over 1000 rows with 5 MB of text and blobs (2.00 s)\n",
    );
  });
});
