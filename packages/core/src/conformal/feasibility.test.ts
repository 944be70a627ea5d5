import { expect, test } from "vitest";
import { conformalRank, feasibleCoverage, rowsNeeded } from "./feasibility.ts";

test("the rank is that of the decimal as written, not of the binary fraction nearest to it", () => {
  expect(conformalRank(9, 0.9)).toBe(9);
  expect(conformalRank(19, 0.95)).toBe(19);
  expect(conformalRank(99, 0.07)).toBe(7); // 100 · 0.07 is 7.000000000000001 in floating point
  expect(conformalRank(99, 0.29)).toBe(29); // and 100 · 0.29 is 28.999999999999996
  expect(conformalRank(360, 0.9)).toBe(325); // ⌈324.9⌉
  expect(conformalRank(9, 1 - 0.1)).toBe(9);
});

test("the rank is exact for every percentage and up to a thousand rows", () => {
  const wrong: string[] = [];
  for (let percent = 1; percent < 100; percent++)
    for (let rows = 0; rows <= 1000; rows++) {
      const exact = Math.ceil(((rows + 1) * percent) / 100); // one division, of whole numbers
      if (conformalRank(rows, percent / 100) !== exact) wrong.push(`${rows} at ${percent} %`);
    }
  expect(wrong).toEqual([]);
});

test("19 rows promise 0.95, 99 promise 0.99, and one fewer does not", () => {
  expect([0.5, 0.8, 0.9, 0.95, 0.99, 0.999].map(rowsNeeded)).toEqual([1, 4, 9, 19, 99, 999]);
  expect(feasibleCoverage(19)).toBeCloseTo(0.95, 15);
  expect(feasibleCoverage(0)).toBe(0);
  for (const coverage of [0.9, 0.95, 0.97, 0.9999]) {
    expect(feasibleCoverage(rowsNeeded(coverage))).toBeGreaterThanOrEqual(coverage - 1e-15);
    expect(feasibleCoverage(rowsNeeded(coverage) - 1)).toBeLessThan(coverage);
  }
});

test("what is no coverage or no number of rows is refused", () => {
  expect(() => rowsNeeded(1)).toThrow("rowsNeeded: a coverage of 1 can be promised from no number of rows");
  expect(() => rowsNeeded(NaN)).toThrow("rowsNeeded: coverage must be above 0 and below 1, got NaN");
  expect(() => feasibleCoverage(-1)).toThrow("feasibleCoverage: rows must be a whole number ≥ 0, got -1");
});
