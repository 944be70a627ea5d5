import { expect, test } from "vitest";
import { sampleQuantile } from "./sample.ts";

test("a quantile between two values is linear between them", () => {
  const sorted = Float64Array.of(1, 2, 4, 8, 16);
  expect([0, 0.25, 0.375, 0.5, 1].map((p) => sampleQuantile(sorted, p))).toEqual([1, 2, 3, 4, 16]);
});

test("one value is every quantile", () => {
  expect([0, 0.3, 1].map((p) => sampleQuantile(Float64Array.of(7), p))).toEqual([7, 7, 7]);
});
