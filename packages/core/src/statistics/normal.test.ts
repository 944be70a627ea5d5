import { expect, test } from "vitest";
import references from "../../test/references/distributions.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { normalDensity, normalDistribution, normalQuantile } from "./normal.ts";

function relativeError(value: number, truth: number): number {
  return value === truth ? 0 : Math.abs(value - truth) / Math.abs(truth);
}

test("the distribution function is within 1e-15 of 60-digit arithmetic from −37.3 to 8", () => {
  for (const [x, truth] of references.normalDistribution) {
    if (x < -37.5) continue; // subnormal: fewer digits exist
    expect(relativeError(normalDistribution(x), truth), `Φ(${x})`).toBeLessThan(1e-15);
  }
});

test("the quantile is within 1e-15 of 60-digit arithmetic, from 1e-300 to 1 − 2⁻⁴⁰ and next to ½", () => {
  for (const [p, truth] of references.normalQuantile)
    expect(relativeError(normalQuantile(p), truth), `Φ⁻¹(${p})`).toBeLessThan(1e-15);
});

test("the two tails mirror each other", () => {
  for (const x of [0, 0.3, 0.999, 1, 1.001, 2, 7.5])
    expect(normalDistribution(x) + normalDistribution(-x)).toBeCloseTo(1, 15);
  for (const p of [0.4, 0.25, 2 ** -7, 2 ** -30]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
});

test("the ends are 0, 1 and the infinities", () => {
  expect(normalDistribution(-Infinity)).toBe(0);
  expect(normalDistribution(Infinity)).toBe(1);
  expect(normalDistribution(0)).toBe(0.5);
  expect(normalDistribution(-38.4)).toBeGreaterThan(0);
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(1)).toBe(Infinity);
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalDensity(Infinity)).toBe(0);
});

test("the density is the slope of the distribution", () => {
  const step = 2 ** -15;
  for (const x of [-4.3, -1.5, -1, 0, 0.6, 1, 3]) {
    const slope = (normalDistribution(x + step) - normalDistribution(x - step)) / (2 * step);
    expect(relativeError(slope, normalDensity(x))).toBeLessThan(1e-8);
  }
});

test("a probability outside [0, 1] is refused", () => {
  for (const p of [-1e-9, 1.01, NaN]) expect(() => normalQuantile(p)).toThrow(InputError);
  expect(() => normalQuantile(NaN)).toThrow("normalQuantile: p must be in [0, 1], got NaN");
});
