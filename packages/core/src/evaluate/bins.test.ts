import { expect, test } from "vitest";
import type { Labels } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { binTopLabels, calibrationError, calibrationErrorInterval, reliabilityBins } from "./bins.ts";

/** Bins of rows with these probabilities of the predicted class, right or not. */
function binsOf(confidence: readonly number[], right: readonly boolean[]) {
  const labels: Labels = {
    classes: ["a", "b"],
    indices: Int32Array.from(right, (isRight) => (isRight ? 0 : 1)),
  };
  return binTopLabels(Float64Array.from(confidence), new Int32Array(confidence.length), labels);
}

const options = { confidence: 0.95, seed: 1, draws: 1000 };

test("a probability on an edge belongs to the bin below it; 0 to the first and 1 to the last", () => {
  for (let k = 1; k <= 15; k++) {
    const { rows } = binsOf([k / 15], [true]);
    expect(rows.indexOf(1), `${k}/15`).toBe(k - 1);
  }
  expect(binsOf([0], [true]).rows[0]).toBe(1);
  expect(binsOf([Number.MIN_VALUE], [true]).rows[0]).toBe(1);
});

test("the next number above an edge belongs to the bin above it", () => {
  for (let k = 1; k < 15; k++) {
    const above = (k / 15) * (1 + 2 ** -52);
    expect(binsOf([above], [true]).rows.indexOf(1), `above ${k}/15`).toBe(k);
    const below = (k / 15) * (1 - 2 ** -53);
    expect(binsOf([below], [true]).rows.indexOf(1), `below ${k}/15`).toBe(k - 1);
  }
});

test("the calibration error adds the gaps of the bins without letting them cancel", () => {
  // 0.9: two rows, one right, gap 0.8; 0.5: two rows, both right, gap −1.
  expect(calibrationError(binsOf([0.9, 0.9, 0.5, 0.5], [true, false, true, true]))).toBeCloseTo(1.8 / 4, 15);
  // Within a bin they do cancel.
  expect(calibrationError(binsOf([0.5, 0.5], [true, false]))).toBe(0);
});

test("the band of a bin is the binomial interval of its rows", () => {
  const bins = reliabilityBins(binsOf(Array<number>(10).fill(0.5), Array<boolean>(10).fill(true)), 0.95);
  expect(bins).toHaveLength(15);
  expect(bins[7]).toEqual({
    low: 7 / 15,
    high: 8 / 15,
    rows: 10,
    confidence: 0.5,
    accuracy: 1,
    band: [0.2, 0.8],
  });
  expect(bins[0]).toEqual({
    low: 0,
    high: 1 / 15,
    rows: 0,
    confidence: null,
    accuracy: null,
    band: null,
  });
  expect(bins[14].high).toBe(1);
});

/** P(0), P(1), … right rows, when each is right with its own probability. */
function poissonBinomial(probabilities: readonly number[]): number[] {
  let masses = [1];
  for (const p of probabilities)
    masses = [...masses, 0].map((mass, k) => mass * (1 - p) + (k > 0 ? masses[k - 1] * p : 0));
  return masses;
}

test("the band holds at least what it promises where each row has its own probability", () => {
  const generator = createGenerator(4);
  for (const rows of [1, 2, 5, 40, 300])
    for (const bin of [2, 7, 13, 14]) {
      const probabilities = Array.from(
        { length: rows },
        () => (bin + 0.001 + 0.998 * generator.uniform()) / 15,
      );
      const { band } = reliabilityBins(
        binsOf(
          probabilities,
          probabilities.map(() => true),
        ),
        0.95,
      )[bin];
      const [low, high] = band ?? [1, 0];
      const inside = poissonBinomial(probabilities)
        .filter((_, k) => k >= Math.round(low * rows) && k <= Math.round(high * rows))
        .reduce((sum, mass) => sum + mass, 0);
      expect(inside, `${rows} rows, bin ${bin}`).toBeGreaterThanOrEqual(0.95);
    }
});

test("the interval of the error holds the estimate and stays in [0, 1]", () => {
  const generator = createGenerator(6);
  for (const rows of [1, 2, 10, 300])
    for (const shift of [-0.3, 0, 0.4]) {
      const confidence = Array.from({ length: rows }, () => 0.3 + 0.7 * generator.uniform());
      const bins = binsOf(
        confidence,
        confidence.map((p) => generator.uniform() < p + shift),
      );
      const [low, high] = calibrationErrorInterval(bins, options);
      const estimate = calibrationError(bins);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(estimate);
      expect(high).toBeGreaterThanOrEqual(estimate);
      expect(high).toBeLessThanOrEqual(1);
    }
});

test("one row, or a few lucky ones, do not give a narrow interval", () => {
  const [low, high] = calibrationErrorInterval(binsOf([0.8], [true]), options);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(0.9);
  const lucky = calibrationErrorInterval(
    binsOf(Array<number>(5).fill(0.9), Array<boolean>(5).fill(true)),
    options,
  );
  expect(lucky[0]).toBe(0);
  expect(lucky[1]).toBeCloseTo(0.1 + 1.96 * Math.sqrt(0.09 / 5), 3);
});

test("where rows scatter more than a calibrated model's would, the interval follows the rows", () => {
  const rows = 400;
  const bins = binsOf(
    Array<number>(rows).fill(0.99),
    Array.from({ length: rows }, (_, row) => row % 2 === 0),
  );
  const [low, high] = calibrationErrorInterval(bins, options);
  expect(low).toBeCloseTo(0.49 - 1.96 * Math.sqrt(0.25 / rows), 4);
  expect(high).toBeCloseTo(0.49 + 1.96 * Math.sqrt(0.25 / rows), 4);
});

test("certain and right rows have no error and no doubt", () => {
  expect(calibrationErrorInterval(binsOf([1, 1, 1], [true, true, true]), options)).toEqual([0, 0]);
});

test("the low end is 0 for a calibrated model, and far from 0 for one that is not", () => {
  const generator = createGenerator(7);
  const confidence = Array.from({ length: 2000 }, () => 0.3 + 0.7 * generator.uniform());
  const calibrated = binsOf(
    confidence,
    confidence.map((p) => generator.uniform() < p),
  );
  expect(calibrationErrorInterval(calibrated, options)[0]).toBe(0);
  const overconfident = binsOf(
    confidence,
    confidence.map((p) => generator.uniform() < p - 0.2),
  );
  const [low, high] = calibrationErrorInterval(overconfident, options);
  expect(low).toBeGreaterThan(0.15);
  expect(high).toBeLessThan(0.25);
});
