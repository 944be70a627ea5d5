import { expect, test } from "vitest";
import { createGenerator } from "../../random/index.ts";
import { maxout, maxoutGradient } from "../index.ts";

test("each unit is its largest piece, and the gradient goes there alone", () => {
  expect([...maxout([1, -2, 3, 0.5, 7, 7], 2)]).toEqual([1, 3, 7]);
  expect([...maxoutGradient([1, -2, 3, 0.5, 7, 7], 2, [10, 20, 30])]).toEqual([10, 0, 20, 0, 30, 0]);
  expect([...maxout([-Infinity, -Infinity, -5, 1e308, 0, 3], 3)]).toEqual([-5, 1e308]);
});

test("the gradient agrees with central differences", () => {
  const random = createGenerator(31);
  const h = 1e-5;
  for (let point = 0; point < 50; point++) {
    const values = Array.from({ length: 12 }, () => random.normal());
    const weights = Array.from({ length: 4 }, () => random.normal());
    const total = (at: readonly number[]): number =>
      maxout(at, 3).reduce((sum, value, unit) => sum + weights[unit] * value, 0);
    const gradient = maxoutGradient(values, 3, weights);
    for (let i = 0; i < values.length; i++) {
      const slope = (total(values.with(i, values[i] + h)) - total(values.with(i, values[i] - h))) / (2 * h);
      expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-6 * Math.abs(slope) + 1e-9);
    }
  }
});

test("bad input is refused with its place", () => {
  expect(() => maxout([1, 2], 1)).toThrow("maxout: pieces must be a whole number ≥ 2, got 1");
  expect(() => maxout([1, 2, 3], 2)).toThrow(
    "maxout: values must fill whole units of 2 pieces, got 3 values",
  );
  expect(() => maxout([1, Number.NaN], 2)).toThrow("maxout: values must be numbers, got NaN at 1");
  expect(() => maxoutGradient([1, 2], 2, [1, 2])).toThrow(
    "maxoutGradient: outputGradient must be one per unit, 1, got 2",
  );
});
