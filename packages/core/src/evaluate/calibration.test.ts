import { expect, test } from "vitest";
import references from "../../test/references/calibration.json" with { type: "json" };
import type { Labels, Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import {
  classwiseCalibrationError,
  debiasedCalibrationError,
  expectedCalibrationError,
  maximumCalibrationError,
} from "./calibration-error.ts";
import { calibrationLines } from "./calibration-line.ts";
import { spiegelhalterTest } from "./spiegelhalter.ts";
import { brierDecomposition, corpDecomposition } from "./decomposition.ts";
import { brierScore } from "./metrics.ts";

function openCase({ columns, logits, labels }: { columns: number; logits: number[]; labels: number[] }) {
  const values = Float64Array.from(logits);
  return {
    logits: { rows: labels.length, columns, values, unit: "logits" } satisfies Logits,
    probabilities: {
      rows: labels.length,
      columns,
      values: softmax(values, columns),
      unit: "probabilities",
    } satisfies Probabilities,
    labels: {
      classes: Array.from({ length: columns }, (_, k) => `c${k}`),
      indices: Int32Array.from(labels),
    } satisfies Labels,
  };
}

/** Two classes, from the probability of the second. */
function forecasts(p: readonly number[], happened: readonly number[]): [Probabilities, Labels] {
  return [
    {
      rows: p.length,
      columns: 2,
      values: Float64Array.from(p.flatMap((each) => [1 - each, each])),
      unit: "probabilities",
    },
    { classes: ["no", "yes"], indices: Int32Array.from(happened) },
  ];
}

test.each(references.metrics)("the errors of $name are NumPy's", (reference) => {
  const { probabilities, labels } = openCase(reference);
  expect(expectedCalibrationError(probabilities, labels)).toBeCloseTo(reference.eceWidth, 13);
  expect(expectedCalibrationError(probabilities, labels, { binning: "mass" })).toBeCloseTo(
    reference.eceMass,
    13,
  );
  expect(maximumCalibrationError(probabilities, labels)).toBeCloseTo(reference.maximum, 13);
  expect(debiasedCalibrationError(probabilities, labels)).toBeCloseTo(reference.debiased, 12);
  expect(classwiseCalibrationError(probabilities, labels)).toBeCloseTo(reference.classwise, 13);
});

test.each(references.metrics)(
  "the parts of the Brier score of $name are NumPy's and scikit-learn's",
  (reference) => {
    const { probabilities, labels } = openCase(reference);
    const murphy = brierDecomposition(probabilities, labels);
    const corp = corpDecomposition(probabilities, labels);
    expect(murphy.reliability).toBeCloseTo(reference.murphy[0], 13);
    expect(murphy.resolution).toBeCloseTo(reference.murphy[1], 13);
    expect(murphy.uncertainty).toBeCloseTo(reference.murphy[2], 13);
    expect(corp.miscalibration).toBeCloseTo(reference.corp[0], 13);
    expect(corp.discrimination).toBeCloseTo(reference.corp[1], 13);
    expect(corp.uncertainty).toBeCloseTo(reference.corp[2], 13);
    const brier = brierScore(probabilities, labels);
    expect(corp.miscalibration - corp.discrimination + corp.uncertainty).toBeCloseTo(brier, 14);
    expect(murphy.reliability - murphy.resolution + murphy.uncertainty + murphy.remainder).toBeCloseTo(
      brier,
      14,
    );
  },
);

test.each(references.metrics)("the lines of $name are statsmodels'", (reference) => {
  const { logits, probabilities, labels } = openCase(reference);
  calibrationLines(logits, labels).forEach((line, k) => {
    const expected = reference.cox[k];
    expect(line.slope?.value).toBeCloseTo(expected.slope, 9);
    expect(line.slope?.standardError).toBeCloseTo(expected.slopeError, 7);
    expect(line.intercept?.value).toBeCloseTo(expected.intercept, 9);
    expect(line.intercept?.standardError).toBeCloseTo(expected.interceptError, 7);
    expect(line.inTheLarge?.value).toBeCloseTo(expected.inTheLarge, 8);
    expect(line.inTheLarge?.standardError).toBeCloseTo(expected.inTheLargeError, 7);
    const [low, high] = line.slope?.interval ?? [NaN, NaN];
    expect((high - low) / 2 / expected.slopeError).toBeCloseTo(1.959963984540054, 5);
  });
  expect(spiegelhalterTest(probabilities, labels)?.z).toBeCloseTo(reference.spiegelhalter, 11);
});

test("equal mass puts as many rows in each bin, and never parts equal probabilities", () => {
  // Six rows in three bins: 0.5 0.5 | 0.6 0.6 0.6 | 0.9 would part the 0.6s, so the second bin takes all three.
  const [probabilities, labels] = forecasts([0.6, 0.5, 0.6, 0.9, 0.5, 0.6], [1, 0, 1, 1, 1, 0]);
  // Top labels: a tie at 0.5 is given to "no". Right: rows 0, 1, 2, 3; wrong: 4, 5.
  const gaps = [2 * Math.abs(0.5 - 0.5), 3 * Math.abs(0.6 - 2 / 3), Math.abs(0.9 - 1)];
  const ece = expectedCalibrationError(probabilities, labels, { bins: 3, binning: "mass" });
  expect(ece).toBeCloseTo((gaps[0] + gaps[1] + gaps[2]) / 6, 14);
});

test("the debiased error of calibrated rows is near 0 on average where the plain one is not", () => {
  let plain = 0;
  let squares = 0;
  for (let seed = 0; seed < 200; seed++) {
    const generator = createGenerator(seed, 9);
    const p = Array.from({ length: 200 }, () => 0.5 + 0.5 * generator.uniform());
    const [probabilities, labels] = forecasts(
      p,
      p.map((each) => (generator.uniform() < each ? 1 : 0)),
    );
    plain += expectedCalibrationError(probabilities, labels, { binning: "mass" }) / 200;
    squares += debiasedCalibrationError(probabilities, labels) ** 2 / 200;
  }
  expect(plain).toBeGreaterThan(0.07);
  expect(Math.sqrt(squares)).toBeLessThan(0.05); // not 0: a sum below 0 counts as 0
});

test("probabilities that are never too high nor too low have no calibration error and no miscalibration", () => {
  const p = [0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75];
  const [probabilities, labels] = forecasts(p, [0, 0, 0, 1, 1, 1, 1, 0]);
  expect(expectedCalibrationError(probabilities, labels)).toBe(0);
  expect(classwiseCalibrationError(probabilities, labels)).toBe(0);
  expect(maximumCalibrationError(probabilities, labels)).toBe(0);
  expect(corpDecomposition(probabilities, labels)).toEqual({
    miscalibration: 0,
    discrimination: 0.125,
    uncertainty: 0.5,
  });
  expect(brierDecomposition(probabilities, labels)).toEqual({
    reliability: 0,
    resolution: 0.125,
    uncertainty: 0.5,
    remainder: 0,
  });
});

test("the binary form of Spiegelhalter's z by hand", () => {
  const p = [0.2, 0.7, 0.9];
  const y = [0, 1, 0];
  const sum = p.reduce((total, each, i) => total + (y[i] - each) * (1 - 2 * each), 0);
  const variance = p.reduce((total, each) => total + (1 - 2 * each) ** 2 * each * (1 - each), 0);
  expect(spiegelhalterTest(...forecasts(p, y))?.z).toBeCloseTo(sum / Math.sqrt(variance), 13);
});

test("a score that cannot vary is not tested", () => {
  expect(spiegelhalterTest(...forecasts([0.5, 0.5], [0, 1]))).toBeNull();
  expect(spiegelhalterTest(...forecasts([1, 0], [1, 0]))).toBeNull();
  const third = { rows: 2, columns: 3, values: new Float64Array(6).fill(1 / 3), unit: "probabilities" };
  const labels = { classes: ["a", "b", "c"], indices: Int32Array.of(0, 2) };
  expect(spiegelhalterTest({ ...third, unit: "probabilities" }, labels)).toBeNull();
});

function twoClasses(scores: readonly number[], indices: readonly number[]): [Logits, Labels] {
  return [
    {
      rows: scores.length,
      columns: 2,
      values: Float64Array.from(scores.flatMap((s) => [0, s])),
      unit: "logits",
    },
    { classes: ["no", "yes"], indices: Int32Array.from(indices) },
  ];
}

test("a line that cannot be drawn is null: separated classes, one class only, a certain mistake", () => {
  const separated = calibrationLines(...twoClasses([-2, -1, 1, 3], [0, 0, 1, 1]));
  expect(separated[1].slope).toBeNull();
  expect(separated[1].inTheLarge?.value).toBeLessThan(0.5);
  expect(calibrationLines(...twoClasses([-2, 1], [1, 1]))[1]).toEqual({
    class: "yes",
    slope: null,
    intercept: null,
    inTheLarge: null,
  });
  const wrong = calibrationLines(...twoClasses([-Infinity, 1, -1, 0.5, 2], [1, 0, 1, 1, 0]));
  expect(wrong[1].inTheLarge).toBeNull();
  const constant = calibrationLines(...twoClasses([1, 1, 1, 1], [1, 0, 1, 1]));
  expect(constant[1].slope).toBeNull();
  expect(constant[1].inTheLarge?.value).toBeCloseTo(Math.log(3) - 1, 10);
});

test("a certain row that is right says nothing about the line", () => {
  const scores = [1, -1, 0.5, 2, -2];
  const labels = [0, 1, 1, 1, 0];
  const plain = calibrationLines(...twoClasses(scores, labels));
  expect(calibrationLines(...twoClasses([...scores, -Infinity], [...labels, 0]))).toEqual(plain);
});

test("options outside their range, unknown classes and rows that do not fit are refused", () => {
  const [probabilities, labels] = forecasts([0.5, 0.6], [0, 1]);
  expect(() => expectedCalibrationError(probabilities, labels, { bins: 0 })).toThrow(
    "expectedCalibrationError: bins must be a whole number from 1 to 10,000, got 0",
  );
  expect(() => brierDecomposition({ ...probabilities, values: Float64Array.of(1, 1, 0, 1) }, labels)).toThrow(
    "brierDecomposition: probabilities of a row must sum to 1, got 2 at row 0",
  );
  expect(() => calibrationLines(...twoClasses([NaN], [1]), {})).toThrow(InputError);
  expect(() => calibrationLines(...twoClasses([1], [1]), { confidence: 1 })).toThrow(
    "calibrationLines: confidence must be in (0, 1), got 1",
  );
});
