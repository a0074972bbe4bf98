import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { introsort } from "../../src/scorers/tradeMix/introsort.js";

describe("introsort", () => {
  it("sorts and keeps rows with their values", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 200 }), (numbers) => {
        const values = Float32Array.from(numbers);
        const rows = Int32Array.from(numbers.keys());
        introsort(values, rows);
        expect([...values]).toEqual([...numbers].sort((a, b) => a - b));
        expect(Array.from(rows, (row) => numbers[row])).toEqual([...values]);
        expect(new Set(rows).size).toBe(numbers.length);
      }),
    );
  });

  it("sorts what quicksort finds hard", () => {
    for (const n of [1000, 4096]) {
      const organ = Float32Array.from({ length: n }, (_, i) => Math.min(i, n - i));
      const expected = Float32Array.from(organ).sort();
      introsort(organ, new Int32Array(n));
      expect(organ).toEqual(expected);
    }
  });

  it("leaves equal values where the library's three-way partition does", () => {
    const values = Float32Array.of(2, 1, 2, 0, 2, 1);
    const rows = Int32Array.of(0, 1, 2, 3, 4, 5);
    introsort(values, rows);
    // By hand: pivot 1 = median of 2, 0, 1; swaps (0,5), (2,4), (2,3), (2,0); what is left right of it is all equal.
    expect([...rows]).toEqual([3, 1, 5, 4, 2, 0]);
    expect([...values]).toEqual([0, 1, 1, 2, 2, 2]);
  });
});
