import { expect, test } from "vitest";
import { chiSquaredUpperTail } from "../statistics/index.ts";
import { rowUniforms } from "./row-hash.ts";

const fit = { seed: 7, stream: "fit", randomized: true } as const;

test("a row's number hangs on its id, the seed and the stream, not on its place", () => {
  const numbers = rowUniforms("test", 3, [12, 5, 99], fit);
  expect([...rowUniforms("test", 3, [99, 12, 5], fit)]).toEqual([numbers[2], numbers[0], numbers[1]]);
  expect([...rowUniforms("test", 3, undefined, fit)]).toEqual([...rowUniforms("test", 3, [0, 1, 2], fit)]);
  expect(rowUniforms("test", 1, [12], { ...fit, seed: 8 })[0]).not.toBe(numbers[0]);
  expect(rowUniforms("test", 1, [12], { ...fit, stream: "apply" })[0]).not.toBe(numbers[0]);
});

test("texts differ by every letter and its place", () => {
  const ids = ["ab", "ba", "a", "b", "", "aa", "aaa", "ab "];
  expect(new Set(rowUniforms("test", ids.length, ids, fit)).size).toBe(ids.length);
  expect([...rowUniforms("test", 1, ["patient 7"], fit)]).toEqual([
    ...rowUniforms("test", 1, ["patient 7"], fit),
  ]);
});

test("without chance every row has 1", () => {
  expect([...rowUniforms("test", 2, undefined, { ...fit, randomized: false })]).toEqual([1, 1]);
});

/** χ² of pairs of neighbours over a 16 × 16 grid: their p-value. */
function gridLevel(numbers: Float64Array): number {
  const counts = new Float64Array(256);
  const pairs = Math.floor(numbers.length / 2);
  for (let i = 0; i < pairs; i++)
    counts[Math.floor(numbers[2 * i] * 15.999999) * 16 + Math.floor(numbers[2 * i + 1] * 15.999999)]++;
  const expected = pairs / 256;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquaredUpperTail(chi, 255);
}

test("numbers of neighbouring ids, of texts, and of the two streams are uniform and independent in pairs", () => {
  const rows = 100_000;
  const inOrder = rowUniforms("test", rows, undefined, fit);
  const applied = rowUniforms("test", rows, undefined, { ...fit, stream: "apply" });
  const far = rowUniforms(
    "test",
    rows,
    Float64Array.from({ length: rows }, (_, i) => i * 2 ** 32),
    fit,
  );
  const texts = rowUniforms(
    "test",
    rows,
    Array.from({ length: rows }, (_, i) => `row ${i}`),
    fit,
  );
  const streams = Float64Array.from({ length: rows }, (_, i) => (i % 2 ? applied : inOrder)[i >> 1]);
  for (const numbers of [inOrder, applied, far, texts, streams])
    expect(gridLevel(numbers)).toBeGreaterThan(0.001);
});

test("ids that are not as many as rows, or neither text nor whole number, are refused", () => {
  expect(() => rowUniforms("sets", 2, [1], fit)).toThrow("sets: rowIds must be as many as rows, 2, got 1");
  expect(() => rowUniforms("sets", 2, [1, NaN], fit)).toThrow(
    "sets: rowIds must be texts or whole numbers, got NaN at row 1",
  );
});
