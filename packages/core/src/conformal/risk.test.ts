import { expect, test } from "vitest";
import { matrix } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { controlRisk } from "./risk.ts";

test("four rows by hand", () => {
  const losses = matrix(Float64Array.of(1, 0.5, 0, 1, 1, 0, 0.5, 0, 0, 1, 0, 0), 4, 3); // sums 3.5, 1.5, 0
  expect(controlRisk(losses, { alpha: 0.5 })).toEqual({
    threshold: 1,
    observed: 0.375,
    adjusted: 0.5, // (1.5 + 1) / 5
    alpha: 0.5,
    rows: 4,
  });
  expect(controlRisk(losses, { alpha: 0.2 }).threshold).toBe(2);
});

test("alpha is the decimal as it was written", () => {
  const losses = matrix(new Float64Array(99).fill(0), 99, 1);
  expect(controlRisk(losses, { alpha: 0.29, bound: 29 }).threshold).toBe(0); // 0.29 · 100 is 28.999999999999996
});

test("the mean loss over many draws is at most alpha, and near it for many thresholds", () => {
  const generator = createGenerator(5);
  const thresholds = 101;
  // A row has difficulty d; threshold t misses a share (1 − t/100)·d of its labels: expected loss (1 − t/100)/2.
  const draws = 400;
  let mean = 0;
  for (let draw = 0; draw < draws; draw++) {
    const difficulties = Float64Array.from({ length: 60 }, () => generator.uniform());
    const losses = Float64Array.from(
      { length: 60 * thresholds },
      (_, i) => difficulties[Math.floor(i / thresholds)] * (1 - (i % thresholds) / 100),
    );
    const { threshold } = controlRisk(matrix(losses, 60, thresholds), { alpha: 0.1 });
    mean += (1 - threshold / 100) / 2 / draws;
  }
  expect(mean).toBeLessThanOrEqual(0.1);
  expect(mean).toBeGreaterThan(0.1 - 1.5 / 61 - 0.01); // theorem 2: at most 2·bound/(n + 1) below
});

test("what cannot be promised is refused", () => {
  const losses = matrix(Float64Array.of(1, 1, 1, 0.5), 2, 2);
  expect(() => controlRisk(losses, { alpha: 0.1 })).toThrow(
    "controlRisk: a risk of 0.1 needs at least 9 rows even without any loss, got 2",
  );
  expect(() => controlRisk(losses, { alpha: 0.5 })).toThrow(
    "controlRisk: no threshold keeps the risk at 0.5: with the last the rows lose 0.75 on average, and 0.25",
  );
  expect(() => controlRisk(losses, { alpha: 1 })).toThrow(
    "controlRisk: alpha must be above 0 and below the bound 1, got 1",
  );
  expect(() => controlRisk(losses, { alpha: 0.5, bound: Infinity })).toThrow(
    "controlRisk: bound must be a positive number, got Infinity",
  );
  expect(() => controlRisk({ ...losses, values: Float64Array.of(0, 1, 1, 1) }, { alpha: 0.5 })).toThrow(
    "controlRisk: losses must not rise from one threshold to the next, got 0 then 1 at row 0",
  );
  expect(() => controlRisk({ ...losses, values: Float64Array.of(1, 1, 2, 1) }, { alpha: 0.5 })).toThrow(
    "controlRisk: losses must be in [0, 1], got 2 at row 1",
  );
  expect(() => controlRisk({ ...losses, rows: 3 }, { alpha: 0.5 })).toThrow(
    "controlRisk: 3 rows of 2 thresholds need 6 losses, got 4",
  );
});
