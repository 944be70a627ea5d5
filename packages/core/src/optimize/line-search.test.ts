import { expect, test } from "vitest";
import type { LineValues } from "../kernels/index.ts";
import { searchLine } from "./line-search.ts";

const search = (line: (step: number) => LineValues, noise: number): number | null =>
  searchLine(line, line(0), noise);

/** ½ c (a − best)² */
function parabola(best: number, c: number): (step: number) => LineValues {
  return (a) => ({ value: (c / 2) * (a - best) ** 2, slope: c * (a - best), curvature: c });
}

test("a full step that is good enough is taken as it is", () => {
  expect(search(parabola(1, 3), 0)).toBe(1);
  expect(search(parabola(1.2, 3), 0)).toBe(1); // the slope is a fifth of that at 0
});

test("the lowest point of a parabola is found wherever it is, beyond 1 too", () => {
  for (const best of [1e-6, 0.3, 1.9, 7, 5000]) {
    const step = search(parabola(best, 2), 0);
    // |slope| ≤ 0.3 of that at 0 puts the step within 0.3 of the way.
    expect(Math.abs((step ?? 0) / best - 1)).toBeLessThan(0.3);
  }
});

test("a line that only falls, then rises steeply, is followed far and not overshot", () => {
  // softplus(a − 300) − a/2: flat curvature at the start, so Newton's step would be endless.
  const line = (a: number): LineValues => {
    const e = Math.exp(-Math.abs(a - 300));
    const p = a > 300 ? 1 / (1 + e) : e / (1 + e);
    return { value: Math.max(a - 300, 0) + Math.log1p(e) - a / 2, slope: p - 0.5, curvature: p * (1 - p) };
  };
  const step = search(line, 0);
  expect(step).toBeGreaterThan(290);
  expect(step).toBeLessThan(310);
});

test("infinite values are stepped back from", () => {
  const line = (a: number): LineValues =>
    a < 0.01
      ? { value: -a + 60 * a * a, slope: -1 + 120 * a, curvature: 120 }
      : { value: Infinity, slope: Infinity, curvature: Infinity };
  const step = search(line, 0);
  expect(step).toBeGreaterThan(0.005);
  expect(step).toBeLessThan(0.01);
});

test("no step is given where the line does not fall", () => {
  expect(search(parabola(-1, 1), 0)).toBeNull();
  expect(search(parabola(0, 1), 0)).toBeNull();
  expect(search(() => ({ value: Number.NaN, slope: Number.NaN, curvature: Number.NaN }), 0)).toBeNull();
});

test("values that only rounding tells apart leave the decision to the slope", () => {
  const noisy = (a: number): LineValues => ({
    ...parabola(1, 1e-12)(a),
    value: 1 + (a === 0 ? 0 : 1e-13),
  });
  expect(search(noisy, 1e-12)).toBe(1);
  expect(search(noisy, 0)).toBeNull();
});

test("a slope that moves the value by less than its noise is as good as level", () => {
  const noisy = (a: number): LineValues => ({ value: 1, slope: a === 0 ? -1e-14 : 1e-13, curvature: 1 });
  expect(search(noisy, 1e-12)).toBe(1);
  expect(search(noisy, 1e-14)).toBeNull();
});
