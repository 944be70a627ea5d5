import { expect, test } from "vitest";
import references from "../../test/references/distributions.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { betaDistribution, betaQuantile } from "./beta.ts";

test("shapes 1, 1 are the uniform law, and integer shapes a polynomial", () => {
  expect(betaDistribution(0.25, 1, 1)).toBeCloseTo(0.25, 15);
  expect(betaDistribution(0.5, 2, 3)).toBeCloseTo(11 / 16, 15); // Σⱼ₌₂⁴ C(4, j) / 16
  expect(betaQuantile(0.3, 1, 1)).toBeCloseTo(0.3, 15);
});

test("the distribution function is within 1e-14 of 60-digit arithmetic, 1e-13 in the tail at 1e-6", () => {
  for (const [x, a, b, truth] of references.betaDistribution) {
    // The exponent there is near −14, and its rounding is relative to its own size.
    const tolerance = truth < 1e-5 ? 1e-13 : 1e-14;
    const value = betaDistribution(x, a, b);
    expect(Math.abs(value - truth) / truth, `I at ${x} of ${a}, ${b}`).toBeLessThan(tolerance);
  }
});

test("the quantile is within 1e-14 of 60-digit arithmetic, for shapes from 0.3 to 100,000", () => {
  for (const [p, a, b, truth] of references.betaQuantile)
    expect(Math.abs(betaQuantile(p, a, b) - truth) / truth, `${p} of ${a}, ${b}`).toBeLessThan(1e-14);
});

test("swapping the shapes mirrors the law", () => {
  for (const [x, a, b] of [
    [0.2, 3, 7],
    [0.75, 0.4, 12],
    [0.5, 250, 240],
  ])
    expect(betaDistribution(x, a, b) + betaDistribution(1 - x, b, a)).toBeCloseTo(1, 14);
});

test("the ends are exact", () => {
  expect(betaDistribution(0, 2, 5)).toBe(0);
  expect(betaDistribution(1, 2, 5)).toBe(1);
  expect(betaQuantile(0, 2, 5)).toBe(0);
  expect(betaQuantile(1, 2, 5)).toBe(1);
});

test("arguments outside their range are refused", () => {
  expect(() => betaDistribution(1.5, 1, 1)).toThrow("betaDistribution: x must be in [0, 1], got 1.5");
  expect(() => betaQuantile(NaN, 1, 1)).toThrow(InputError);
  expect(() => betaQuantile(0.5, 0, 1)).toThrow(
    "betaQuantile: both shapes must be positive numbers, got 0 and 1",
  );
  expect(() => betaDistribution(0.5, 1, Infinity)).toThrow(InputError);
});
