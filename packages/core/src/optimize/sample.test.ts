import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { sampleRows, spreadRows } from "./sample.ts";

const generator = createGenerator(4);
/** Half of the rows sure to 10⁻⁶, half anything. */
const second = Float64Array.from({ length: 4000 }, (_, row) => (row % 2 ? generator.uniform() : 1e-6));
const both = Float64Array.from({ length: 8000 }, (_, at) => {
  const p = second[Math.floor(at / 2)];
  return at % 2 ? p : 1 - p;
});

test("all rows are taken, once, when as many are wanted", () => {
  const { rows, weights } = sampleRows(both, 2, 4000, 1, 1);
  expect([...rows]).toEqual([...Array(4000).keys()]);
  expect(new Set(weights)).toEqual(new Set([1]));
});

test("about as many rows as wanted are drawn, most of them undecided ones, each at most once", () => {
  const { rows } = sampleRows(both, 2, 500, 1, 1);
  expect(Math.abs(rows.length - 500)).toBeLessThan(5 * Math.sqrt(500));
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.filter((row) => row % 2 === 1).length).toBeGreaterThan(0.8 * rows.length);
  // The sure ones are not shut out.
  expect(rows.filter((row) => row % 2 === 0).length).toBeGreaterThan(0);
});

test("weights undo the choice: sums over the drawn rows estimate sums over all", () => {
  const draws = Array.from({ length: 40 }, (_, stream) => sampleRows(both, 2, 500, 1, stream));
  const counts = draws.map(({ weights }) => weights.reduce((sum, w) => sum + w, 0));
  const sums = draws.map(({ rows, weights }) =>
    rows.reduce((sum, row, i) => sum + weights[i] * second[row] * (1 - second[row]), 0),
  );
  const truth = second.reduce((sum, p) => sum + p * (1 - p), 0);
  for (const [values, expected] of [
    [counts, 4000],
    [sums, truth],
  ] as const) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(spread / values.length));
  }
});

test("one probability per row means two classes", () => {
  const one = sampleRows(second, 1, 500, 7, 2);
  const two = sampleRows(both, 2, 500, 7, 2);
  expect([...one.rows]).toEqual([...two.rows]);
});

test("rows that are all sure are drawn alike", () => {
  const { rows, weights } = sampleRows(new Float64Array(2000), 1, 200, 3, 1);
  expect(Math.abs(rows.length - 200)).toBeLessThan(5 * Math.sqrt(200));
  weights.forEach((weight) => expect(weight).toBeCloseTo(10, 6));
});

test("rows are spread: one from each of equal stretches, in order, all where there are no more", () => {
  const rows = spreadRows(1000, 10, 3, 1);
  rows.forEach((row, i) => expect(Math.floor(row / 100)).toBe(i));
  expect(new Set(rows.map((row) => row % 100)).size).toBeGreaterThan(5);
  expect([...spreadRows(3, 5, 3, 1)]).toEqual([0, 1, 2]);
});
