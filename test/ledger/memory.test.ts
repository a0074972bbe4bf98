import { join } from "node:path";
import { expect, test } from "vitest";
import { DataMemory } from "../../src/ledger/memory.js";
import { readTrainingData } from "../../src/ledger/trainingData.js";
import { writeLedger } from "../../src/ledger/write.js";
import { constantsOf, getProfile } from "../../src/profiles/index.js";
import { open, temporaryDirectory } from "./build.js";

test("a released lease's memory is used again, zeroed", () => {
  const memory = new DataMemory();
  const first = memory.lease();
  const one = first.float64(1000);
  const other = first.uint16(3);
  expect(other.buffer).toBe(one.buffer);
  one.fill(Number.NaN);
  other.fill(7);
  first.release();
  const second = memory.lease();
  const again = second.int32(5000);
  expect(again.buffer).toBe(one.buffer);
  expect(again.every((value) => value === 0)).toBe(true);
});

test("two leases at a time do not share", () => {
  const memory = new DataMemory();
  const [first, second] = [memory.lease(), memory.lease()];
  expect(first.uint16(8).buffer).not.toBe(second.uint16(8).buffer);
});

test("arrays lie apart, and larger ones than a block get one of their own", () => {
  const lease = new DataMemory().lease();
  const arrays = [lease.uint16(5), lease.float64(3), lease.float32(1), lease.int32(2)];
  arrays.forEach((array, i) => {
    array.fill(i + 1);
  });
  expect(arrays.map((array) => [...array])).toEqual([[1, 1, 1, 1, 1], [2, 2, 2], [3], [4, 4]]);
  expect(lease.float64(10_000_000).length).toBe(10_000_000);
  expect(lease.uint16(0).length).toBe(0);
});

test("challenges read one after another into one memory are as if read alone", () => {
  const path = join(temporaryDirectory(), "m.db");
  writeLedger(path, { rows: 300, miners: 4, odd: true });
  const source = open(path);
  const memory = new DataMemory();
  const profile = getProfile();
  for (const challenge of profile.challenges) {
    const constants = { ...constantsOf(profile, challenge), range_lookback_blocks: 200 };
    const alone = readTrainingData(source, challenge, constants);
    const shared = readTrainingData(source, challenge, constants, { memory });
    if (!("data" in alone) || !("data" in shared)) throw new Error(`${challenge.ticker}: no data`);
    expect(shared.data, challenge.ticker).toEqual(alone.data);
    shared.release!();
  }
});
