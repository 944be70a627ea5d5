import { expect, test } from "vitest";
import { coverageBand } from "./band.ts";

test("9 rows at 0.9: the coverage is that of the largest of nine uniform numbers", () => {
  const band = coverageBand(9, 0.9);
  expect(band.rank).toBe(9);
  expect(band.mean).toBe(0.9);
  expect(band.interval[0]).toBeCloseTo(0.025 ** (1 / 9), 14); // P(max ≤ x) = x⁹
  expect(band.interval[1]).toBeCloseTo(0.975 ** (1 / 9), 14);
});

test("1000 rows at 0.9 give 0.88 to 0.92, as in the gentle introduction", () => {
  expect(coverageBand(1000, 0.9).interval.map((end) => end.toFixed(2))).toEqual(["0.88", "0.92"]);
});

test("a finite test set widens the band, and many rows bring it back", () => {
  const [low, high] = coverageBand(360, 0.9).interval;
  const few = coverageBand(360, 0.9, { testRows: 360 }).interval;
  expect(few[0]).toBeLessThan(low);
  expect(few[1]).toBeGreaterThan(high);
  const many = coverageBand(360, 0.9, { testRows: 10_000_000 }).interval;
  expect(many[0]).toBeCloseTo(low, 4);
  expect(many[1]).toBeCloseTo(high, 4);
});

test("bands that nobody can promise are refused, with what can be", () => {
  expect(() => coverageBand(200, 0.999)).toThrow(
    "coverageBand: a coverage of 0.999 needs at least 999 rows, got 200, which can promise at most 0.995024",
  );
  expect(() => coverageBand(200, 1)).toThrow(
    "coverageBand: a coverage of 1 can be promised from no number of rows; 200 rows can promise at most 0.995024",
  );
  expect(() => coverageBand(NaN, 0.9)).toThrow("coverageBand: rows must be a whole number ≥ 0, got NaN");
  expect(() => coverageBand(20, 0.9, { testRows: 0 })).toThrow("testRows must be a whole number ≥ 1, got 0");
  expect(() => coverageBand(20, 0.9, { confidence: 95 })).toThrow("confidence must be in (0, 1), got 95");
});
